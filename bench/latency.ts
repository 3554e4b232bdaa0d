// Latency in ONNX Runtime: our exports beside PyTorch's of the same networks, with and without each pass, and one network beside another.
import { isProblem } from '../src/compiler/diagnostics/diagnostic.ts'
import { loadOnnxRuntime, type OnnxRuntime } from '../src/node/onnx-runtime.ts'
import type { Setting, Subject } from './contestants.ts'
import type { Benchmark, Found } from './measure.ts'
import { passGains } from './pass-gains.ts'
import { commandPath, examplePath } from './paths.ts'
import { output } from './processes.ts'
import { hasMonai, hasTorch, noMonai, noTorch } from './torch.ts'
import { besideTorch } from './torch-latency.ts'

const subjects: readonly Subject[] = [
  { example: 'e2enet', network: 'E2ENet' },
  { example: 'nnunet', network: 'NNUNetV1' },
]

/** Of MONAI, whose parameters that nothing reads depend on its version: those of 1.6. */
const transformers: readonly Subject[] = [
  { example: 'unetr', network: 'UNETR16' },
  { example: 'swin-unetr', network: 'SwinUNETR' },
]

const small: Setting = { side: 32, warmup: 2, repeats: 15, threads: [1, 2] }
const large: Setting = { side: 64, warmup: 1, repeats: 5, threads: [1, 2] }
const brief: Setting = { side: 32, warmup: 1, repeats: 5, threads: [2] }
/** The size that they are published for. */
const published: Setting = { side: 96, warmup: 1, repeats: 3, threads: [2] }

async function measure(runtime: OnnxRuntime, settings: readonly Setting[], size: Setting): Promise<Found> {
  const torch = hasTorch()
  const monai = torch && hasMonai()
  const all: Found[] = []
  for (const subject of subjects)
    for (const setting of torch ? settings : []) all.push(await besideTorch(runtime, subject, setting))
  for (const subject of monai ? transformers : []) all.push(await besideTorch(runtime, subject, size))
  const greatest = settings.at(-1) ?? brief
  for (const subject of subjects) all.push(await passGains(runtime, subject, greatest))
  return {
    findings: all.flatMap(({ findings }) => findings),
    notes: [
      `ONNX Runtime ${runtime.version}; models take turns, a ratio is the median over the turns.`,
      ...(torch ? [] : [noTorch]),
      ...(monai ? [] : [noMonai]),
      ...all.flatMap(({ notes }) => notes),
      ...oneBesideAnother(),
    ],
  }
}

/** What the command says of two networks, word for word. */
function oneBesideAnother(): string[] {
  const call = (path: (example: string) => string): string[] => [
    'bench',
    path('e2enet'),
    '--against',
    path('nnunet'),
    '--patch',
    '32x32x32',
  ]
  const printed = output(process.execPath, [commandPath, ...call(examplePath)])
  const shown = call((example) => `examples/${example}.weft`)
  return ['', `$ weft ${shown.join(' ')}`, ...printed.trimEnd().split('\n')]
}

export const latency: Benchmark = {
  name: 'latency',
  title: 'Exported models in ONNX Runtime',
  run: async ({ quick }) => {
    const runtime = await loadOnnxRuntime()
    if (isProblem(runtime))
      return { findings: [], notes: ['Skipped: onnxruntime-node is not installed, or not for this machine.'] }
    const size = quick ? { ...published, side: 64 } : published
    return measure(runtime, quick ? [brief] : [small, large], size)
  },
}
