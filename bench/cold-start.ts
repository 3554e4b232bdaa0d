// The command as a process, beside the least that any Node process takes.
import { interleaved, median, medianOf, type Benchmark, type Finding } from './measure.ts'
import { commandPath, examplePath } from './paths.ts'
import { nodeMs } from './processes.ts'

const file = examplePath('e2enet')
const windows = examplePath('swin-unetr')
/** What transformers may cost of a convolutional network of about as many layers. */
const mostForWindows = 1.3

const runs: readonly { readonly what: string; readonly run: () => number; readonly target?: number }[] = [
  { what: 'node -e 0', run: () => nodeMs('-e', '0') },
  { what: 'weft --version', run: () => nodeMs(commandPath, '--version') },
  { what: 'weft cost e2enet.weft', run: () => nodeMs(commandPath, 'cost', file), target: 400 },
  { what: 'weft cost swin-unetr.weft', run: () => nodeMs(commandPath, 'cost', windows) },
  { what: 'weft check e2enet.weft', run: () => nodeMs(commandPath, 'check', file) },
]

export const coldStart: Benchmark = {
  name: 'cold-start',
  title: 'Whole processes, wall time',
  run: ({ quick }) => {
    const samples = interleaved(
      quick ? 5 : 21,
      runs.map(({ run }) => run),
    )
    const floor = median(samples[0] ?? [])
    const findings = runs.flatMap(({ what, target }, k): Finding[] => {
      const own = samples[k] ?? []
      const ratio: Finding = { what: `${what}, against node -e 0`, value: median(own) / floor, unit: '×' }
      return k === 0 ? [medianOf(what, own)] : [medianOf(what, own, target), ratio]
    })
    const [, , sparse = [], swin = []] = samples
    const windowed: Finding = {
      what: 'weft cost swin-unetr.weft, against e2enet.weft',
      value: median(swin) / median(sparse),
      unit: '×',
      target: mostForWindows,
    }
    return {
      findings: [...findings, windowed],
      notes: ['The processes take turns. `check` elaborates every network of the file, `cost` one.'],
    }
  },
}
