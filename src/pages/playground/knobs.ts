// The parameters of a network as things to turn: which values a slider covers.
import { extentsParameter } from '../../compiler/analysis/extents-parameter.ts'
import { argumentsInForce } from '../../compiler/compile.ts'
import type { Plain } from '../../compiler/ops/attrs.ts'
import { formatPlain, isList } from '../../compiler/ops/words.ts'
import type { Knob, Range } from './asked.ts'
import type { Elaborated } from './counting.ts'

/** Numbers and the extents of the input have sliders, around what they are by default; everything else is written. */
export function knobsOf({ graph, spec }: Pick<Elaborated, 'graph' | 'spec'>): readonly Knob[] {
  const initial = new Map(
    (argumentsInForce(spec, graph.network, {}) ?? graph.arguments).map(({ name, value }) => [name, value]),
  )
  const extents = extentsParameter(graph)?.name
  return graph.arguments.flatMap(({ name, value }): Knob[] => {
    const first = initial.get(name) ?? value
    if (name !== extents || !isList(value) || !isList(first)) return [knob(name, value, first, rangeOf)]
    return value.map((one, at) => knob(`${name}[${at}]`, one, first[at] ?? one, extentRange))
  })
}

function knob(
  name: string,
  value: Plain,
  initial: Plain,
  range: (initial: number) => Range | undefined,
): Knob {
  const covered = typeof initial === 'number' && typeof value === 'number' ? range(initial) : undefined
  const knob = { name, value: formatPlain(value), initial: formatPlain(initial) }
  return covered === undefined ? knob : { ...knob, range: covered }
}

/** Shares up to all but a hundredth; whole numbers to four times what they are. */
function rangeOf(initial: number): Range | undefined {
  if (Number.isInteger(initial))
    return initial < 0 ? undefined : { min: Math.min(1, initial), max: Math.max(8, 4 * initial), step: 1 }
  return initial > 0 && initial < 1 ? { min: 0, max: 0.99, step: 0.01 } : undefined
}

const greatestStep = 32

/** Steps keep the powers of two that the extent has: strides divide by them. */
function extentRange(initial: number): Range | undefined {
  let step = 1
  while (step < greatestStep && initial % (2 * step) === 0) step *= 2
  return { min: step, max: Math.max(4 * initial, 8 * step), step }
}
