// Operators of two tensors: Weft aligns shapes from the right without the batch.
import { problem } from '../../../compiler/diagnostics/diagnostic.ts'
import type { Handle } from './builder.ts'
import { elementsOf, type TfOp } from './model.ts'
import type { Step } from './step.ts'
import { dimsIn, type Form, type Value } from './value.ts'

/** Beyond that many axes kernels give garbage (wasm) or refuse (webgl). */
const greatestRank = 6

export function combined(step: Step, op: TfOp, a: Value, b: Value): Value {
  const { builder } = step
  if (a.batched === b.batched && a.shape.join() === b.shape.join()) {
    const form = preferred(a, b)
    const [left, right] = [a.in(form), b.in(form)]
    return step.result(form, builder.op(op, [left, right], left.dims))
  }
  const form = preferred(a, b)
  const rank = step.shape.length
  return step.result(form, broadcast(step, op, aligned(step, a, rank, form), aligned(step, b, rank, form)))
}

/** Two tensors of as many axes, of which those of extent 1 repeat; the axes of the result are merged. */
export function broadcast(step: Step, op: TfOp, left: Handle, right: Handle): Handle {
  const { builder } = step
  const merged = mergedAxes(left.dims, right.dims)
  if (merged.length > greatestRank) {
    const reason = `its operands broadcast along ${merged.length} groups of axes, and kernels take ${greatestRank}`
    builder.refuse(problem('tfjs-unsayable', { operator: step.operator, reason }))
  }
  const result = merged.map(([x, y]) => (x === 1 ? y : x))
  const views = [builder.as(left, sideOf(merged, 0)), builder.as(right, sideOf(merged, 1))]
  return builder.op(op, views, result)
}

const sideOf = (merged: readonly (readonly [number, number])[], side: 0 | 1): number[] =>
  merged.map((one) => one[side])

/** Channels last where one of them is: an image beside a table, not a table's order for an image. */
export function preferred(...values: readonly Value[]): Form {
  return values.some((one) => one.batched && one.form === 'last') ? 'last' : 'first'
}

/** With as many axes as the result, 1 in front of its own, and one for the batch. */
export function aligned(step: Step, value: Value, rank: number, form: Form): Handle {
  const missing = rank - value.shape.length
  const shape = [...Array<number>(missing).fill(1), ...value.shape]
  const dims = dimsIn(form, shape, true).with(0, value.batched ? -1 : 1)
  // With an axis in front, the channel axis is that one: nothing moves.
  return step.builder.as(missing > 0 ? value.in('first') : value.in(form), dims)
}

/** Neighbouring axes that broadcast alike are one. */
function mergedAxes(a: readonly number[], b: readonly number[]): (readonly [number, number])[] {
  const merged: { kind: string; left: number[]; right: number[] }[] = []
  for (const [axis, left] of a.entries()) {
    const right = b[axis] ?? 1
    if (left === 1 && right === 1) continue
    const kind = left === right ? 'both' : left === 1 ? 'right' : 'left'
    const last = merged.at(-1)
    if (last?.kind === kind) {
      last.left.push(left)
      last.right.push(right)
    } else merged.push({ kind, left: [left], right: [right] })
  }
  const whole = (extents: readonly number[]): number => (extents[0] === -1 ? -1 : elementsOf(extents))
  const groups = merged.map(({ left, right }) => [whole(left), whole(right)] as const)
  return groups.length === 0 ? [[1, 1]] : groups
}
