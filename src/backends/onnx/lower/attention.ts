// Scaled dot-product attention: one operator from operator set 23 on, where its shapes allow it, before that two products and a softmax.
import { equalDims, type Shape, type TensorType } from '../../../compiler/ir/tensor.ts'
import type { NodeOf } from '../../backend.ts'
import type { Step } from '../builder.ts'
import { float, int, ints } from '../model.ts'
import { sinceOpset } from '../opsets.ts'
import { extentVector } from './extents.ts'

export function lowerAttention(node: NodeOf<'attention'>, step: Step): string {
  return step.opset >= sinceOpset.Attention && isNative(step, node) ? native(step, node) : plain(step, node)
}

// ---------------------------------------------------------------- plain operators

/** Queries are multiplied with the scale: they are fewer numbers than scores. A table aligns from the right by itself. */
function plain(step: Step, { attributes: { scale }, inputs }: NodeOf<'attention'>): string {
  const scaled = step.prepare('scaled', 'Mul', [step.input(0), step.floats('scale', [scale])])
  const products = step.prepare('products', 'MatMul', [scaled, transposedKeys(step)])
  const scores = inputs
    .slice(3)
    .reduce<string>((sum, _, at) => step.prepare(`biased${at}`, 'Add', [sum, step.input(at + 3)]), products)
  const weights = step.prepare('weights', 'Softmax', [scores], { axis: int(-1) })
  return step.finish('MatMul', [weights, step.input(2)])
}

function transposedKeys(step: Step): string {
  const { shape, batched } = step.inputType(1)
  const rank = shape.length + (batched ? 1 : 0)
  const order = Array.from({ length: rank }, (_, axis) => axis)
  const perm = ints([...order.slice(0, -2), rank - 1, rank - 2])
  return step.prepare('keys_t', 'Transpose', [step.input(1)], { perm })
}

// ---------------------------------------------------------------- one operator

/**
 * It takes `[batch, heads, positions, features]`, with one batch and as many heads for all: nothing broadcasts but biases, along batch or
 * heads. ONNX Runtime refuses a scale that is not positive, and a mask that repeats over queries or keys.
 */
function isNative(step: Step, { attributes, inputs }: NodeOf<'attention'>): boolean {
  const [q, k, v, ...biases] = inputs.map((_, at) => step.inputType(at))
  if (q === undefined || k === undefined || v === undefined) return false
  const alike = [k, v].every(
    ({ batched, shape }) => batched && sameShape(leadingOf(shape), leadingOf(q.shape)),
  )
  return (
    attributes.scale > 0 &&
    q.batched &&
    alike &&
    biases.every((bias) => isWhole(bias, q.shape, k.shape) && isFoldable(bias, leadingOf(q.shape).length))
  )
}

const leadingOf = (shape: Shape): Shape => shape.slice(0, -2)

const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((extent, axis) => equalDims(extent, b[axis] ?? 0))

/** A bias for each query and key. */
const isWhole = ({ shape }: TensorType, q: Shape, k: Shape): boolean =>
  shape.length > 1 &&
  equalDims(shape.at(-2) ?? 0, q.at(-2) ?? 0) &&
  equalDims(shape.at(-1) ?? 0, k.at(-2) ?? 0)

/** All leading axes but the last, the heads, are folded into the batch: a bias has to be the same along them. */
function isFoldable({ batched, shape }: TensorType, leading: number): boolean {
  if (leading < 2) return true
  const folded = shape.slice(0, Math.max(0, shape.length - 3))
  return !batched && folded.every((extent) => extent === 1)
}

function native(step: Step, { attributes: { scale }, inputs, type }: NodeOf<'attention'>): string {
  const operands = ['q', 'k', 'v'].map((label, at) => folded(step, label, at))
  const [first = '', ...more] = inputs.slice(3).map((_, at) => foldedBias(step, at + 3))
  const mask = more.reduce((sum, bias, at) => step.prepare(`mask${at}`, 'Add', [sum, bias]), first)
  const settings = { scale: float(scale) }
  if (type.shape.length === 3) return step.finish('Attention', [...operands, mask], settings)
  const heads = step.prepare('heads', 'Attention', [...operands, mask], settings)
  return step.finish('Reshape', [heads, extentVector(step, 'shape', [-1, ...type.shape])])
}

function folded(step: Step, label: string, at: number): string {
  const { shape } = step.inputType(at)
  if (shape.length === 3) return step.input(at)
  const heads = shape.length === 2 ? 1 : (shape.at(-3) ?? 1)
  const target = extentVector(step, `${label}/shape`, [-1, heads, ...shape.slice(-2)])
  return step.prepare(label, 'Reshape', [step.input(at), target])
}

/** With four axes, the first for the batch. */
function foldedBias(step: Step, at: number): string {
  const { batched, shape } = step.inputType(at)
  if (batched && shape.length === 3) return step.input(at)
  const own = shape.slice(-3)
  const ones = Array<number>(3 - own.length).fill(1)
  const target = extentVector(step, `bias${at}/shape`, [batched ? -1 : 1, ...ones, ...own])
  return step.prepare(`bias${at}`, 'Reshape', [step.input(at), target])
}
