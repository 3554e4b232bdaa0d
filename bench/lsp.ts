// What somebody who types waits for: the language server over its pipes, in the largest example, and what it holds after many edits.
import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { nextText } from '../test/fuzz/edits.ts'
import { random } from '../test/fuzz/random.ts'
import { startClient, type Client, type OpenText } from '../test/lsp/client.ts'
import { median, type Benchmark, type Finding } from './measure.ts'
import { examplePath } from './paths.ts'

/** Of the examples, the one with the longest text. */
const largest = 'nnformer'
const targets = { median: 50, tail: 100 } as const

export const lsp: Benchmark = {
  name: 'lsp',
  title: `the language server in ${largest}.weft, from a key to the answer`,
  run: async ({ quick }) => {
    const path = examplePath(largest)
    const client = await startClient(dirname(path))
    const text = await client.open(`${largest}.weft`, readFileSync(path, 'utf8'))
    await text.diagnostics()
    await typed(client, text, quick ? 40 : 100, 'warming up')
    const times = await typed(client, text, quick ? 60 : 300, 'measured')
    const findings = Object.entries(times).flatMap(([what, samples]) => both(what, samples))
    const held = await memoryAfterEdits(client, quick ? 1_000 : 10_000)
    await client.close()
    return {
      findings: [...findings, ...held],
      notes: [
        'a key: a letter typed into a name or taken out of it, anywhere in the text; four of five come as soon as the one before is answered',
        'read: syntax and names; elaborated: all that `weft check` says, of four elaborations of the network',
      ],
    }
  },
}

type Times = Record<'diagnostics, read' | 'completion' | 'hover' | 'diagnostics, elaborated', number[]>

/** Types at random places of the text and asks as an editor does; the text is as before after every second key. */
async function typed(client: Client, text: OpenText, keys: number, seedOf: string): Promise<Times> {
  const by = random(seedOf.length)
  const times: Times = { 'diagnostics, read': [], completion: [], hover: [], 'diagnostics, elaborated': [] }
  const words = [...text.text().matchAll(/[a-z_]{3,}/g)].map(({ index }) => index + 2)
  for (let key = 0; key < keys; key++) {
    const at = words[by.below(words.length)] ?? 0
    for (const change of ['typed', 'taken out'] as const) {
      const begun = performance.now()
      if (change === 'typed') text.change('x', { start: at, end: at })
      else text.change('', { start: at, end: at + 1 })
      const position = text.position(at)
      const asked = async (method: string): Promise<number> => {
        await client.request(method, { textDocument: { uri: text.uri }, position })
        return performance.now() - begun
      }
      const [read, completion, hover] = await Promise.all([
        text.firstDiagnostics().then(() => performance.now() - begun),
        asked('textDocument/completion'),
        asked('textDocument/hover'),
      ])
      times['diagnostics, read'].push(read)
      times.completion.push(completion)
      times.hover.push(hover)
      // Every fifth key is waited for; after the others the next one comes as soon as it can.
      if (key % 5 !== 0) continue
      await text.diagnostics()
      times['diagnostics, elaborated'].push(performance.now() - begun)
    }
  }
  return times
}

function both(what: string, samples: readonly number[]): Finding[] {
  const sorted = samples.toSorted((a, b) => a - b)
  const tail = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? NaN
  const isAnswer = !what.endsWith('elaborated')
  const goal = (target: number): { readonly target?: number } => (isAnswer ? { target } : {})
  return [
    {
      what: `${what}: median`,
      value: median(samples),
      unit: 'ms',
      samples: samples.length,
      least: sorted[0] ?? NaN,
      ...goal(targets.median),
    },
    { what: `${what}: 99th percentile`, value: tail, unit: 'ms', ...goal(targets.tail) },
  ]
}

/** What the server's process holds, early and late in random edits. */
async function memoryAfterEdits(client: Client, edits: number): Promise<Finding[]> {
  const status = `/proc/${client.pid}/status`
  if (!existsSync(status)) return []
  const megabytes = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]) / 1024
  const original = readFileSync(examplePath('e2enet'), 'utf8')
  const text = await client.open('edited.weft', original)
  const by = random(1)
  let early = NaN
  for (let edit = 1; edit <= edits; edit++) {
    text.change(nextText(text.text(), original, by))
    await text.firstDiagnostics()
    if (edit === edits / 10) early = megabytes()
  }
  return [
    { what: `memory after ${edits / 10} random edits`, value: early, unit: 'MB' },
    { what: `memory after ${edits} random edits`, value: megabytes(), unit: 'MB' },
  ]
}
