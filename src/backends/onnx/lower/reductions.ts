// Operators that take one number of many: their axes are attributes before operator set 18 and an input from there on, but for sums.
import type { NodeOf } from '../../backend.ts'
import type { ReductionAttributes } from '../../../compiler/ops/reduction.ts'
import type { Step } from '../builder.ts'
import { int, ints, type OnnxAttributes } from '../model.ts'
import { axesInputOpset } from '../opsets.ts'
import { axisAt } from './extents.ts'

type Reduce = 'ReduceMean' | 'ReduceSum' | 'ReduceMax' | 'ReduceMin'

interface Reducing {
  readonly op: Reduce
  /** Begins the names of what is prepared. */
  readonly label: string
  readonly value: string
  readonly axes: readonly number[]
  readonly keep: boolean
}

interface LastReduction {
  readonly inputs: readonly string[]
  readonly attributes: OnnxAttributes
}

/**
 * Inputs and attributes of the last of the reductions that take a value's axes away. Sums are of one axis at a time, the last one first:
 * runtimes add all values up in one number of single precision, which is far off where there are millions.
 */
function reducing(step: Step, { op, label, value, axes, keep }: Reducing): LastReduction {
  const places = axes.map((axis) => axisAt(axis, step.inputType())).toSorted((a, b) => b - a)
  const isSum = op === 'ReduceSum' || op === 'ReduceMean'
  const parts = isSum ? places.map((place) => [place]) : [places]
  const over = (taken: readonly number[], from: string): LastReduction => {
    const keepdims = int(keep ? 1 : 0)
    return op === 'ReduceSum' || step.opset >= axesInputOpset
      ? { inputs: [from, step.ints(`${label}axes${taken.join('_')}`, taken)], attributes: { keepdims } }
      : { inputs: [from], attributes: { axes: ints(taken), keepdims } }
  }
  const rest = parts.slice(0, -1).reduce((from, taken) => {
    const { inputs, attributes } = over(taken, from)
    return step.prepare(`${label}over${taken.join('_')}`, op, inputs, attributes)
  }, value)
  return over(parts.at(-1) ?? [], rest)
}

/** Over no axes at all ONNX would take all of them. */
export function reduction(
  op: Reduce,
): (node: { readonly attributes: ReductionAttributes }, step: Step) => string {
  return ({ attributes: { axes, keep } }, step) => {
    if (axes.length === 0) return step.finish('Identity', [step.input()])
    const { inputs, attributes } = reducing(step, { op, label: '', value: step.input(), axes, keep })
    return step.finish(op, inputs, attributes)
  }
}

/** The mean of squared distances from the mean. */
export function lowerVariance({ attributes: given }: NodeOf<'variance'>, step: Step): string {
  const { axes, keep, unbiased } = given
  const x = step.input()
  if (axes.length === 0) return step.finish('Sub', [x, x])
  const mean = { op: 'ReduceMean', axes } as const
  const means = reducing(step, { ...mean, label: 'mean/', value: x, keep: true })
  const centred = step.prepare('centred', 'Sub', [
    x,
    step.prepare('mean', 'ReduceMean', means.inputs, means.attributes),
  ])
  const squared = step.prepare('squares', 'Mul', [centred, centred])
  const squares = reducing(step, { ...mean, label: 'squares/', value: squared, keep })
  if (!unbiased) return step.finish('ReduceMean', squares.inputs, squares.attributes)
  const biased = step.prepare('biased', 'ReduceMean', squares.inputs, squares.attributes)
  const count = axes.reduce((all, axis) => all * Number(step.inputType().shape[axis]), 1)
  return step.finish('Mul', [biased, step.floats('correction', [count / (count - 1)])])
}
