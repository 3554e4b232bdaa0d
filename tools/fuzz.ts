// Long fuzzing: `npm run fuzz -- --seconds 600 --seed 1 [--kind grammar|mutate|bytes] [--exports | --edits] [--out FILE]`. Prints progress; writes
// each new kind of failure, shrunk, to the file given by --out. Exits with 1 when anything failed. With --exports random networks run in
// ONNX Runtime beside the reference, with --edits examples are edited at random in the language server, else texts go through the compiler.
import { readdirSync, readFileSync, appendFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import {
  campaign,
  kinds,
  shrink,
  signature,
  type Corpus,
  type Failure,
  type Kind,
} from '../test/fuzz/campaign.ts'
import {
  described,
  exportFailure,
  kindOf,
  makeExportCase,
  makeLatticeCase,
  shrinkExport,
} from '../test/fuzz/exports.ts'
import { differenceAfterEdits } from '../test/fuzz/edits.ts'
import { runtime } from '../test/support/onnx.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    kind: { type: 'string' },
    exports: { type: 'boolean', default: false },
    edits: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
})

/** Milliseconds: longer than any case should take. */
const patience = 5000

const isKind = (text: string | undefined): text is Kind => kinds.some((one) => one === text)

function corpusOf(folders: readonly string[]): Corpus {
  const files = folders
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => path.endsWith('.weft'))
  const [first = '', ...rest] = files.map((path) => readFileSync(path, 'utf8'))
  return [first, ...rest]
}

async function record(failure: Failure): Promise<void> {
  const until = Date.now() + 60_000
  const text = await shrink(failure.text, failure.failure, () => Date.now() > until, patience)
  write(`${failure.kind}, seed ${failure.seed}`, failure.failure, text)
}

function write(title: string, failure: string, text: string): void {
  const report = `==== ${title}\n${failure.slice(0, 2000)}\n---- shrunk\n${text}\n\n`
  if (values.out === undefined) console.log(report)
  else appendFileSync(values.out, report)
}

async function main(): Promise<void> {
  const end = Date.now() + Number(values.seconds) * 1000
  const fresh = new Map<string, Failure>()
  let shown = Date.now()
  const goOn = (cases: number): boolean => {
    if (Date.now() - shown > 10_000) {
      shown = Date.now()
      console.log(
        `${cases} cases, ${fresh.size} kinds of failure, ${Math.round((end - shown) / 1000)} s left`,
      )
    }
    return Date.now() < end
  }
  const onFailure = (failure: Failure): void => {
    const known = signature(failure.failure)
    if (!fresh.has(known))
      console.log(`seed ${failure.seed} (${failure.kind}): ${failure.failure.split('\n')[0]}`)
    if (!fresh.has(known)) fresh.set(known, failure)
  }
  const { kind, seed } = values
  const chosen = isKind(kind) ? [kind] : kinds
  const tally = await campaign({
    kinds: chosen,
    corpus: corpusOf(['examples', 'src/compiler/std']),
    seed: Number(seed) * 1_000_000,
    goOn,
    patience,
    onFailure,
  })
  for (const failure of fresh.values()) await record(failure)
  console.log(
    `${tally.cases} cases, ${tally.sound} without an error, ${tally.graphs} graphs, ${tally.failures.length} failures of ${fresh.size} kinds`,
  )
  process.exitCode = fresh.size === 0 ? 0 : 1
}

/** Random networks, exported and run. */
async function exportsMain(): Promise<void> {
  if (runtime === undefined) throw new Error('--exports needs ONNX Runtime')
  const end = Date.now() + Number(values.seconds) * 1000
  const known = new Set<string>()
  let [cases, failures] = [0, 0]
  for (; Date.now() < end; cases += 1) {
    const seed = Number(values.seed) * 1_000_000 + cases
    const one = cases % 4 === 3 ? makeLatticeCase(seed) : makeExportCase(seed)
    const failure = await exportFailure(one)
    if (cases % 500 === 499) console.log(`${cases + 1} cases, ${failures} failures`)
    if (failure === undefined) continue
    failures += 1
    if (known.has(kindOf(failure))) continue
    known.add(kindOf(failure))
    write(`exports, seed ${seed}`, failure, described(await shrinkExport(one, failure)))
  }
  console.log(`${cases} cases, ${failures} failures of ${known.size} kinds`)
  process.exitCode = failures === 0 ? 0 : 1
}

/** Random edits in the language server. */
function editsMain(): void {
  const end = Date.now() + Number(values.seconds) * 1000
  const corpus = corpusOf(['examples'])
  let [campaigns, failures] = [0, 0]
  for (; Date.now() < end; campaigns += 1) {
    const seed = Number(values.seed) * 1_000_000 + campaigns
    const original = corpus[campaigns % corpus.length] ?? corpus[0]
    const found = differenceAfterEdits({ original, seed, edits: 200, between: 20 })
    if (found === undefined) continue
    failures += 1
    write(`edits, seed ${seed}`, found.split('\n')[0] ?? '', found)
  }
  console.log(`${campaigns} campaigns of 200 edits, ${failures} failures`)
  process.exitCode = failures === 0 ? 0 : 1
}

if (values.exports) await exportsMain()
else if (values.edits) editsMain()
else await main()
