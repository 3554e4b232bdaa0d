// What one step of each numeric parameter does to a network's costs: which knob buys most.
import { extentsParameter } from '../analysis/extents-parameter.ts'
import type { MemoryOptions } from '../analysis/memory.ts'
import { measure, type MetricValues } from '../analysis/sweep/measure.ts'
import { costMetric, defaultMetrics } from '../analysis/sweep/metrics.ts'
import { compileToCount, readSpec, type ReadSpec } from '../compile.ts'
import { isProblem } from '../diagnostics/diagnostic.ts'
import type { Spec } from '../input-extents.ts'
import type { Graph } from '../ir/graph.ts'
import { pointArguments, type Given } from '../point-arguments.ts'
import { leastStep } from './symbolic-plan.ts'

/** One step of one parameter, or of one extent of the input. */
export interface KnobStep {
  /** `base`, `patch[0]`. */
  readonly name: string
  readonly from: number
  readonly to: number
  /** By metric of a sweep: what the step adds. */
  readonly change: Readonly<Record<string, number>>
  /** The relative change for one of the parameter: with 2, one percent more of it is about two percent more. */
  readonly elasticity: Readonly<Record<string, number>>
}

/** Shares go by a twentieth. */
const shareStep = 0.05

/**
 * The knobs that change something, in the order of parameters. Whole numbers go up by the least power of two that leads to a network, shares by a twentieth, up
 * or, where there is no network, down. Empty where an extent is symbolic, and for a recipe's network: its arguments are the recipe's.
 */
export function knobSteps(
  { entry, host, options }: Spec,
  graph: Graph,
  setting: MemoryOptions,
): readonly KnobStep[] {
  if (options.recipe !== undefined) return []
  const spec = readSpec(entry, host, options.limits)
  const counter = counterOf(spec, { network: graph.network, given: options.arguments ?? {}, setting })
  const before = counter({})
  if (before === undefined) return []
  return numbersOf(graph).flatMap(({ name, value }): KnobStep[] => {
    const to = stepOf(value, (other) => counter({ [name]: String(other) }) !== undefined)
    const after = to === undefined ? undefined : counter({ [name]: String(to) })
    if (to === undefined || after === undefined) return []
    return stepBetween({ name, from: value, to }, before, after)
  })
}

/** Numbers that the network is given, and the extents of its input where they are one parameter. */
function numbersOf(graph: Graph): readonly { readonly name: string; readonly value: number }[] {
  const extents = extentsParameter(graph)
  return graph.arguments.flatMap(({ name, value }) => {
    if (typeof value === 'number') return [{ name, value }]
    if (name !== extents?.name) return []
    return extents.extents.map((extent, axis) => ({ name: `${name}[${axis}]`, value: extent }))
  })
}

interface Counted {
  readonly network: string
  readonly given: Given
  readonly setting: MemoryOptions
}

/** Every point is counted once, however often it is asked for. */
function counterOf(
  spec: ReadSpec,
  { network, given, setting }: Counted,
): (more: Given) => MetricValues | undefined {
  const metrics = defaultMetrics.map(costMetric).filter((one) => !isProblem(one))
  const known = new Map<string, MetricValues | undefined>()
  return (more) => {
    const key = JSON.stringify(more)
    if (known.has(key)) return known.get(key)
    const args = pointArguments(spec, network, { ...given, ...more })
    const { graph, sources } = isProblem(args) ? {} : compileToCount(spec, { network, arguments: args })
    const values =
      graph === undefined || sources === undefined
        ? undefined
        : measure(graph, { entry: spec.entry, files: sources }, metrics, setting).values
    known.set(key, values)
    return values
  }
}

function stepOf(value: number, isNetwork: (value: number) => boolean): number | undefined {
  if (Number.isInteger(value)) {
    const step = value < 1 ? undefined : leastStep(value, (other) => isNetwork(Number(other)))
    return step === undefined ? undefined : value + step
  }
  if (value <= 0 || value >= 1) return undefined
  // Of decimals, so that 0.8 and a twentieth are 0.85.
  const around = [value + shareStep, value - shareStep].map((one) => Number(one.toFixed(6)))
  return around.find((one) => one > 0 && one < 1 && isNetwork(one))
}

function stepBetween(
  knob: Pick<KnobStep, 'name' | 'from' | 'to'>,
  before: MetricValues,
  after: MetricValues,
): KnobStep[] {
  const change: Record<string, number> = {}
  const elasticity: Record<string, number> = {}
  const moved = (knob.to - knob.from) / knob.from
  for (const name of defaultMetrics) {
    const [old, now] = [before[name] ?? null, after[name] ?? null]
    if (old === null || now === null || old === 0) continue
    change[name] = now - old
    elasticity[name] = (now - old) / old / moved
  }
  return Object.values(change).some((one) => one !== 0) ? [{ ...knob, change, elasticity }] : []
}
