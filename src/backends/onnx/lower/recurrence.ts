// `scan` by a parallel prefix: two steps in a row are one step of the same kind, so that half as many are left. Plain operators, whose number
// grows with the logarithm of the extent; ONNX's own Scan runs its body once per step.
import type { NodeOf } from '../../backend.ts'
import type { Shape } from '../../../compiler/ir/tensor.ts'
import type { Step } from '../builder.ts'
import { int } from '../model.ts'
import { axisAt, batchedShape } from './extents.ts'

export function lowerScan({ attributes: { axis, reverse }, type }: NodeOf<'scan'>, step: Step): string {
  const place = axisAt(axis, type)
  const lowering = { step, axis: place, rank: axisAt(type.shape.length, type), reverse }
  const found = prefix(lowering, { a: step.input(0), b: step.input(1), shape: type.shape, axis }, 0)
  return step.finish('Identity', [found])
}

interface Lowering {
  readonly step: Step
  /** With the batch. */
  readonly axis: number
  readonly rank: number
  readonly reverse: boolean
}

interface Recurrence {
  readonly a: string
  readonly b: string
  readonly shape: Shape
  /** Without the batch. */
  readonly axis: number
}

function prefix(lowering: Lowering, { a, b, shape, axis }: Recurrence, level: number): string {
  const { step, axis: place, reverse } = lowering
  const extent = Number(shape[axis])
  if (extent === 1) return b
  const name = (label: string): string => `level${level}/${label}`
  const half = Math.ceil(extent / 2)
  const isOdd = 2 * half !== extent
  const halves = (value: string, label: string): readonly [even: string, odd: string] => {
    const whole = isOdd ? padded(lowering, name(`${label}/whole`), value, 0, 1) : value
    const places = { whole, end: 2 * half }
    return [
      everySecond(lowering, name(`${label}/even`), { ...places, start: 0 }),
      everySecond(lowering, name(`${label}/odd`), { ...places, start: 1 }),
    ]
  }
  const [evenA, oddA] = halves(a, 'a')
  const [evenB, oddB] = halves(b, 'b')
  const [firstA, firstB, lastA, lastB] = reverse ? [oddA, oddB, evenA, evenB] : [evenA, evenB, oddA, oddB]
  const joined = {
    a: step.prepare(name('a/joined'), 'Mul', [lastA, firstA]),
    b: step.prepare(name('b/joined'), 'Add', [
      step.prepare(name('b/carried'), 'Mul', [lastA, firstB]),
      lastB,
    ]),
    shape: shape.with(axis, half),
    axis,
  }
  const last = prefix(lowering, joined, level + 1)
  const first = half === 1 ? firstB : carried(lowering, { last, firstA, firstB, half, name })
  const parts = [first, last].map((one, k) =>
    step.prepare(name(`part${k}`), 'Unsqueeze', [one, step.ints('after', [place + 1])]),
  )
  const pairs = step.prepare(name('pairs'), 'Concat', reverse ? parts.toReversed() : parts, {
    axis: int(place + 1),
  })
  const whole = batchedShape(step, name('shape'), shape.with(axis, 2 * half), place > axis)
  const states = step.prepare(name('states'), 'Reshape', [pairs, whole])
  return isOdd ? taken(lowering, name('cut'), states, 0, extent) : states
}

interface Carrying {
  readonly last: string
  readonly firstA: string
  readonly firstB: string
  readonly half: number
  name(label: string): string
}

/** The first state of each pair, from the last one of the pair before. */
function carried(lowering: Lowering, { last, firstA, firstB, half, name }: Carrying): string {
  const { step, reverse } = lowering
  const rest = reverse
    ? taken(lowering, name('rest'), last, 1, half)
    : taken(lowering, name('rest'), last, 0, half - 1)
  const before = padded(lowering, name('before'), rest, reverse ? 0 : 1, reverse ? 1 : 0)
  return step.prepare(name('first'), 'Add', [step.prepare(name('carried'), 'Mul', [firstA, before]), firstB])
}

interface Places {
  readonly whole: string
  readonly start: number
  readonly end: number
}

function everySecond({ step, axis }: Lowering, label: string, { whole, start, end }: Places): string {
  const range = [step.ints(`${label}/start`, [start]), step.ints(`${label}/end`, [end])]
  return step.prepare(label, 'Slice', [whole, ...range, step.ints('along', [axis]), step.ints('second', [2])])
}

function taken({ step, axis }: Lowering, label: string, value: string, start: number, end: number): string {
  const range = [step.ints(`${label}/start`, [start]), step.ints(`${label}/end`, [end])]
  return step.prepare(label, 'Slice', [value, ...range, step.ints('along', [axis])])
}

/** Zeros at the ends of the axis. */
function padded(
  { step, axis, rank }: Lowering,
  label: string,
  value: string,
  low: number,
  high: number,
): string {
  const pads = Array<number>(2 * rank).fill(0)
  pads[axis] = low
  pads[rank + axis] = high
  return step.prepare(label, 'Pad', [value, step.ints(`${label}/pads`, pads)])
}
