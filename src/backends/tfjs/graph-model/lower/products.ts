// Matrix products: of tokens with a weight, and of two tensors.
import { transposed } from '../axes.ts'
import { attentionScores } from '../../../../compiler/ops/primitive/attention.ts'
import { aligned, combined } from '../broadcast.ts'
import type { Handle } from '../builder.ts'
import { elementsOf, type TfAttributes } from '../model.ts'
import { extentOf, type Entries, type Step } from '../step.ts'
import { Value } from '../value.ts'

export const products: Entries<'linear' | 'matmul' | 'attention'> = {
  linear: ({ attributes: { features, bias } }, step) => {
    const { builder } = step
    const x = step.input()
    const given = x.shape.at(-1) ?? 1
    const outer = x.batched ? -1 : elementsOf(x.shape) / given
    const rows = builder.as(x.in('first'), [outer, given])
    const arrangement = { view: [features, given], order: [1, 0], reversed: [] }
    const [weight] = step.arranged(0, arrangement, [{ label: 'transposed', dims: [given, features] }])
    if (weight === undefined) throw new Error('the weight is missing')
    const dims = [outer, features]
    const fused: TfAttributes = {
      num_args: { kind: 'int', value: 1 },
      fused_ops: { kind: 'strings', values: ['BiasAdd'] },
    }
    const product = bias
      ? builder.op('_FusedMatMul', [rows, weight, step.parameter(1)], dims, fused)
      : builder.op('MatMul', [rows, weight], dims)
    return step.result('first', product)
  },
  matmul: ({ attributes }, step) => {
    return product(step, step.input(0), step.input(1), attributes.transpose_b)
  },
  attention: ({ attributes: { scale } }, step) => {
    const { builder } = step
    const [q, k, v] = [step.input(0), step.input(1), step.input(2)]
    const raw = q.raw()
    // Volumes of windows have more axes than kernels take.
    const flat = builder.as(raw, [q.batched ? -1 : 1, elementsOf(q.shape)])
    const times = builder.op('Mul', [flat, builder.floats([scale])], flat.dims)
    const scaled = new Value(builder, q, q.form, builder.as(times, raw.dims))
    const shape = attentionScores(q.shape, k.shape).map(extentOf)
    const products = product(step.towards({ shape, batched: q.batched || k.batched }), scaled, k, true)
    const scores = step
      .inputs()
      .slice(3)
      .reduce((sum, bias) => {
        const batched = sum.batched || bias.batched
        return combined(step.towards({ shape, batched }), 'AddV2', sum, bias)
      }, products)
    const columns = shape.at(-1) ?? 1
    const rows = builder.as(scores.in('first'), [scores.batched ? -1 : elementsOf(shape) / columns, columns])
    const weights = new Value(builder, scores, 'first', builder.op('Softmax', [rows], rows.dims))
    return product(step, weights, v, false)
  },
}

function product(step: Step, a: Value, b: Value, isTransposed: boolean): Value {
  return b.batched || b.shape.length > 2
    ? batchedProduct(step, a, b, isTransposed)
    : tableProduct(step, a, b, isTransposed)
}

/** With a table of two axes: all rows at once. */
function tableProduct(step: Step, a: Value, b: Value, isTransposed: boolean): Value {
  const { builder } = step
  const inner = a.shape.at(-1) ?? 1
  const outer = a.batched ? -1 : elementsOf(a.shape) / inner
  const table = isTransposed ? transposed(builder, b.in('first'), [1, 0]) : b.in('first')
  const rows = builder.as(a.in('first'), [outer, inner])
  return step.result('first', builder.op('MatMul', [rows, table], [outer, table.dims[1] ?? 1]))
}

/** As `[batch, m, k]` with `[batch, k, n]`; leading axes that broadcast are repeated first, since kernels only broadcast whole batches. */
function batchedProduct(step: Step, a: Value, b: Value, isTransposed: boolean): Value {
  const { builder } = step
  const rank = step.shape.length
  const leading = [step.batched ? -1 : 1, ...step.shape.slice(0, -2)]
  const batch = leading[0] === -1 ? -1 : elementsOf(leading)
  const [left, right] = [a, b].map((value) => {
    const handle = repeated(step, aligned(step, value, rank, 'first'), leading)
    return builder.as(handle, [batch, ...handle.dims.slice(-2)])
  })
  if (left === undefined || right === undefined) throw new Error('an operand is missing')
  const columns = step.shape.at(-1) ?? 1
  const dims = [batch, step.shape.at(-2) ?? 1, columns]
  const adjoints: TfAttributes = {
    adj_x: { kind: 'bool', value: false },
    adj_y: { kind: 'bool', value: isTransposed },
  }
  return step.result('first', builder.op('BatchMatMulV2', [left, right], dims, adjoints))
}

/** Repeated along leading axes of extent 1, by a product with ones; along the batch by a product with ones that have one. */
function repeated(step: Step, handle: Handle, leading: readonly number[]): Handle {
  const { builder } = step
  const own = handle.dims.slice(0, -2)
  const matrix = handle.dims.slice(-2)
  let result = handle
  if (leading[0] === -1 && own[0] !== -1) {
    const ones = onesOfBatch(step)
    const flat = builder.as(result, [1, elementsOf(result.dims)])
    result = builder.as(builder.op('MatMul', [ones, flat], [-1, flat.dims[1] ?? 1]), [
      -1,
      ...own.slice(1),
      ...matrix,
    ])
  }
  for (const [axis, extent] of leading.entries()) {
    if (axis === 0 || own[axis] === extent) continue
    const before = result.dims.slice(0, axis)
    const inner = elementsOf(result.dims.slice(axis + 1))
    const view = builder.as(result, [before[0] === -1 ? -1 : elementsOf(before), 1, inner])
    const ones = builder.floats(Array<number>(extent).fill(1), [extent, 1])
    const spread = builder.op('Mul', [view, ones], view.dims.with(1, extent))
    result = builder.as(spread, result.dims.with(axis, extent))
  }
  return result
}

/** `[N, 1]` of ones, made from whichever operand has the batch. */
function onesOfBatch(step: Step): Handle {
  const { builder } = step
  const batched = step.inputs().find((one) => one.batched)
  if (batched === undefined) throw new Error('no operand has a batch')
  const flat = builder.as(batched.in('first'), [-1, elementsOf(batched.shape)])
  const column = builder.op('Slice', [flat, builder.ints([0, 0]), builder.ints([-1, 1])], [-1, 1])
  return builder.op('OnesLike', [column], [-1, 1])
}
