// Other extents for a network's input, as commands ask for them.

import { extentsParameter } from '../../compiler/analysis/extents-parameter.ts'
import { diagnose, problem } from '../../compiler/diagnostics/diagnostic.ts'
import {
  noExtentsParameter,
  unsettledExtent,
  withExtents,
  withFreeExtents,
} from '../../compiler/input-extents.ts'
import type { Adjustment } from './compile-network.ts'

/** Free spatial extents; those that are free already stay as they are. */
export const freed: Adjustment = (spec, given) => {
  if (unsettledExtent(given) !== undefined) return withExtents(spec, undefined, [])
  const parameter = extentsParameter(given)
  return parameter === undefined ? noExtentsParameter(given) : withFreeExtents(spec, parameter)
}

/** The extents of `--patch 32x32x32`. */
export function patched(patch: string): Adjustment {
  return (spec, given) => {
    const parameter = extentsParameter(given)
    if (parameter === undefined) return noExtentsParameter(given)
    const extents = patch.split(/[x,]/)
    if (extents.length === parameter.extents.length) return withExtents(spec, parameter, extents)
    const parts = { patch, name: parameter.name, extents: parameter.extents }
    return diagnose(problem('patch-axes', parts), { file: spec.entry, start: 0, end: 0 })
  }
}
