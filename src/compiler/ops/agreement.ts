// How operands have to agree: equal extents, or PyTorch's broadcasting with the batch apart. Finds what to say where they do not.
import { isProblem, problem, type Problem } from '../diagnostics/diagnostic.ts'
import type { MismatchHint } from '../diagnostics/codes/shapes.ts'
import { equalDims, formatDim, formatShape, type Dim, type Shape, type TensorType } from '../ir/tensor.ts'
import { axisName } from './words.ts'

/** The operand that disagrees with the first one. */
interface Disagreement {
  readonly operator: string
  readonly operand: number
  readonly shape: Shape
  readonly reference: Shape
  readonly axis: number
  /** Default: what the extents tell. */
  readonly hint?: MismatchHint
}

/** The problem of two operands that cannot meet on an axis. */
export function extentsDisagree(found: Disagreement): Problem {
  const { operator, operand, shape, reference, axis } = found
  return problem('extents-disagree', {
    operator,
    operand,
    shape: formatShape(shape),
    reference: formatShape(reference),
    axis: axisName(axis, shape.length),
    extent: formatDim(shape[axis] ?? 0),
    expected: formatDim(reference[axis] ?? 0),
    hint: found.hint ?? mismatchHint(found),
  })
}

/** Checks that all inputs are alike in rank and batch, and on every axis but `except`. */
export function disagreement(
  operator: string,
  inputs: readonly TensorType[],
  except?: number,
): Problem | undefined {
  const [first, ...others] = inputs
  if (first === undefined) return undefined
  for (const [at, other] of others.entries()) {
    const found = pairDisagreement({ operator, operand: at + 1 }, other, first, except)
    if (found !== undefined) return found
  }
  return undefined
}

type Pair = Pick<Disagreement, 'operator' | 'operand'>

function pairDisagreement(
  pair: Pair,
  other: TensorType,
  first: TensorType,
  except?: number,
): Problem | undefined {
  const { shape } = other
  const reference = first.shape
  const shapes = (): Pair & { readonly shape: string; readonly reference: string } => ({
    ...pair,
    shape: formatShape(shape),
    reference: formatShape(reference),
  })
  if (shape.length !== reference.length) return problem('ranks-disagree', shapes())
  if (other.batched !== first.batched) return problem('batch-disagrees', shapes())
  const axis = shape.findIndex((extent, at) => at !== except && !equalDims(extent, reference[at] ?? 0))
  return axis === -1 ? undefined : extentsDisagree({ ...pair, shape, reference, axis })
}

/**
 * The shape that two operands broadcast to: aligned from the right, an extent of 1 repeats. Batched operands have equal ranks
 * (PyTorch would align a batch with channels otherwise); a learned table may have fewer axes than its batched partner.
 * The last `apart` axes stay out of it, and of the resulting shape.
 */
export function broadcast(operator: string, a: TensorType, b: TensorType, apart = 0): TensorType | Problem {
  const fits = a.batched === b.batched ? a.shape.length === b.shape.length || !a.batched : tableFits(a, b)
  if (!fits)
    return problem('ranks-disagree', {
      operator,
      operand: 1,
      shape: formatShape(b.shape),
      reference: formatShape(a.shape),
    })
  const shape = broadcastShape({ operator, apart, mixed: a.batched !== b.batched }, a.shape, b.shape)
  return isProblem(shape) ? shape : { dtype: a.dtype, batched: a.batched || b.batched, shape }
}

function tableFits(a: TensorType, b: TensorType): boolean {
  return a.batched ? b.shape.length <= a.shape.length : a.shape.length <= b.shape.length
}

interface Broadcast {
  readonly operator: string
  readonly apart: number
  /** One operand is a learned table: its extents say nothing of the way up. */
  readonly mixed: boolean
}

function broadcastShape({ operator, apart, mixed }: Broadcast, a: Shape, b: Shape): Shape | Problem {
  const rank = Math.max(a.length, b.length)
  const [reference, shape] = [widened(a, rank), widened(b, rank)]
  const joined: Dim[] = []
  for (const [axis, left] of reference.slice(0, rank - apart).entries()) {
    const right = shape[axis] ?? 1
    if (right !== 1 && left !== 1 && !equalDims(left, right)) {
      const hint = mixed || apart > 0 ? { hint: { kind: 'none' } as const } : {}
      return extentsDisagree({ operator, operand: 1, shape, reference, axis, ...hint })
    }
    joined.push(left === 1 ? right : left)
  }
  return joined
}

function widened(shape: Shape, rank: number): Shape {
  return shape.length === rank ? shape : [...Array<Dim>(rank - shape.length).fill(1), ...shape]
}

/** What the extents tell of the cause. */
function mismatchHint({ operand, shape, reference, axis }: Disagreement): MismatchHint {
  if (shape.length < 2 || shape.length > 4) return { kind: 'none' }
  if (axis === 0) return { kind: 'channels' }
  const pairs = shape.slice(1).map((extent, at) => [extent, reference[at + 1] ?? 0] as const)
  return ratioHint(operand, pairs) ?? roundedHint(pairs, shape.length) ?? { kind: 'none' }
}

type ExtentPairs = readonly (readonly [Dim, Dim])[]

/** Every extent of one side is a whole multiple of the other's, so a level is missing on the way up. */
function ratioHint(operand: number, pairs: ExtentPairs): MismatchHint | undefined {
  const ratios = (over: 0 | 1, under: 0 | 1): readonly number[] =>
    pairs.map((pair) => ratio(pair[over], pair[under])).filter((one) => one !== undefined)
  const up = ratios(1, 0)
  const down = ratios(0, 1)
  if (up.length === pairs.length && up.some((one) => one > 1))
    return { kind: 'ratio', smaller: operand, factors: up }
  if (down.length === pairs.length && down.some((one) => one > 1))
    return { kind: 'ratio', smaller: 0, factors: down }
  return undefined
}

function ratio(over: Dim, under: Dim): number | undefined {
  if (equalDims(over, under)) return 1
  if (typeof over !== 'number' || typeof under !== 'number' || under < 2) return undefined
  return over % under === 0 && over / under <= 16 ? over / under : undefined
}

/** Extents that differ by halving and doubling with rounding, with the multiple that survives it. */
function roundedHint(pairs: ExtentPairs, rank: number): MismatchHint | undefined {
  const axes: { axis: string; multiple: number }[] = []
  for (const [at, [one, other]] of pairs.entries()) {
    if (typeof one !== 'number' || typeof other !== 'number') return undefined
    if (one === other) continue
    const multiple = roundedMultiple(Math.max(one, other), Math.min(one, other))
    if (multiple === undefined) return undefined
    axes.push({ axis: axisName(at + 1, rank), multiple })
  }
  return axes.length === 0 ? undefined : { kind: 'rounded', axes }
}

function roundedMultiple(larger: number, smaller: number): number | undefined {
  return [2, 3, 4, 8, 16, 32].find(
    (step) =>
      step <= smaller &&
      (Math.floor(larger / step) * step === smaller || Math.ceil(smaller / step) * step === larger),
  )
}
