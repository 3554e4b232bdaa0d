// --plans of weft compile: a network compiled for what nnU-Net will give it.
import { basename } from 'node:path'
import type { PlansToExtend } from '../../backends/torch/nnunet/emit.ts'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { descriptionBeside, openHeads, readPlansText } from '../../node/plans-files.ts'
import { askedBy, compiledFor, type Asked } from '../../nnunet/asked.ts'
import { configurationOf, readPlans } from '../../nnunet/plans.ts'
import type { Adjustment } from './compile-network.ts'
import type { NnunetOptionArgs } from './nnunet-options.ts'

export interface Planned {
  readonly plans: PlansToExtend
  readonly asked: Asked
  readonly adjust: Adjustment
}

/** Of the configuration, `3d_fullres` unless another one is named. */
export function plannedNetwork({
  plans: path = '',
  dataset,
  configuration,
}: NnunetOptionArgs): Planned | Problem {
  const text = readPlansText(path)
  if (isProblem(text)) return text
  const plans = readPlans(text, path)
  if (isProblem(plans)) return plans
  const found = configurationOf(plans, configuration ?? '3d_fullres')
  if (isProblem(found)) return found
  const description = dataset ?? descriptionBeside(path)
  const heads = description === undefined ? undefined : openHeads(description)
  if (isProblem(heads)) return heads
  const asked = askedBy(found, heads)
  return {
    plans: { name: basename(path), text, configuration: found.name },
    asked,
    adjust: (spec, given) => compiledFor(spec, given, asked),
  }
}
