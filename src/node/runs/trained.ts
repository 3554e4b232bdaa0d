// A trained network as the folder of its run has it: the run's copy of the spec, compiled, and the weights of a checkpoint.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { isMasked } from '../../compiler/ir/connections.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import { activationOf, type LossActivation } from '../../compiler/semantics/declarations/losses.ts'
import { activeConnections, activeCount } from '../../weights/connections.ts'
import type { Weights } from '../../weights/weights.ts'
import { averagedWeights, readCheckpoint, type Checkpoint } from './checkpoint.ts'
import { checkpointFiles, openRun, type RunFolder, type WhichCheckpoint } from './run-folder.ts'
import { taskProblem } from './misfit.ts'

export interface TrainedNetwork {
  readonly run: RunFolder
  readonly graph: Graph
  /** That of the loss of its recipe. */
  readonly activation: LossActivation
  readonly which: WhichCheckpoint
  /** With the averages in the place of the weights, where they were asked for. */
  readonly checkpoint: Checkpoint
  /** The weights are their averages over the steps. */
  readonly isAverage: boolean
}

/**
 * The network of a run with the weights of its last step, or of the epoch with the best mean Dice; with `ema` their averages, which is
 * what the run is validated by unless it is given.
 */
export function openTrained(
  folder: string,
  which: WhichCheckpoint = 'last',
  ema?: boolean,
): TrainedNetwork | Problem {
  const run = openRun(folder)
  if (isProblem(run)) return run
  const { graph, recipe } = run.compile()
  if (graph === undefined || recipe === undefined)
    return problem('run-damaged', { path: folder, reason: 'its copy of the spec has errors' })
  const activation = activationOf(recipe.loss)
  const misfit = taskProblem(graph, run.description.dataset, activation)
  if (misfit !== undefined) return misfit
  const isAverage = ema ?? recipe.validate === 'ema'
  const checkpoint = checkpointOf(folder, graph, which, isAverage)
  return isProblem(checkpoint) ? checkpoint : { run, graph, activation, which, checkpoint, isAverage }
}

/** Whether the recipe of a run validates by the averages of the weights; false of a folder that is no run. */
export function isValidatedByAverage(folder: string): boolean {
  const run = openRun(folder)
  return !isProblem(run) && run.compile().recipe?.validate === 'ema'
}

/** The file of a checkpoint. */
export function checkpointPath(folder: string, which: WhichCheckpoint): string | Problem {
  const path = join(folder, checkpointFiles[which])
  return existsSync(path) ? path : problem('checkpoint-missing', { path: folder, which })
}

/** Reads a checkpoint of a run, for its graph; with the averages in the place of the weights where they are asked for. */
export function checkpointOf(
  folder: string,
  graph: Graph,
  which: WhichCheckpoint,
  isAverage: boolean,
): Checkpoint | Problem {
  const path = checkpointPath(folder, which)
  const found = isProblem(path) ? path : readCheckpoint(path, graph)
  if (isProblem(found) || !isAverage) return found
  const weights = averagedWeights(found)
  return weights === undefined ? problem('average-missing', { path: folder }) : { ...found, weights }
}

export interface FusionDensity {
  /** Path of the sparse fusion. */
  readonly fusion: string
  /** Connections with a weight that is not 0. */
  readonly active: number
  /** Connections that the masks leave switched on: what the spec promises. One that has just grown is still 0. */
  readonly kept: number
  readonly total: number
}

/** How many connections of each sparse fusion the weights really have; none where nothing is sparse. */
export function densitiesOf({ parameters, fusions }: Graph, weights: Weights): FusionDensity[] | Problem {
  const sums = new Map<number, { active: number; kept: number; total: number }>()
  for (const parameter of parameters) {
    if (!isMasked(parameter)) continue
    const { mask } = parameter
    const numbers = weights.numbersOf(parameter)
    if (isProblem(numbers)) return numbers
    const sum = sums.get(mask.fusion) ?? { active: 0, kept: 0, total: 0 }
    sum.active += activeCount(activeConnections(numbers, parameter))
    sum.kept += mask.kept
    sum.total += mask.total
    sums.set(mask.fusion, sum)
  }
  return [...sums].map(([fusion, sum]) => ({ fusion: fusions[fusion]?.path ?? String(fusion), ...sum }))
}
