// Operators of single elements: sums, products, activations.
import { combined, preferred } from '../broadcast.ts'
import { transposed } from '../axes.ts'
import type { Handle } from '../builder.ts'
import { elementsOf, type TfOp } from '../model.ts'
import type { Entries, Step } from '../step.ts'
import { placeOf, type Value } from '../value.ts'

type Elementwise =
  | 'add'
  | 'sub'
  | 'mul'
  | 'divide'
  | 'maximum'
  | 'minimum'
  | 'sum'
  | 'scale'
  | 'dropout'
  | 'gaussian_noise'
  | 'relu'
  | 'leaky_relu'
  | 'elu'
  | 'prelu'
  | 'gelu'
  | 'sigmoid'
  | 'tanh'
  | 'silu'
  | 'hard_sigmoid'
  | 'hard_swish'
  | 'relu6'
  | 'softplus'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'rsqrt'
  | 'abs'
  | 'clip'
  | 'softmax'

export const elementwise: Entries<Elementwise> = {
  add: (_, step) => combined(step, 'AddV2', step.input(0), step.input(1)),
  sub: (_, step) => combined(step, 'Sub', step.input(0), step.input(1)),
  mul: (_, step) => combined(step, 'Mul', step.input(0), step.input(1)),
  divide: (_, step) => combined(step, 'RealDiv', step.input(0), step.input(1)),
  maximum: (_, step) => combined(step, 'Maximum', step.input(0), step.input(1)),
  minimum: (_, step) => combined(step, 'Minimum', step.input(0), step.input(1)),
  sum: (_, step) => {
    const values = step.inputs()
    const form = preferred(...values)
    const handle = values
      .map((one) => one.in(form))
      .reduce((sum, one) => step.builder.op('AddV2', [sum, one], sum.dims))
    return step.result(form, handle)
  },
  scale: ({ attributes: { factor } }, step) => onElements(step, (x) => times(step, x, factor)),
  dropout: (_, step) => step.input(),
  gaussian_noise: (_, step) => step.input(),
  relu: unary('Relu'),
  leaky_relu: ({ attributes: { slope } }, step) => {
    // A slope for each channel, all alike: on wasm Prelu is twenty times faster than LeakyRelu, if it has channels to count in.
    const x = step.input()
    const last = x.in(x.form).dims.at(-1) ?? 1
    const view = last > 0 ? step.builder.as(x.raw(), x.in(x.form).dims) : x.raw()
    const slopes = step.builder.floats(Array<number>(Math.max(1, last)).fill(slope), [Math.max(1, last)])
    return step.result(x.form, step.builder.op('Prelu', [view, slopes], view.dims))
  },
  elu: ({ attributes: { alpha } }, step) =>
    onElements(step, (x) => {
      const { builder } = step
      if (alpha === 1) return builder.op('Elu', [x], x.dims)
      const negative = builder.op('Minimum', [x, builder.floats([0])], x.dims)
      const curve = times(step, builder.op('Elu', [negative], x.dims), alpha)
      return builder.op('AddV2', [builder.op('Relu', [x], x.dims), curve], x.dims)
    }),
  prelu: ({ attributes: { shared } }, step) => {
    const { builder } = step
    const x = step.input()
    if (shared) return onElements(step, (raw) => builder.op('Prelu', [raw, step.parameter(0)], raw.dims))
    const last = x.in('last')
    return step.result('last', builder.op('Prelu', [last, step.parameter(0)], last.dims))
  },
  gelu: ({ attributes: { approximate } }, step) =>
    onElements(step, (x) => (approximate === 'tanh' ? geluByTanh(step, x) : gelu(step, x))),
  sigmoid: unary('Sigmoid'),
  tanh: unary('Tanh'),
  silu: (_, step) => onElements(step, (x) => gated(step, x, step.builder.op('Sigmoid', [x], x.dims))),
  hard_sigmoid: (_, step) => onElements(step, (x) => hardSigmoid(step, x)),
  hard_swish: (_, step) => onElements(step, (x) => gated(step, x, hardSigmoid(step, x))),
  relu6: unary('Relu6'),
  softplus: unary('Softplus'),
  exp: unary('Exp'),
  log: unary('Log'),
  sqrt: unary('Sqrt'),
  rsqrt: unary('Rsqrt'),
  abs: unary('Abs'),
  clip: ({ attributes: { min, max } }, step) =>
    onElements(step, (x) => bounded(step, 'Minimum', bounded(step, 'Maximum', x, min), max)),
  softmax: ({ attributes: { axis } }, step) =>
    alongLast(step, axis, (rows) => step.builder.op('Softmax', [rows], rows.dims)),
}

