// What declared sparsity buys in ONNX Runtime: E2ENet by blocks beside itself dense, with single kernels, and nnU-Net. Time, size, executed MACs.
import { emitOnnx } from '../src/backends/onnx/emit.ts'
import { executedModel } from '../src/backends/onnx/executed.ts'
import { isProblem } from '../src/compiler/diagnostics/diagnostic.ts'
import { benchModels } from '../src/node/bench-onnx.ts'
import { loadOnnxRuntime, type OnnxRuntime } from '../src/node/onnx-runtime.ts'
import { initialise } from '../src/weights/initialise.ts'
import { cube, openOurs, whileOpen, type Opened, type Setting } from './contestants.ts'
import { medianOf, type Benchmark, type Finding, type Found } from './measure.ts'
import { exampleHost } from './paths.ts'
import { sound } from './sound.ts'
import { costReport, type Whole } from './whole.ts'

interface Contender {
  readonly name: string
  readonly file: string
  readonly network: string
  readonly sparsity?: string
  /** Of the first contender's time and size beside this one's, what they should stay under. */
  readonly targets?: { readonly time: number; readonly size?: number }
}

/** The first is measured against each of the others. */
const contenders: readonly Contender[] = [
  { name: 'E2ENetBlock, S = 0.8', file: 'e2enet', network: 'E2ENetBlock', sparsity: '0.8' },
  {
    name: 'E2ENet, S = 0',
    file: 'e2enet',
    network: 'E2ENet',
    sparsity: '0',
    targets: { time: 0.45, size: 0.4 },
  },
  { name: 'E2ENet by kernel, S = 0.8', file: 'e2enet', network: 'E2ENet', sparsity: '0.8' },
  { name: 'NNUNet', file: 'nnunet', network: 'NNUNet', targets: { time: 1.3 } },
]

function compiled({ file, network, sparsity }: Contender, side: number): Whole {
  return costReport(`${file}.weft`, exampleHost(), network, {
    arguments: { patch: `[${cube(side).join(', ')}]`, ...(sparsity === undefined ? {} : { S: sparsity }) },
  })
}

async function measure(runtime: OnnxRuntime, setting: Setting): Promise<Found> {
  const at = cube(setting.side).join('×')
  const wholes = contenders.map((one) => compiled(one, setting.side))
  const opened: Opened[] = []
  return whileOpen(opened, async () => {
    for (const [k, { name }] of contenders.entries()) {
      const whole = wholes[k]
      if (whole !== undefined) opened.push(await openOurs(runtime, whole, { name, threads: 1 }))
    }
    const { timings, ratios } = sound(
      await benchModels(
        opened.map(({ contestant }) => contestant),
        setting,
      ),
    )
    const times = timings.map(({ name, samples }) => medianOf(`${at}, ${name}`, samples))
    const [first] = contenders
    const beside = ratios.flatMap(({ ratio }, k): Finding[] => {
      const other = contenders[k + 1]
      const what = `${at}, ${first?.name} beside ${other?.name}`
      const target = other?.targets?.time
      return [{ what, value: ratio, unit: '×', ...(target === undefined ? {} : { target }) }]
    })
    return {
      findings: [...times, ...beside, ...sizes(wholes, at)],
      notes: wholes.map((one, k) => `${at}, ${contenders[k]?.name}: ${executedText(one)}`),
    }
  })
}

/** Of the exported files. */
function sizes(wholes: readonly Whole[], at: string): Finding[] {
  const bytes = wholes.map(sizeOf)
  const [own = NaN, dense = NaN] = bytes
  const [, { targets } = {}] = contenders
  const found = contenders.map(({ name }, k): Finding => ({
    what: `${at}, ${name}, file`,
    value: (bytes[k] ?? NaN) / 1e6,
    unit: 'MB',
  }))
  const ratio: Finding = { what: `${at}, file beside the dense one`, value: own / dense, unit: '×' }
  return [...found, targets?.size === undefined ? ratio : { ...ratio, target: targets.size }]
}

function sizeOf({ graph, sources }: Whole): number {
  const provenance = { weftVersion: 'bench', weights: 'seed 1' }
  const emission = emitOnnx(graph, sources, {
    fileName: 'model.onnx',
    weights: initialise(graph, 1),
    provenance,
  })
  if (emission.kind === 'refused') throw new Error('refused')
  return emission.files.reduce((sum, { byteCount }) => sum + byteCount, 0)
}

function executedText({ graph, report }: Whole): string {
  const found = executedModel(graph, initialise(graph, 1))
  if ('diagnostics' in found) throw new Error('refused')
  const executed = [...found.macs.values()].reduce<number>((sum, one) => sum + (one ?? NaN), 0)
  const { macs, effectiveMacs } = report.totals.inference
  return `${macs} MACs, ${effectiveMacs} effective, ${executed} executed`
}

export const sparsity: Benchmark = {
  name: 'sparsity',
  title: 'Sparse exports in ONNX Runtime, one thread',
  run: async ({ quick }) => {
    const runtime = await loadOnnxRuntime()
    if (isProblem(runtime))
      return { findings: [], notes: ['Skipped: onnxruntime-node is not installed, or not for this machine.'] }
    const settings: readonly Setting[] = quick
      ? [{ side: 32, warmup: 1, repeats: 3, threads: [1] }]
      : [
          { side: 32, warmup: 2, repeats: 15, threads: [1] },
          { side: 64, warmup: 1, repeats: 5, threads: [1] },
        ]
    const all: Found[] = []
    for (const setting of settings) all.push(await measure(runtime, setting))
    return {
      findings: all.flatMap(({ findings }) => findings),
      notes: [
        `ONNX Runtime ${runtime.version}; models take turns, a ratio is the median over the turns.`,
        ...all.flatMap(({ notes }) => notes),
      ],
    }
  },
}
