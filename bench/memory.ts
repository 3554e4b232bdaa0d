// What exported models take when they run: the most memory of a process that opens one and runs it twice, and how long opening takes,
// for each goal that passes are chosen for.
import { join } from 'node:path'
import { onnxGoals, type OnnxGoal } from '../src/backends/onnx/passes/pipeline.ts'
import { inFolder } from './folders.ts'
import { median, type Benchmark, type Finding } from './measure.ts'
import type { Opening } from './opening.ts'
import { commandPath, examplePath, runningPath } from './paths.ts'
import { output, wholeProcess } from './processes.ts'

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

function measured(subject: Subject, turns: number): Promise<Finding[]> {
  return inFolder((folder) => {
    const models = onnxGoals.map((goal) => ({ goal, model: ours(subject, goal, folder) }))
    const samples: Running[][] = models.map(() => [])
    for (let turn = 0; turn < turns; turn++)
      for (const [k, { model }] of models.entries()) samples[k]?.push(running(model))
    return models.flatMap(({ goal }, k) => findings(`${subject.network}, for ${goal}`, samples[k] ?? []))
  })
}

const findings = (what: string, all: readonly Running[]): Finding[] => [
  { what: `${what}, peak memory`, value: median(all.map(({ peakMB }) => peakMB)), unit: 'MB' },
  { what: `${what}, opening`, value: median(all.map(({ openingMs }) => openingMs)), unit: 'ms' },
]

export const memory: Benchmark = {
  name: 'memory',
  title: `Exported models in a process of their own: opened and run twice at ${side}^3, one thread`,
  run: async ({ quick }) => {
    const found: Finding[] = []
    for (const subject of quick ? subjects.slice(0, 1) : subjects)
      found.push(...(await measured(subject, quick ? 1 : 3)))
    return {
      findings: found,
      notes: ['Models take turns; peak memory is resident memory with Node’s own. MB are 10⁶ bytes.'],
    }
  },
}
