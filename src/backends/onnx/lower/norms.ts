// Normalisations. ONNX wants a scale and a shift always; where Weft has none they are constant.
import type { NodeOf } from '../../backend.ts'
import type { Step } from '../builder.ts'
import { float, int, ints } from '../model.ts'
import { perChannel } from './broadcast.ts'
import { axisAt, batchedShape, extentVector } from './extents.ts'

const channelsOf = (step: Step): number => {
  const extent = step.inputType().shape[0]
  if (typeof extent !== 'number') throw new Error('channels are always known')
  return extent
}

/** Scale and shift: the parameters, or ones and zeros. */
function affine(step: Step, isAffine: boolean, count: number): [string, string] {
  if (isAffine) return [step.parameter(0), step.parameter(1)]
  return [
    step.floats('ones', Array<number>(count).fill(1), [count]),
    step.floats('zeros', Array<number>(count).fill(0), [count]),
  ]
}

export function lowerInstanceNorm({ attributes }: NodeOf<'instance_norm'>, step: Step): string {
  const scaleAndShift = affine(step, attributes.affine, channelsOf(step))
  return step.finish('InstanceNormalization', [step.input(), ...scaleAndShift], {
    epsilon: float(attributes.eps),
  })
}

export function lowerBatchNorm({ attributes }: NodeOf<'batch_norm'>, step: Step): string {
  const scaleAndShift = affine(step, attributes.affine, channelsOf(step))
  const first = attributes.affine ? 2 : 0
  const statistics = [step.parameter(first), step.parameter(first + 1)]
  return step.finish('BatchNormalization', [step.input(), ...scaleAndShift, ...statistics], {
    epsilon: float(attributes.eps),
  })
}

/**
 * Each group as one channel of an instance normalisation: ONNX has the operator itself only from operator set 21 on. The axes behind stay, so
 * that a group has rows.
 */
export function lowerGroupNorm({ attributes }: NodeOf<'group_norm'>, step: Step): string {
  const { groups, eps } = attributes
  const { shape } = step.inputType()
  const behind = extentVector(step, 'groups', [0, groups, -1, ...shape.slice(2)])
  const flat = step.prepare('grouped', 'Reshape', [step.input(), behind])
  const scaleAndShift = affine(step, false, groups)
  const normal = step.prepare('normal', 'InstanceNormalization', [flat, ...scaleAndShift], {
    epsilon: float(eps),
  })
  const back = [normal, batchedShape(step, 'shape', shape, true)]
  if (!attributes.affine) return step.finish('Reshape', back)
  const spatial = shape.length - 1
  const scaled = step.prepare('scaled', 'Mul', [
    step.prepare('ungrouped', 'Reshape', back),
    perChannel(step, 'weight', step.parameter(0), spatial),
  ])
  return step.finish('Add', [scaled, perChannel(step, 'bias', step.parameter(1), spatial)])
}

/** ONNX normalises the last axes; another axis changes places with the last. */
export function lowerLayerNorm({ attributes }: NodeOf<'layer_norm'>, step: Step): string {
  const { eps, axis } = attributes
  const type = step.inputType()
  const extent = type.shape[axis]
  if (typeof extent !== 'number') throw new Error('the normalised extent is always known')
  const [scale, shift] = affine(step, attributes.affine, extent)
  const settings = { axis: int(-1), epsilon: float(eps) }
  if (axis === type.shape.length - 1)
    return step.finish('LayerNormalization', [step.input(), scale, shift], settings)
  const rank = axisAt(type.shape.length, type)
  const swapped = Array.from({ length: rank }, (_, at) => at)
  swapped[axisAt(axis, type)] = rank - 1
  swapped[rank - 1] = axisAt(axis, type)
  const perm = ints(swapped)
  const last = step.prepare('axis_last', 'Transpose', [step.input()], { perm })
  const normal = step.prepare('normal', 'LayerNormalization', [last, scale, shift], settings)
  return step.finish('Transpose', [normal], { perm })
}
