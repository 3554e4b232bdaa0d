// A network that one of nnU-Net's own classes is, as one more configuration of plans.
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { withEntry } from './added-configuration.ts'
import type { ExportedPlans } from './export-plans.ts'
import { configurationOf, readPlans } from './plans.ts'

export interface NewConfiguration {
  readonly name: string
  readonly inheritsFrom: string
}

/** The text with the configuration at the head of theirs. */
export function withExported(
  text: string,
  path: string,
  { name, inheritsFrom }: NewConfiguration,
  { architecture, patch, channels }: ExportedPlans,
): string | Problem {
  const plans = readPlans(text, path)
  if (isProblem(plans)) return plans
  if (plans.configurations.has(name))
    return problem('plans-configuration-taken', { path, configuration: name })
  const parent = configurationOf(plans, inheritsFrom)
  if (isProblem(parent)) return parent
  const unfit = (reason: string): Problem =>
    problem('plans-do-not-fit', { path, configuration: inheritsFrom, reason })
  if (parent.patch.length !== patch.length)
    return unfit(`its patch has ${patch.length} axes, and that configuration's ${parent.patch.length}`)
  if (parent.previousStage !== undefined)
    return unfit('it is the second stage of a cascade, whose input has a channel for each label besides')
  if (parent.channels !== undefined && parent.channels !== channels)
    return unfit(`its input has ${channels} channels, and the images have ${parent.channels}`)
  const isSamePatch = patch.every((side, axis) => side === parent.patch[axis])
  const entry = { inherits_from: inheritsFrom, ...(isSamePatch ? {} : { patch_size: patch }), architecture }
  return withEntry(text, name, entry)
}
