// The weights of a run's checkpoint, for the commands that take a run in place of a spec.
import { basename, resolve } from 'node:path'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import { withSeparators } from '../../compiler/text/numbers.ts'
import { descriptionFile } from '../../node/runs/is-run-folder.ts'
import type { WhichCheckpoint } from '../../node/runs/run-folder.ts'
import {
  checkpointOf,
  densitiesOf,
  isValidatedByAverage,
  type FusionDensity,
} from '../../node/runs/trained.ts'
import type { Weights } from '../../weights/weights.ts'

export interface OpenedWeights {
  readonly weights: Weights
  /** `seed 1`, the file that they come from, or the run and its step. */
  readonly origin: string
  /** What a person should know of them, a line each. */
  readonly notes?: readonly string[]
  close(): void
}

interface Given {
  /** Undefined where the file is a spec. */
  readonly run: string | undefined
  readonly file: string
  readonly checkpoint: WhichCheckpoint | undefined
  readonly ema: boolean | undefined
  readonly weights: string | undefined
}

/** What the options mean of a run; undefined where no run is meant. */
export function chosenCheckpoint({
  run,
  file,
  checkpoint,
  ema,
  weights,
}: Given):
  | { readonly run: string; readonly which: WhichCheckpoint; readonly isAverage: boolean }
  | Problem
  | undefined {
  if (run === undefined)
    return checkpoint === undefined && ema === undefined
      ? undefined
      : problem('run-missing', { path: file, file: descriptionFile })
  if (weights === undefined)
    return { run, which: checkpoint ?? 'last', isAverage: ema ?? isValidatedByAverage(run) }
  const reason = 'its weights are in its checkpoints, which --checkpoint chooses'
  return problem('option-of-run', { option: '--weights', path: run, reason })
}

/** Undefined where no run is meant. */
export function openRunWeights(given: Given, graph: Graph): OpenedWeights | Problem | undefined {
  const chosen = chosenCheckpoint(given)
  if (chosen === undefined || isProblem(chosen)) return chosen
  const { run, which, isAverage } = chosen
  const found = checkpointOf(run, graph, which, isAverage)
  if (isProblem(found)) return found
  const densities = densitiesOf(graph, found.weights)
  if (isProblem(densities)) return densities
  const shares = densities.map((one) => `, ${one.fusion} ${shareOf(one)} dense`).join('')
  const averaged = isAverage ? ', averaged' : ''
  const origin = `${basename(resolve(run))}, ${which} checkpoint${averaged} (step ${found.progress.step})`
  return {
    weights: found.weights,
    origin: `${origin}${shares}`,
    notes: [`weights  ${origin}`, ...densities.map(densityLine)],
    close: () => {},
  }
}

/** Connections with a weight are switched on, whatever the spec says. */
const switchedOn = ({ active, kept }: FusionDensity): number => Math.max(active, kept)

const shareOf = (density: FusionDensity): string =>
  `${((100 * switchedOn(density)) / density.total).toFixed(1)} %`

function densityLine(density: FusionDensity): string {
  const { fusion, active, total } = density
  const on = switchedOn(density)
  const still = on - active
  const zeros =
    still === 0
      ? ''
      : `; ${withSeparators(still)} of them ${still === 1 ? 'is' : 'are'} still 0: just grown, or grown where no gradient reaches`
  return `density  ${shareOf(density)} of ${fusion}: ${withSeparators(on)} of ${withSeparators(total)} connections are switched on${zeros}`
}
