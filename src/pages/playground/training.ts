// Training for a minute on made-up cases, as `weft train --data phantom:…` trains: the network's own recipe or a plain one, with as many steps as the
// time has room for. Knows no page and no worker; what computes is the current backend of TensorFlow.js.
import { createModel, type TfjsModel } from '../../backends/tfjs/model.ts'
import type { BackendName } from '../../backends/tfjs/operands.ts'
import { trainingBytes } from '../../backends/tfjs/memory.ts'
import { createTrainer, type Trainer } from '../../backends/tfjs/training/trainer.ts'
import { compileRecipes } from '../../compiler/compile.ts'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import { activationOf } from '../../compiler/semantics/declarations/losses.ts'
import type { Recipe } from '../../compiler/semantics/declarations/train.ts'
import { humanBytes } from '../../compiler/text/numbers.ts'
import type { DatasetDescription, LabelledCase, LazyCase } from '../../data/case.ts'
import type { HistoryRecord } from '../../data/history.ts'
import { foregroundOf, normalisationOf, type ChannelRule } from '../../data/normalise.ts'
import { describePhantoms, parsePhantom, phantomCase, phantomNames } from '../../data/phantom.ts'
import { drawBatch, prepareCase, type PreparedCase } from '../../data/sampling.ts'
import { targetsOf } from '../../data/targets.ts'
import { classesOf, mainOutput, patchOf } from '../../node/image-network.ts'
import { recipeProblem, taskProblem } from '../../node/runs/misfit.ts'
import { validate, type Validation } from '../../node/runs/validation.ts'
import { initialise } from '../../weights/initialise.ts'
import type { RunPageData } from '../run/data.ts'
import type { Opened } from './asked.ts'
import { atStart, elaborate, refused, type Elaborated, type Refused } from './counting.ts'

export interface TrainingSetting {
  readonly tool: string
  readonly seconds: number
  readonly backend: { readonly name: BackendName; readonly description: string }
  /** Seconds, since whenever. */
  now(): number
}

/** What a step may take of a page's memory. */
const byteLimit = 2 ** 31
const seed = 1
const [trainingCases, validationCases, epochs] = [12, 2, 5]

/** The run after each step and each validation; in the end why there is none. */
export async function* trained(
  opened: Opened,
  setting: TrainingSetting,
): AsyncGenerator<RunPageData, Refused | undefined> {
  const own = elaborate(opened)
  if (own.kind === 'refused') return own
  const found = taskOf(own, opened)
  if (isProblem(found)) return refused([atStart(found, opened)], own)
  if ('kind' in found) return found
  const needed = trainingBytes(own.graph, found.recipe)
  if (needed > byteLimit)
    throw new RangeError(`a step takes ${humanBytes(needed)}, a page has ${humanBytes(byteLimit)} for it`)
  const failed = yield* running(found, setting)
  return failed === undefined ? undefined : refused([atStart(failed, opened)], own)
}

// ---------------------------------------------------------------- what is trained on what

interface Task {
  readonly graph: Graph
  readonly recipe: Recipe
  readonly data: string
  readonly dataset: DatasetDescription
  readonly rules: readonly ChannelRule[]
  readonly training: readonly LazyCase<PreparedCase>[]
  readonly validation: readonly LazyCase<LabelledCase>[]
}

const there = <T extends { readonly name: string }>(one: T): LazyCase<T> => ({
  name: one.name,
  load: () => Promise.resolve(one),
})

function taskOf(own: Elaborated, opened: Opened): Task | Problem | Refused {
  const { graph } = own
  const recipe = recipeOf(own, opened)
  if ('kind' in recipe) return recipe
  const activation = activationOf(recipe.loss)
  const data = phantomFor(graph, activation)
  const settings = parsePhantom(data)
  if (isProblem(settings)) return settings
  const dataset = describePhantoms(settings)
  const misfit = taskProblem(graph, dataset, activation) ?? recipeProblem(graph, recipe)
  if (misfit !== undefined) return misfit
  const cases = phantomNames(settings).map((name) => phantomCase(settings, name))
  const [shown, held] = [cases.slice(0, trainingCases), cases.slice(trainingCases)]
  const rules = normalisationOf(
    dataset.channels,
    shown.map((one) => foregroundOf(one, dataset.channels)),
  )
  if (isProblem(rules)) return rules
  const training = shown.map((one) => there(prepareCase(one, rules, dataset)))
  return { graph, recipe, data, dataset, rules, training, validation: held.map(there) }
}

/** Of the extents of the patch, with the channels and the classes that the network has. */
function phantomFor(graph: Graph, activation: 'softmax' | 'sigmoid'): string {
  const channels = graph.inputs.reduce((sum, { node }) => {
    const count = graph.nodes[node]?.type.shape[0]
    return sum + (typeof count === 'number' ? count : 0)
  }, 0)
  const classes = classesOf(graph) - (activation === 'softmax' ? 1 : 0)
  return `phantom:cases=${trainingCases + validationCases},extents=${patchOf(graph).join('x')},classes=${classes},channels=${channels}`
}

/** The first that the spec has for the network, else a plain one. What it says of spacings holds for phantoms: they are 1 mm. */
function recipeOf(own: Elaborated, { entry }: Opened): Recipe | Refused {
  const { host, graph } = own
  const written = compileRecipes(entry, host, { network: graph.network }).recipes[0]
  if (written !== undefined) return written
  const beside = `${entry.slice(0, entry.lastIndexOf('/') + 1)}plain-recipe.weft`
  const name = entry.slice(entry.lastIndexOf('/') + 1)
  const module = `import { ${graph.network} } from "./${name}"\n\n${plainRecipe(graph)}`
  const plain = compileRecipes(
    beside,
    { read: (path) => (path === beside ? module : host.read(path)) },
    { network: graph.network },
  )
  return (
    plain.recipes[0] ??
    refused(plain.diagnostics, { networks: own.networks, sources: { files: plain.sources } })
  )
}

