// Whole predictions by an imported model beside nnU-Net's own with the same checkpoint, both from the start of the process to its end.
import { join } from 'node:path'
import { inFolder } from './folders.ts'
import { median, medianOf, timed, type Benchmark, type Finding, type Found } from './measure.ts'
import { commandPath, nnunetPredictPath } from './paths.ts'
import { output, wholeProcess } from './processes.ts'
import { python } from './torch.ts'

/** What the peer makes of each is in bench/peers/nnunet_predict.py. */
const subjects = [
  { name: 'hippocampus', what: "three volumes of Hippocampus's extents, 8 mirror images" },
  { name: 'large', what: 'a volume of 256 x 256 x 160, 8 to 64 channels, 27 tiles' },
] as const

const threads = '1'
/** Ours over theirs. */
const targets = { time: 0.7, memory: 0.6 }

function missing(): string | undefined {
  try {
    output(python, ['-c', 'import torch, nnunetv2'])
    return undefined
  } catch {
    return `Skipped: ${python} has no nnunetv2; WEFT_PYTHON names another Python.`
  }
}

interface Sample {
  readonly ms: number
  readonly peakMB: number
}

function theirs(folder: string): Sample {
  const { ms, result } = timed(() => output(python, [nnunetPredictPath, 'predict', folder, threads]))
  const [bytes = NaN] = result.trim().split('\n').slice(-1).map(Number)
  return { ms, peakMB: bytes / 1e6 }
}

function ours(folder: string, reference: readonly string[]): Sample {
  const args = ['-i', join(folder, 'images'), '-o', join(folder, 'weft'), '--threads', threads, ...reference]
  return wholeProcess(commandPath, 'predict', join(folder, 'imported'), ...args)
}

async function predictions({ name, what }: (typeof subjects)[number], times: number): Promise<Finding[]> {
  return inFolder((folder) => {
    output(python, [nnunetPredictPath, 'make', folder, name])
    wholeProcess(commandPath, 'import', 'model', join(folder, 'model'), '-o', join(folder, 'imported'))
    const turns = Array.from({ length: times }, () => ({
      theirs: theirs(folder),
      float32: ours(folder, []),
      rounded: ours(folder, ['--reference', 'nnunet']),
    }))
    const of = (who: 'theirs' | 'float32' | 'rounded', part: keyof Sample): number[] =>
      turns.map((turn) => turn[who][part])
    const ratio = (who: 'float32' | 'rounded', part: keyof Sample): number =>
      median(of(who, part)) / median(of('theirs', part))
    return [
      medianOf(`nnU-Net, ${what}`, of('theirs', 'ms')),
      medianOf('  weft predict', of('float32', 'ms')),
      { what: '  time, ours over theirs', value: ratio('float32', 'ms'), unit: '×', target: targets.time },
      { what: '  the same with --reference nnunet', value: ratio('rounded', 'ms'), unit: '×', target: targets.time },
      medianOf('  peak memory, nnU-Net', of('theirs', 'peakMB'), undefined, 'MB'),
      medianOf('  peak memory, weft predict', of('float32', 'peakMB'), undefined, 'MB'),
      { what: '  memory, ours over theirs', value: ratio('float32', 'peakMB'), unit: '×', target: targets.memory },
    ]
  }) // prettier-ignore
}

async function run({ quick }: { readonly quick: boolean }): Promise<Found> {
  const absent = missing()
  if (absent !== undefined) return { findings: [], notes: [absent] }
  const findings: Finding[] = []
  for (const subject of subjects) findings.push(...(await predictions(subject, quick ? 1 : 3)))
  const notes = [
    'Untrained networks, one thread each, in turns. nnU-Net by predict_from_files_sequential, in one process, whose start is counted as ours is.',
  ]
  return { findings, notes }
}

export const predicting: Benchmark = {
  name: 'predict',
  title: "Predictions by an imported model, beside nnU-Net's own",
  run,
}
