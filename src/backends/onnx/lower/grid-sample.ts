// Sampling at the places of a grid.
import type { NodeOf } from '../../backend.ts'
import type { Shape } from '../../../compiler/ir/tensor.ts'
import { leadingAxes } from '../../../compiler/ops/primitive/grid-sample.ts'
import type { Step } from '../builder.ts'
import { int, string } from '../model.ts'
import { volumeGridSampleOpset } from '../opsets.ts'
import { extentVector } from './extents.ts'

/** GridSample knows one batch and no other leading axes: those become part of it, and leave it again. */
export function lowerGridSample({ attributes, type }: NodeOf<'grid_sample'>, step: Step): string {
  const { mode, padding, align_corners } = attributes
  const [x, grid] = [step.inputType(0).shape, step.inputType(1).shape]
  const lead = leadingAxes(x, grid)
  const operands = [
    joined(step, 'image', step.input(0), x, lead),
    joined(step, 'places', foldedGrid(step, attributes), grid, lead),
  ]
  const settings = {
    mode: string(mode === 'linear' && step.opset < volumeGridSampleOpset ? 'bilinear' : mode),
    padding_mode: string(folds(attributes) ? 'border' : padding),
    align_corners: int(align_corners ? 1 : 0),
  }
  const needs = x.length - lead > 3 ? volumeGridSampleOpset : undefined
  if (lead === 0) return step.finish('GridSample', operands, settings, needs)
  const sampled = step.prepare('sampled', 'GridSample', operands, settings, needs)
  return step.finish('Reshape', [sampled, extentVector(step, 'shape', [-1, ...type.shape])])
}

function joined(step: Step, label: string, value: string, shape: Shape, lead: number): string {
  if (lead === 0) return value
  const target = extentVector(step, `${label}/shape`, [-1, ...shape.slice(lead)])
  return step.prepare(label, 'Reshape', [value, target])
}

type Attributes = NodeOf<'grid_sample'>['attributes']

/**
 * ONNX Runtime rounds a place before it mirrors it, PyTorch afterwards: halves beyond the edges, where the image repeats half an element
 * further out, come to different neighbours.
 */
const folds = ({ mode, padding, align_corners }: Attributes): boolean =>
  mode === 'nearest' && padding === 'reflection' && !align_corners

/** Coordinates mirrored into -1 to 1: `1 - |(|c + 1| mod 4) - 2|`. */
function foldedGrid(step: Step, attributes: Attributes): string {
  const grid = step.input(1)
  if (!folds(attributes)) return grid
  const from = step.prepare('from_low', 'Add', [grid, step.floats('one', [1])])
  const round = [step.prepare('beyond', 'Abs', [from]), step.floats('period', [4])]
  const turned = step.prepare('turned', 'Sub', [
    step.prepare('along', 'Mod', round, { fmod: int(1) }),
    step.floats('half', [2]),
  ])
  return step.prepare('folded', 'Sub', [step.floats('one', [1]), step.prepare('depth', 'Abs', [turned])])
}
