// What the training benchmark trains: the recipes of examples/hippocampus.weft, on a patch of any size, with batches of a phantom.
import { createModel } from '../src/backends/tfjs/model.ts'
import type { BackendName } from '../src/backends/tfjs/operands.ts'
import { createTrainer, type TrainableModel } from '../src/backends/tfjs/training/trainer.ts'
import { compileRecipe } from '../src/compiler/compile.ts'
import type { Graph } from '../src/compiler/ir/graph.ts'
import { defaultAugmentation, type Augmentation } from '../src/compiler/semantics/declarations/augment.ts'
import type { Recipe } from '../src/compiler/semantics/declarations/train.ts'
import type { Batch, LazyCase } from '../src/data/case.ts'
import { phantoms } from '../src/data/phantom.ts'
import { drawBatch, prepareCase, type PreparedCase } from '../src/data/sampling.ts'
import { initialise } from '../src/weights/initialise.ts'
import { exampleHost } from './paths.ts'
import { sound } from './sound.ts'
import type { StockSizes } from './stock.ts'

/** A network with its recipe, on batches of a phantom. */
export interface Trained {
  readonly patch: readonly number[]
  readonly graph: Graph
  readonly recipe: Recipe
  batch(step: number): Promise<Batch>
}

export interface Subject extends Trained {
  readonly kind: 'plain' | 'sparse'
  /** For the networks written by hand. */
  readonly sizes: StockSizes
  readonly parameters: number
  /** A batch that every augmentation has changed. */
  augmented(step: number): Promise<Batch>
}

const entry = 'hippocampus.weft'
const everyAugmentation = defaultAugmentation.map((one) => ({ ...one, chance: 1 }))
export const wholePatch = [40, 56, 40]

/** A recipe of the example with its patch; another patch takes its place in the text. */
export function subjectOf(kind: Subject['kind'], patch: readonly number[] = wholePatch): Subject {
  const { graph, recipe } = compiled(entry, kind, (text) =>
    text.replaceAll('[40, 56, 40]', `[${patch.join(', ')}]`),
  )
  const cases = casesOf(patch)
  const drawing = { cases, channels: 1, patch, batch: recipe.batch, seed: 1, foreground: 0.33 }
  const drawn = async (step: number, augment: readonly Augmentation[]): Promise<Batch> =>
    sound(await drawBatch({ ...drawing, step, augment }))
  return {
    kind,
    patch,
    graph,
    recipe,
    sizes: {
      kind,
      base: kind === 'plain' ? 16 : 24,
      classes: 3,
      depth: 3,
      supervise: recipe.supervise.map(({ weight }) => weight),
    },
    parameters: graph.parameters.reduce(
      (sum, { shape }) => sum + shape.reduce((all, extent) => all * extent, 1),
      0,
    ),
    batch: (step) => drawn(step, []),
    augmented: (step) => drawn(step, everyAugmentation),
  }
}

/** E2ENetBlock by the recipe of its file, on cubes. */
export function blockSubject(side: number): Trained {
  const patch = [side, side, side]
  const { graph, recipe } = compiled('e2enet.weft', 'amos', (text) =>
    text
      .replace('patch: [int] = [128, 128, 128]', `patch: [int] = [${patch.join(', ')}]`)
      .replace('train amos for E2ENet(classes = 16)', 'train amos for E2ENetBlock(classes = 16)'),
  )
  const drawing = {
    cases: casesOf(patch),
    channels: 1,
    patch,
    batch: recipe.batch,
    seed: 1,
    foreground: 0.33,
  }
  const batch = async (step: number): Promise<Batch> =>
    sound(await drawBatch({ ...drawing, step, augment: [] }))
  return { patch, graph, recipe, batch }
}

/** A recipe of an example whose text was changed. */
function compiled(
  path: string,
  recipe: string,
  change: (text: string) => string,
): { readonly graph: Graph; readonly recipe: Recipe } {
  const host = exampleHost()
  const read = (one: string): string | undefined => {
    const text = host.read(one)
    return one === path && text !== undefined ? change(text) : text
  }
  const found = compileRecipe(path, { read }, { recipe })
  if (found.graph === undefined || found.recipe === undefined)
    throw new Error(found.diagnostics.map(({ message }) => message).join('; '))
  return { graph: found.graph, recipe: found.recipe }
}

function casesOf(patch: readonly number[]): readonly LazyCase<PreparedCase>[] {
  const found = sound(phantoms(`phantom:cases=4,extents=${patch.join('x')},classes=2`))
  return found.map((one) => {
    const prepared = prepareCase(one, [{ rule: 'zscore' }], {
      classes: ['background', 'ellipsoid 1', 'ellipsoid 2'],
    })
    return { name: one.name, load: () => Promise.resolve(prepared) }
  })
}

export interface OurTrainer {
  /** Gives the loss. */
  step(batch: Batch): Promise<number>
  dispose(): void
}

/** What all sides are timed with, whatever the recipe says. */
export const timedOptimizer: Recipe['optimizer'] = {
  kind: 'sgd',
  lr: 1e-2,
  momentum: 0.99,
  nesterov: true,
  weightDecay: 3e-5,
}

/** On the current backend, which `backend` names. `whole`: masked weights are computed with their zeros, whatever is faster. */
export function ourTrainer(
  { graph, recipe: asked }: Trained,
  backend: BackendName,
  optimizer: Recipe['optimizer'] = asked.optimizer,
  weights: 'as it pays' | 'whole' = 'as it pays',
): OurTrainer {
  const recipe = { ...asked, optimizer }
  const model = sound(createModel(graph, initialise(graph, 1), { backend }))
  const whole: TrainableModel = {
    variables: model.variables,
    run: (inputs, { outputs, training: { seed } }) => model.run(inputs, { outputs, training: { seed } }),
  }
  const trainer = createTrainer({
    model: weights === 'whole' ? whole : model,
    graph,
    recipe,
    targets: {},
    seed: 1,
    totalSteps: recipe.steps * recipe.epochs,
  })
  return {
    step: async (batch) => sound(await trainer.step(batch)).loss,
    dispose: () => {
      trainer.dispose()
      model.dispose()
    },
  }
}