function unary(op: TfOp): (node: unknown, step: Step) => Value {
  return (_, step) => onElements(step, (x) => step.builder.op(op, [x], x.dims))
}

/** In whatever form and extents the input was made. */
function onElements(step: Step, action: (x: Handle) => Handle): Value {
  const x = step.input()
  return step.result(x.form, action(x.raw()))
}

function times(step: Step, x: Handle, factor: number): Handle {
  return step.builder.op('Mul', [x, step.builder.floats([factor])], x.dims)
}

function gated({ builder }: Step, x: Handle, gate: Handle): Handle {
  return builder.op('Mul', [x, gate], x.dims)
}

/** `relu6(x + 3) / 6`. */
function hardSigmoid(step: Step, x: Handle): Handle {
  const { builder } = step
  const raised = builder.op('AddV2', [x, builder.floats([3])], x.dims)
  return times(step, builder.op('Relu6', [raised], x.dims), 1 / 6)
}

function bounded({ builder }: Step, op: TfOp, x: Handle, bound: number | 'none'): Handle {
  return bound === 'none' ? x : builder.op(op, [x, builder.floats([bound])], x.dims)
}

/** `x · (1 + erf(x / √2)) / 2`. */
function gelu(step: Step, x: Handle): Handle {
  const { builder } = step
  const error = builder.op('Erf', [times(step, x, Math.SQRT1_2)], x.dims)
  const doubled = builder.op('AddV2', [error, builder.floats([1])], x.dims)
  return builder.op('Mul', [times(step, x, 0.5), doubled], x.dims)
}

/** `(1 + tanh(z)) / 2` is `sigmoid(2z)`, which is the faster one on wasm. */
function geluByTanh(step: Step, x: Handle): Handle {
  const { builder } = step
  const square = builder.op('Square', [x], x.dims)
  const factor = builder.op('AddV2', [times(step, square, 0.044715), builder.floats([1])], x.dims)
  const inner = builder.op('Mul', [x, factor], x.dims)
  const weight = builder.op('Sigmoid', [times(step, inner, 2 * Math.sqrt(2 / Math.PI))], x.dims)
  return builder.op('Mul', [x, weight], x.dims)
}

/** An operator of rows: the axis is brought to the end and, where no form has it there, back again. */
export function alongLast(step: Step, axis: number, action: (rows: Handle) => Handle): Value {
  const { builder } = step
  const x = step.input()
  const extent = x.shape[axis] ?? 1
  const rank = x.shape.length
  const form = axis === 0 ? 'last' : axis === rank - 1 ? 'first' : x.form
  const handle = x.in(form)
  const at = placeOf(axis, form, x)
  const outer = x.batched ? -1 : elementsOf(x.shape) / extent
  if (at === handle.dims.length - 1)
    return step.result(form, builder.as(action(builder.as(handle, [outer, extent])), handle.dims))
  const there = handle.dims.map((_, place) => place).filter((place) => place !== at)
  const order = [...there, at]
  const moved = transposed(builder, handle, order)
  const done = builder.as(action(builder.as(moved, [outer, extent])), moved.dims)
  const back = handle.dims.map((_, place) => order.indexOf(place))
  return step.result(form, transposed(builder, done, back))
}
