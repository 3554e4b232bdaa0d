// Training steps of the hippocampus networks: ours beside stock TensorFlow.js on the same backend and beside PyTorch, in turns.
import { isProblem } from '../src/compiler/diagnostics/diagnostic.ts'
import type { BackendName } from '../src/backends/tfjs/operands.ts'
import { chooseBackend } from '../src/node/tfjs-backend.ts'
import { median, medianOf, type Benchmark, type Finding, type Found } from './measure.ts'
import { stockTrainer } from './stock.ts'
import { hasTorch, noTorch } from './torch.ts'
import { openTorch } from './torch-step.ts'
import {
  blockSubject,
  ourTrainer,
  subjectOf,
  timedOptimizer,
  type Subject,
  type Trained,
} from './training-subjects.ts'

/** Stock 3D convolutions run at 0.4 GFLOPS on wasm: on the whole patch a step of theirs takes minutes. */
const smallPatch = [24, 32, 24]
const threads = 2

/** Takes one step and gives its milliseconds. */
type Step = () => Promise<number>

async function turns(times: number, steps: readonly Step[]): Promise<number[][]> {
  const samples: number[][] = steps.map(() => [])
  // The first step of each allocates, and PyTorch picks its kernels.
  for (const step of steps) await step()
  for (let turn = 0; turn < times; turn++)
    for (const [k, step] of steps.entries()) samples[k]?.push(await step())
  return samples
}

function timedStep(
  subject: Trained,
  step: (batch: Awaited<ReturnType<Trained['batch']>>) => number | Promise<number>,
): Step {
  const drawn = subject.batch(1)
  return async () => {
    const batch = await drawn
    const start = performance.now()
    await step(batch)
    return performance.now() - start
  }
}

/** Makes the batch of a step, with every augmentation. */
function timedDrawing(subject: Subject): Step {
  let step = 0
  return async () => {
    const start = performance.now()
    await subject.augmented(++step)
    return performance.now() - start
  }
}

function titleOf({ kind, patch, recipe }: Subject, backend: string): string {
  return `${kind} ${recipe.batch}×${patch.join('×')}, ${backend}`
}

/** Medians of all, and of the ratios within each turn, ours first. */
function findings(
  title: string,
  names: readonly string[],
  samples: readonly number[][],
  targets: readonly (number | undefined)[] = [],
): Finding[] {
  const [ours = []] = samples
  const ratios = names.slice(1).map((name, k) => {
    const target = targets[k]
    const theirs = samples[k + 1] ?? []
    const ratio = median(ours.map((one, turn) => one / (theirs[turn] ?? NaN)))
    const what = `${title}, Weft against ${name}`
    return { what, value: ratio, unit: '×' as const, ...(target === undefined ? {} : { target }) }
  })
  return [...names.map((name, k) => medianOf(`${title}, ${name}`, samples[k] ?? [])), ...ratios]
}

async function onTensorFlow(kind: Subject['kind'], times: number, torch: boolean): Promise<Found> {
  const subject = subjectOf(kind)
  const ours = ourTrainer(subject, 'tensorflow', timedOptimizer)
  const stock = stockTrainer(subject.sizes)
  const peer = torch
    ? await openTorch({ ...subject.sizes, patch: subject.patch, batch: subject.recipe.batch, threads })
    : undefined
  try {
    agree(subject, stock.parameters, peer?.parameters)
    const steps = [timedStep(subject, ours.step), timedStep(subject, stock.step)]
    const samples = await turns(times, peer === undefined ? steps : [...steps, peer.step])
    const names = ['Weft', 'stock operations', ...(peer === undefined ? [] : [`PyTorch ${peer.torch}`])]
    return { findings: findings(titleOf(subject, 'tensorflow'), names, samples, [undefined, 1]), notes: [] }
  } finally {
    peer?.close()
    ours.dispose()
    stock.dispose()
  }
}

/** All count the same parameters, or the comparison means nothing. */
function agree(subject: Subject, ...others: readonly (number | undefined)[]): void {
  const other = others.find((one) => one !== undefined && one !== subject.parameters)
  if (other !== undefined)
    throw new Error(`${subject.kind}: ${subject.parameters} parameters against ${other}`)
}

async function onWasm(times: number): Promise<Found> {
  const subject = subjectOf('plain', smallPatch)
  const [ours, stock] = [ourTrainer(subject, 'wasm', timedOptimizer), stockTrainer(subject.sizes)]
  agree(subject, stock.parameters)
  const samples = await turns(times, [timedStep(subject, ours.step), timedStep(subject, stock.step)])
  ours.dispose()
  stock.dispose()
  return {
    findings: findings(titleOf(subject, 'wasm'), ['Weft', 'stock operations'], samples, [1 / 20]),
    notes: [
      `The patch is small on wasm because stock 3D convolutions are slow there; their gradients are wrong, only the time counts.`,
    ],
  }
}

