// The weights of a run's checkpoint or of an imported model's fold, for the commands that take such a folder in place of a spec.
import { basename, join, resolve } from 'node:path'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import { withSeparators } from '../../compiler/text/numbers.ts'
import { openMember, specFolder, type OpenedModel } from '../../node/models/model-folder.ts'
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
  readonly run?: string | undefined
  readonly model?: OpenedModel | undefined
  readonly file: string
  readonly checkpoint?: WhichCheckpoint | undefined
  readonly ema?: boolean | undefined
  readonly fold?: string | undefined
  readonly weights?: string | undefined
}

type ChosenWeights =
  | {
      readonly kind: 'checkpoint'
      readonly run: string
      readonly which: WhichCheckpoint
      readonly isAverage: boolean
    }
  | {
      readonly kind: 'member'
      readonly model: OpenedModel
      readonly file: string
      readonly fold: string
      readonly isGiven: boolean
    }

/** What the options mean of a run or an imported model; undefined where neither is meant. */
export function chosenWeights(given: Given): ChosenWeights | Problem | undefined {
  const { run, model, file, checkpoint, ema, fold, weights } = given
  if (model !== undefined) return chosenMember(given, model)
  const unfit = (option: string, reason: string, takesSpecs: boolean): Problem =>
    problem('option-of-run', { option, path: file, reason, takesSpecs })
  if (fold !== undefined) return unfit('--fold', 'only an imported model has folds', false)
  if (run === undefined)
    return checkpoint === undefined && ema === undefined
      ? undefined
      : problem('run-missing', { path: file, file: descriptionFile })
  return weights === undefined
    ? { kind: 'checkpoint', run, which: checkpoint ?? 'last', isAverage: ema ?? isValidatedByAverage(run) }
    : unfit('--weights', 'its weights are in its checkpoints, which --checkpoint chooses', true)
}

/** Of the fold that is asked for, or of the first. */
function chosenMember({ file: path, ...given }: Given, model: OpenedModel): ChosenWeights | Problem {
  const option = (['weights', 'checkpoint', 'ema'] as const).find((name) => given[name] !== undefined)
  const { entry, members, origin } = model.description
  const reason = 'its weights are those of its folds, which --fold chooses'
  if (option !== undefined)
    return problem('option-of-run', {
      option: `--${option}`,
      path,
      reason,
      spec: join(path, specFolder, entry),
    })
  const fold = given.fold ?? origin.folds[0] ?? ''
  const file = members[origin.folds.indexOf(fold)]
  return file === undefined
    ? problem('fold-missing', { path, fold, folds: origin.folds })
    : { kind: 'member', model, file, fold, isGiven: given.fold !== undefined }
}

/** Undefined where neither a run nor an imported model is meant. */
export function openTrainedWeights(given: Given, graph: Graph): OpenedWeights | Problem | undefined {
  const chosen = chosenWeights(given)
  if (chosen === undefined || isProblem(chosen)) return chosen
  return chosen.kind === 'member' ? memberWeights(chosen, graph) : checkpointWeights(chosen, graph)
}

function memberWeights(
  { model, file, fold, isGiven }: Extract<ChosenWeights, { kind: 'member' }>,
  graph: Graph,
): OpenedWeights | Problem {
  const { folder, description } = model
  const opened = openMember({ folder, graph }, file)
  if (isProblem(opened)) return opened
  const origin = `${basename(resolve(folder))}, fold ${fold}`
  const { folds } = description.origin
  const others =
    isGiven || folds.length === 1 ? '' : `, the first of ${folds.join(', ')}: --fold chooses another`
  return { ...opened, origin, notes: [`weights  ${origin}${others}`] }
}

function checkpointWeights(
  { run, which, isAverage }: Extract<ChosenWeights, { kind: 'checkpoint' }>,
  graph: Graph,
): OpenedWeights | Problem {
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
