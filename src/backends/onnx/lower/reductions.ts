// Operators that take one number of many: their axes are attributes before operator set 18 and an input from there on, but for sums.
import type { NodeOf } from '../../backend.ts'
import type { ReductionAttributes } from '../../../compiler/ops/reduction.ts'
import type { Step } from '../builder.ts'
import { int, ints, type OnnxAttributes } from '../model.ts'
import { axesInputOpset } from '../opsets.ts'
import { axisAt } from './extents.ts'

type Reduce = 'ReduceMean' | 'ReduceSum' | 'ReduceMax' | 'ReduceMin'

interface Reducing {
  readonly inputs: readonly string[]
  readonly attributes: OnnxAttributes
}

/** Inputs and attributes of a reduction of a value over the node's axes. */
function reducing(step: Step, op: Reduce, value: string, axes: readonly number[], keep: boolean): Reducing {
  const places = axes.map((axis) => axisAt(axis, step.inputType()))
  const keepdims = int(keep ? 1 : 0)
  return op === 'ReduceSum' || step.opset >= axesInputOpset
    ? { inputs: [value, step.ints('axes', places)], attributes: { keepdims } }
    : { inputs: [value], attributes: { axes: ints(places), keepdims } }
}

/** Over no axes at all ONNX would take all of them. */
export function reduction(
  op: Reduce,
): (node: { readonly attributes: ReductionAttributes }, step: Step) => string {
  return ({ attributes: { axes, keep } }, step) => {
    if (axes.length === 0) return step.finish('Identity', [step.input()])
    const { inputs, attributes } = reducing(step, op, step.input(), axes, keep)
    return step.finish(op, inputs, attributes)
  }
}

/** The mean of squared distances from the mean. */
export function lowerVariance({ attributes: given }: NodeOf<'variance'>, step: Step): string {
  const { axes, keep, unbiased } = given
  const x = step.input()
  if (axes.length === 0) return step.finish('Sub', [x, x])
  const means = reducing(step, 'ReduceMean', x, axes, true)
  const centred = step.prepare('centred', 'Sub', [
    x,
    step.prepare('mean', 'ReduceMean', means.inputs, means.attributes),
  ])
  const squares = reducing(step, 'ReduceMean', step.prepare('squares', 'Mul', [centred, centred]), axes, keep)
  if (!unbiased) return step.finish('ReduceMean', squares.inputs, squares.attributes)
  const biased = step.prepare('biased', 'ReduceMean', squares.inputs, squares.attributes)
  const count = axes.reduce((all, axis) => all * Number(step.inputType().shape[axis]), 1)
  return step.finish('Mul', [biased, step.floats('correction', [count / (count - 1)])])
}