async function wholeOnWasm(kind: Subject['kind'], times: number): Promise<Found> {
  const subject = subjectOf(kind)
  const ours = ourTrainer(subject, 'wasm', timedOptimizer)
  const samples = await turns(times, [timedStep(subject, ours.step), timedDrawing(subject)])
  ours.dispose()
  const [steps = [], drawings = []] = samples
  const share = median(drawings.map((one, turn) => one / (steps[turn] ?? NaN)))
  const title = titleOf(subject, 'wasm')
  return {
    findings: [
      medianOf(`${title}, Weft`, steps),
      medianOf(`${title}, a batch with every augmentation`, drawings),
      { what: `${title}, that batch against the step`, value: share, unit: '×', target: 0.1 },
    ],
    notes: [],
  }
}

/** Connections in blocks, computed alone and as whole weights with zeros. */
async function inBlocks(backend: BackendName, times: number): Promise<Found> {
  const subject = blockSubject(32)
  const alone = ourTrainer(subject, backend)
  const whole = ourTrainer(subject, backend, subject.recipe.optimizer, 'whole')
  const samples = await turns(times, [timedStep(subject, alone.step), timedStep(subject, whole.step)])
  alone.dispose()
  whole.dispose()
  const title = `E2ENetBlock ${subject.recipe.batch}×${subject.patch.join('×')}, ${backend}`
  return { findings: findings(title, ['Weft', 'whole weights'], samples, [0.6]), notes: [] }
}

/** The losses of the first steps from the same weights, on the same batches. */
async function losses(subject: Subject, backend: BackendName, steps: number): Promise<number[]> {
  await use(backend)
  const trainer = ourTrainer(subject, backend)
  const found: number[] = []
  for (let step = 1; step <= steps; step++) found.push(await trainer.step(await subject.batch(step)))
  trainer.dispose()
  return found
}

async function difference(steps: number): Promise<string> {
  const subject = subjectOf('plain')
  const [first, second] = [await losses(subject, 'tensorflow', steps), await losses(subject, 'wasm', steps)]
  const gaps = first.map((one, k) => Math.abs(one - (second[k] ?? NaN)))
  const range = `${first[0]?.toFixed(4)} to ${first.at(-1)?.toFixed(4)}`
  return `Losses of the first ${steps} steps of plain as its recipe has it (${range} on tensorflow): wasm differs by at most ${Math.max(...gaps).toExponential(1)}.`
}

/** What computes, or undefined where the backend does not work here. */
async function use(backend: BackendName): Promise<string | undefined> {
  const chosen = await chooseBackend(backend)
  return isProblem(chosen) ? undefined : chosen.description
}

async function measure(times: number, steps: number): Promise<Found> {
  const torch = hasTorch()
  const all: Found[] = []
  const native = await use('tensorflow')
  if (native !== undefined) {
    for (const kind of ['plain', 'sparse'] as const) all.push(await onTensorFlow(kind, times, torch))
    all.push(await inBlocks('tensorflow', times))
  }
  const wasm = await use('wasm')
  if (wasm !== undefined) {
    all.push(await onWasm(Math.min(times, 3)))
    for (const kind of ['plain', 'sparse'] as const) all.push(await wholeOnWasm(kind, Math.min(times, 3)))
    all.push(await inBlocks('wasm', Math.min(times, 3)))
  }
  const both = native !== undefined && wasm !== undefined
  return {
    findings: all.flatMap((one) => one.findings),
    notes: [
      ...(native === undefined
        ? ['Native TensorFlow does not load here: `npm run native` sets it up.']
        : [`${native}.`]),
      'A step: forward, loss, gradients, update by SGD with Nesterov momentum, whatever the recipe has. The sides take turns; a ratio is the',
      'median over the turns.',
      'Stock operations: conv3d, moments, leakyRelu, concat, tf.train.momentum, no weight decay and no clipping; conv3dTranspose has no',
      'gradient in TensorFlow.js and was given one of stock kernels. PyTorch: 2 threads, clipping and weight decay as ours.',
      'Whole weights: E2ENetBlock with the zeros of its masks, as a mask of single kernels has them.',
      ...(torch ? [] : [noTorch]),
      ...all.flatMap((one) => one.notes),
      ...(both ? [await difference(steps)] : []),
    ],
  }
}

export const training: Benchmark = {
  name: 'training',
  title: 'Training steps of examples/hippocampus.weft',
  run: ({ quick }) => measure(quick ? 3 : 5, quick ? 3 : 20),
}
