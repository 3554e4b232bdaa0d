// `weft compile --target onnx` as a process, with initial weights: time, peak memory and bytes written.
import { join } from 'node:path'
import { bytesIn, inFolder } from './folders.ts'
import { exportWide } from './large-export.ts'
import { median, medianOf, type Benchmark, type Finding } from './measure.ts'
import { commandPath, examplePath } from './paths.ts'
import { wholeProcess, type WholeProcess } from './processes.ts'

interface Subject {
  readonly example: string
  readonly targets?: { readonly ms: number; readonly peakMB: number }
}

const subjects: readonly Subject[] = [
  { example: 'e2enet', targets: { ms: 1500, peakMB: 400 } },
  { example: 'nnunet' },
  { example: 'nnunet-resenc' },
]

interface Exported extends WholeProcess {
  readonly bytes: number
}

/** The first network of an example. */
function exportExample(example: string): Promise<Exported> {
  return inFolder((folder) => {
    const file = join(folder, 'model.onnx')
    const whole = wholeProcess(commandPath, 'compile', examplePath(example), '--target', 'onnx', '-o', file)
    return { ...whole, bytes: bytesIn(folder) }
  })
}

function findingsOf({ example, targets }: Subject, all: readonly Exported[]): Finding[] {
  const times = all.map(({ ms }) => ms)
  const peaks = all.map(({ peakMB }) => peakMB)
  return [
    medianOf(`${example}.weft, time`, times, targets?.ms),
    medianOf(`${example}.weft, peak memory`, peaks, targets?.peakMB, 'MB'),
    { what: `${example}.weft, written`, value: median(all.map(({ bytes }) => bytes / 1e6)), unit: 'MB' },
  ]
}

export const exporting: Benchmark = {
  name: 'export',
  title: 'Whole processes of `weft compile FILE --target onnx`, initial weights',
  run: async ({ quick }) => {
    const samples: Exported[][] = subjects.map(() => [])
    for (let turn = 0; turn < (quick ? 3 : 7); turn++)
      for (const [k, { example }] of subjects.entries()) samples[k]?.push(await exportExample(example))
    const large = quick
      ? { findings: [], notes: ['The model of more than 2 GiB is left out of quick runs.'] }
      : await exportWide()
    return {
      findings: [
        ...subjects.flatMap((subject, k) => findingsOf(subject, samples[k] ?? [])),
        ...large.findings,
      ],
      notes: ['The examples take turns; peak memory is resident memory. MB are 10⁶ bytes.', ...large.notes],
    }
  },
}
