// `npm run bench`: medians and ratios of one run. Options: --quick, --json FILE, and names of benchmarks to run only those.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { inBrowser } from './browser.ts'
import { coldStart } from './cold-start.ts'
import { exporting } from './exporting.ts'
import { growth } from './growth.ts'
import { interpreter } from './interpreter.ts'
import { latency } from './latency.ts'
import { lsp } from './lsp.ts'
import { machineLine, thisMachine } from './machine.ts'
import type { Benchmark, Section } from './measure.ts'
import { memory } from './memory.ts'
import { peers } from './peers.ts'
import { pipeline } from './pipeline.ts'
import { predicting } from './predicting.ts'
import { reviewing } from './review.ts'
import { sectionText } from './show.ts'
import { sparsity } from './sparsity.ts'
import { torchPackage } from './torch-package.ts'
import { training } from './training.ts'
import { verifying } from './verifying.ts'

const benchmarks: readonly Benchmark[] = [
  pipeline,
  coldStart,
  growth,
  peers,
  exporting,
  latency,
  inBrowser,
  memory,
  verifying,
  sparsity,
  interpreter,
  training,
  reviewing,
  torchPackage,
  lsp,
  predicting,
]

function chosen(names: readonly string[]): readonly Benchmark[] {
  const unknown = names.find((name) => benchmarks.every((one) => one.name !== name))
  if (unknown !== undefined)
    throw new Error(`no benchmark ${unknown}; there are ${benchmarks.map((one) => one.name).join(', ')}`)
  return names.length === 0 ? benchmarks : benchmarks.filter((one) => names.includes(one.name))
}

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
  allowPositionals: true,
})
const selected = chosen(positionals)
const machine = thisMachine()
console.log(machineLine(machine))
const sections: Section[] = []
for (const { name, title, run } of selected) {
  const section = { name, title, ...(await run({ quick: values.quick })) }
  sections.push(section)
  console.log(`\n${sectionText(section)}`)
}
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ machine, sections }, undefined, 2)}\n`)
