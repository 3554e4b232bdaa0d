// What exported models take when they run: the most memory of a process that opens one and runs it twice, and how long opening takes, beside
// PyTorch's own export of the same network, made of our package.
import { join } from 'node:path'
import { onnxGoals, type OnnxGoal } from '../src/backends/onnx/passes/pipeline.ts'
import { inFolder } from './folders.ts'
import { median, type Benchmark, type Finding } from './measure.ts'
import type { Opening } from './opening.ts'
import { commandPath, emittedExportPath, examplePath, runningPath } from './paths.ts'
import { output, wholeProcess } from './processes.ts'
import { hasTorch, noTorch, python } from './torch.ts'

interface Subject {
  readonly example: string
  readonly network: string
}

const subjects: readonly Subject[] = [
  { example: 'nnunet', network: 'NNUNetV1' },
  { example: 'nnunet-resenc', network: 'ResEncUNet' },
  { example: 'unetpp3d', network: 'UNetPlusPlus3D' },
]

const side = 64
/** Ours over PyTorch's. */
const target = 1.5

interface Running {
  readonly peakMB: number
  readonly openingMs: number
}

function running(model: string): Running {
  const { peakMB, printed } = wholeProcess(runningPath, model)
  return { peakMB, openingMs: (JSON.parse(printed) as Opening).ms }
}

function weft(...args: readonly string[]): void {
  output(process.execPath, [commandPath, 'compile', ...args])
}

const extents = ['--set', `patch=[${side}, ${side}, ${side}]`]

function ours({ example }: Subject, goal: OnnxGoal, folder: string): string {
  const model = join(folder, `${goal}.onnx`)
  weft(examplePath(example), ...extents, '--target', 'onnx', '--optimize', goal, '-o', model)
  return model
}

function theirs({ example, network }: Subject, folder: string): string {
  const [made, model] = [join(folder, 'emitted'), join(folder, 'torch.onnx')]
  weft(examplePath(example), ...extents, '--target', 'torch', '-o', made)
  const patch = [side, side, side].map(String)
  output(python, [emittedExportPath, made, network, '--patch', ...patch, '--out', model])
  return model
}

function measured(subject: Subject, turns: number, withTorch: boolean): Promise<Finding[]> {
  return inFolder((folder) => {
    const models = [
      ...onnxGoals.map((goal) => ({ name: `for ${goal}`, model: ours(subject, goal, folder) })),
      ...(withTorch ? [{ name: 'PyTorch’s export', model: theirs(subject, folder) }] : []),
    ]
    const samples: Running[][] = models.map(() => [])
    for (let turn = 0; turn < turns; turn++)
      for (const [k, { model }] of models.entries()) samples[k]?.push(running(model))
    const peer = withTorch ? samples.at(-1) : undefined
    return models.flatMap(({ name }, k) => findings(`${subject.network}, ${name}`, samples[k] ?? [], peer))
  })
}

function findings(what: string, own: readonly Running[], peer: readonly Running[] | undefined): Finding[] {
  const figures = [
    { label: 'peak memory', unit: 'MB' as const, of: ({ peakMB }: Running) => peakMB },
    { label: 'opening', unit: 'ms' as const, of: ({ openingMs }: Running) => openingMs },
  ]
  return figures.flatMap(({ label, unit, of }): Finding[] => {
    const value = median(own.map(of))
    const found = { what: `${what}, ${label}`, value, unit }
    if (peer === undefined || peer === own) return [found]
    const ratio = median(own.map((one, turn) => of(one) / of(peer[turn] ?? one)))
    return [found, { what: `  against PyTorch’s`, value: ratio, unit: '×', target }]
  })
}

export const memory: Benchmark = {
  name: 'memory',
  title: `Exported models in a process of their own: opened and run twice at ${side}^3, one thread`,
  run: async ({ quick }) => {
    const withTorch = hasTorch()
    const found: Finding[] = []
    for (const subject of quick ? subjects.slice(0, 1) : subjects)
      found.push(...(await measured(subject, quick ? 1 : 3, withTorch)))
    return {
      findings: found,
      notes: [
        'Models take turns; peak memory is resident memory with Node’s own. MB are 10⁶ bytes.',
        ...(withTorch ? [] : [noTorch]),
      ],
    }
  },
}