const plainRecipe = (graph: Graph): string => `train plain for ${graph.network} {
  loss = dice(batch = true) + cross_entropy
  supervise = [${mainOutput(graph)}: 1]
  optimizer = adam(lr = 3e-3)
  schedule = cosine
  batch = 2
  steps = 100
  epochs = ${epochs}
}`

// ---------------------------------------------------------------- training

interface Session extends Task {
  readonly setting: TrainingSetting
  readonly model: TfjsModel
  readonly trainer: Trainer
  readonly begun: number
  readonly records: HistoryRecord[]
  shown?: Validation
  best?: { readonly epoch: number; readonly dice: number }
}

async function* running(
  task: Task,
  setting: TrainingSetting,
): AsyncGenerator<RunPageData, Problem | undefined> {
  const { now, seconds, backend } = setting
  const begun = now()
  const timed = await stepSeconds(task, setting)
  if (isProblem(timed)) return timed
  // A fifth is left to validation.
  const steps = Math.max(1, Math.min(task.recipe.steps, Math.floor((0.8 * seconds) / timed / epochs)))
  const recipe = { ...task.recipe, steps, epochs }
  const model = createModel(task.graph, initialise(task.graph, seed), { backend: backend.name })
  if (isProblem(model)) return model
  const trainer = trainerOf({ ...task, recipe }, model)
  try {
    return yield* stepping({ ...task, recipe, setting, model, trainer, begun, records: [] })
  } finally {
    trainer.dispose()
    model.dispose()
  }
}

const trainerOf = ({ graph, recipe, dataset }: Task, model: TfjsModel): Trainer =>
  createTrainer({
    model,
    graph,
    recipe,
    targets: targetsOf(dataset, activationOf(recipe.loss)),
    seed,
    totalSteps: recipe.steps * recipe.epochs,
  })

const batchOf = (task: Task, step: number): ReturnType<typeof drawBatch> =>
  drawBatch({
    cases: task.training,
    channels: task.dataset.channels.length,
    patch: patchOf(task.graph),
    batch: task.recipe.batch,
    seed,
    step,
    foreground: task.recipe.foreground,
    augment: task.recipe.augment,
  })

/** Of a second step: the first one makes more than steps do. Its weights are thrown away. */
async function stepSeconds(task: Task, { backend, now }: TrainingSetting): Promise<number | Problem> {
  const model = createModel(task.graph, initialise(task.graph, seed), { backend: backend.name })
  if (isProblem(model)) return model
  const trainer = trainerOf(task, model)
  try {
    let seconds = 0
    for (const step of [1, 2]) {
      const begun = now()
      const batch = await batchOf(task, step)
      if (isProblem(batch)) return batch
      const result = await trainer.step(batch)
      if (isProblem(result)) return result
      seconds = now() - begun
    }
    return seconds
  } finally {
    trainer.dispose()
    model.dispose()
  }
}

async function* stepping(session: Session): AsyncGenerator<RunPageData, Problem | undefined> {
  const { recipe, trainer, records, setting } = session
  const total = recipe.steps * recipe.epochs
  const topology = trainer.topology()
  if (topology !== undefined) records.push(topology)
  while (trainer.steps < total) {
    const begun = setting.now()
    const batch = await batchOf(session, trainer.steps + 1)
    if (isProblem(batch)) return batch
    const result = await trainer.step(batch)
    if (isProblem(result)) return result
    const { step, epoch, loss, learningRate, gradientNorm } = result
    records.push({
      kind: 'step',
      step,
      epoch,
      loss,
      learningRate,
      gradientNorm,
      seconds: setting.now() - begun,
    })
    if (result.topology !== undefined) records.push(result.topology)
    const failed = step % recipe.steps === 0 ? await endEpoch(session, epoch) : undefined
    if (failed !== undefined) return failed
    yield runOf(session, step === total)
  }
  return undefined
}

async function endEpoch(session: Session, epoch: number): Promise<Problem | undefined> {
  const { model, records, setting, trainer } = session
  const found = await validate({ ...session, pipeline: undefined }, model, validationCases, {})
  if (found === undefined || isProblem(found)) return found
  session.shown = found
  const { dice, meanDice, cases } = found
  if (meanDice !== null && meanDice > (session.best?.dice ?? -1)) session.best = { epoch, dice: meanDice }
  const losses = records.flatMap((one) => (one.kind === 'step' && one.epoch === epoch ? [one.loss] : []))
  const loss = losses.reduce((sum, one) => sum + one, 0) / Math.max(1, losses.length)
  const elapsedSeconds = setting.now() - session.begun
  records.push({ kind: 'epoch', epoch, step: trainer.steps, loss, dice, meanDice, cases, elapsedSeconds })
  return undefined
}

function runOf(
  { graph, recipe, dataset, data, setting, records, shown, best }: Session,
  finished: boolean,
): RunPageData {
  return {
    network: graph.network,
    recipe: { name: recipe.name, text: '' },
    dataset,
    split: { training: trainingCases, validation: validationCases },
    backend: setting.backend.description,
    provenance: `${setting.tool}, recipe ${recipe.name}, seed ${seed}, data ${data}`,
    records,
    plan: { epochs: recipe.epochs, steps: recipe.steps * recipe.epochs },
    slices: shown?.slices ?? [],
    finished,
    ...(best === undefined ? {} : { bestEpoch: best.epoch }),
  }
}
