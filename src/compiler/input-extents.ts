// Other extents for a network's input: free ones for an export that takes any size, smaller ones for a run that has to be short.
// A spec holds the extents in one of its parameters (`patch`, `size`); they are changed there, so that all that depends on them follows.
import { fewestNormed } from './analysis/blind.ts'
import type { ExtentsParameter } from './analysis/extents-parameter.ts'
import { diagnose, problem, type Diagnostic } from './diagnostics/diagnostic.ts'
import {
  compile,
  type Compilation,
  type CompileOptions,
  type RecipeCompilation,
  type SourceHost,
} from './compile.ts'
import type { Graph } from './ir/graph.ts'
import { formatDim, formatShape } from './ir/tensor.ts'

/** A spec with everything that it is compiled with. */
export interface Spec {
  readonly entry: string
  readonly host: SourceHost
  readonly options: CompileOptions
}

/** The spec compiled with other extents, as Weft expressions. */
export function withExtents(
  { entry, host, options }: Spec,
  parameter: ExtentsParameter | undefined,
  extents: readonly (number | string)[],
): RecipeCompilation {
  if (parameter === undefined) return compile(entry, host, options)
  const { name } = parameter
  return compile(entry, host, {
    ...options,
    arguments: { ...options.arguments, [name]: `[${extents.join(', ')}]` },
  })
}

const isSound = ({ graph, diagnostics }: Compilation): boolean =>
  graph !== undefined && diagnostics.every((one) => one.severity !== 'error')

/** The problem of a graph whose extents cannot be changed from outside. */
export function noExtentsParameter(graph: Graph): Diagnostic {
  const input = graph.nodes[graph.inputs[0]?.node ?? -1]
  const shape = formatShape(input?.type.shape ?? [])
  const span = input?.origin.span ?? { file: '', start: 0, end: 0 }
  return diagnose(problem('no-extents-parameter', { network: graph.network, shape }), span)
}

/** What is wrong with running a network whose input has no definite size; undefined where every extent is a number. */
export function unsettledExtent({ inputs, nodes }: Graph): Diagnostic | undefined {
  for (const { node } of inputs) {
    const { type, origin } = nodes[node] ?? {}
    const free = type?.shape.find((extent) => typeof extent !== 'number')
    if (free === undefined || origin === undefined) continue
    return diagnose(problem('extent-free', { extent: formatDim(free) }), origin.span)
  }
  return undefined
}

// ---------------------------------------------------------------- free extents

const axisNames: Readonly<Record<number, readonly string[]>> = {
  1: ['W'],
  2: ['H', 'W'],
  3: ['D', 'H', 'W'],
}

/** Multiples that strides and patch sizes come to: small numbers times powers of two. */
const multiples = [1, 3, 5, 7]
  .flatMap((odd) => Array.from({ length: 10 }, (_, power) => odd * 2 ** power))
  .sort((a, b) => a - b)
const greatestMultiple = 512

/** How each axis is left free. */
interface Freedom {
  readonly multiples: readonly number[]
  /** So many multiples are added to each extent. */
  readonly rounds: number
  /** Each extent is at least so many multiples. */
  readonly least: readonly number[]
}

/**
 * The network with every spatial extent free: `D`, `H` and `W`, each a multiple of the least number that the network allows, plus what
 * the extent in force has beyond such a multiple; where the network is another one for small extents, only larger ones. The compilation as it was given,
 * with its error, where nothing of the kind is allowed.
 */
export function withFreeExtents(spec: Spec, parameter: ExtentsParameter): RecipeCompilation | Diagnostic {
  const axes = parameter.extents.map((_, axis) => axis)
  const common = multiples.filter((one) => one <= greatestMultiple)
  const uniform = uniformFreedom(spec, parameter, common)
  if (uniform === undefined) return notFree(spec, parameter, common)
  const settled = axes.reduce((before, axis) => ofFewer(spec, parameter, before, axis), uniform)
  const least = axes.reduce((before, axis) => ofLess(spec, parameter, before, axis), settled)
  return withExtents(spec, parameter, freeAxes(parameter, least))
}

/** With one multiple along all axes, the first that will do. */
function uniformFreedom(
  spec: Spec,
  parameter: ExtentsParameter,
  tried: readonly number[],
): Freedom | undefined {
  for (const multiple of tried) {
    const each = parameter.extents.map(() => multiple)
    const found = freedomOf(spec, parameter, each)
    if (found !== undefined) return found
  }
  return undefined
}

/** With the least multiple that will do along one axis. */
function ofFewer(spec: Spec, parameter: ExtentsParameter, before: Freedom, axis: number): Freedom {
  const own = before.multiples[axis] ?? 1
  for (const one of multiples.filter((candidate) => candidate < own && own % candidate === 0)) {
    const found = freedomOf(spec, parameter, before.multiples.with(axis, one))
    if (found !== undefined) return found
  }
  return before
}

/** With the least extent that will do along one axis. */
function ofLess(spec: Spec, parameter: ExtentsParameter, before: Freedom, axis: number): Freedom {
  const own = before.least[axis] ?? 1
  const less = { ...before, least: before.least.with(axis, own - 1) }
  const isEnough = own > 1 && isSound(withExtents(spec, parameter, freeAxes(parameter, less)))
  return isEnough ? ofLess(spec, parameter, less, axis) : before
}

/**
 * Why no multiple will do: what has no form for any of them before what another multiple might still bring. Shown by multiples that divide the
 * extents in force, which need no sums.
 */
function notFree(spec: Spec, parameter: ExtentsParameter, tried: readonly number[]): Diagnostic {
  let error: Diagnostic | undefined
  const dividing = tried.filter((multiple) => parameter.extents.every((extent) => extent % multiple === 0))
  for (const multiple of dividing.toReversed()) {
    const each = parameter.extents.map(() => multiple)
    const freedom = { multiples: each, rounds: 0, least: each.map(() => 1) }
    const { diagnostics } = withExtents(spec, parameter, freeAxes(parameter, freedom))
    const found = diagnostics.find(({ severity }) => severity === 'error')
    error ??= found
    if (found?.name !== 'extent-not-affine') continue
    error = found
    break
  }
  const parts = { parameter: parameter.name, reason: error?.message ?? '' }
  return diagnose(problem('extents-not-free', parts), error?.span ?? startOf(spec), error)
}

const startOf = ({ entry }: Spec): Diagnostic['span'] => ({ file: entry, start: 0, end: 0 })

function freeAxes({ extents }: ExtentsParameter, { multiples, rounds, least }: Freedom): string[] {
  const names = axisNames[extents.length] ?? []
  return extents.map((extent, axis) => {
    const multiple = multiples[axis] ?? 1
    const offset = (extent % multiple) + rounds * multiple
    const from = (least[axis] ?? 1) * multiple
    const bound = from === multiple ? '' : `, least = ${from}`
    const symbol = `dim("${names[axis] ?? ''}", multiple = ${multiple}${bound})`
    return offset === 0 ? symbol : `${symbol} + ${offset}`
  })
}

/**
 * How many multiples have to be added so that even the least extents leave something of every tensor, and from how many on the network is one and the
 * same: a window that is cut to a small extent depends on it. Undefined where neither is a remedy.
 */
function freedomOf(spec: Spec, parameter: ExtentsParameter, each: readonly number[]): Freedom | undefined {
  const { extents } = parameter
  const limit = Math.max(
    1,
    Math.min(...extents.map((extent, axis) => Math.floor(extent / (each[axis] ?? 1)))),
  )
  let [rounds, least] = [0, 1]
  for (;;) {
    const freedom: Freedom = { multiples: each, rounds, least: each.map(() => least) }
    if (rounds === limit || !isWithin(freedom, extents)) return undefined
    const compilation = withExtents(spec, parameter, freeAxes(parameter, freedom))
    if (isSound(compilation)) return freedom
    const errors = compilation.diagnostics.filter(({ severity }) => severity === 'error')
    if (errors.some(({ name }) => name === 'empty-extent')) rounds += 1
    else if (errors.every(({ name }) => name === 'extent-undecided')) least += 1
    else return undefined
  }
}

/** Larger images than a few of those that the network was written for are none to wait for. */
const isWithin = ({ multiples, least }: Freedom, extents: readonly number[]): boolean =>
  extents.some((extent, axis) => (least[axis] ?? 1) * (multiples[axis] ?? 1) <= 2 * extent)

// ---------------------------------------------------------------- smaller extents

/** A network whose input is smaller, for a run that must not take long. */
export interface Reduction {
  readonly compilation: Compilation
  readonly extents: readonly number[]
}

/**
 * Halves the longest axis that can be halved until `isSmall` holds. An axis can be halved when the spec still compiles and every
 * norm is left with some values. Undefined where nothing smaller is sound.
 */
export function withSmallerExtents(
  spec: Spec,
  parameter: ExtentsParameter,
  isSmall: (graph: Graph) => boolean,
): Reduction | undefined {
  let best: Reduction | undefined
  for (let extents = parameter.extents; ;) {
    const next =
      halved(spec, parameter, extents) ?? (best === undefined ? scanned(spec, parameter) : undefined)
    if (next === undefined) return best
    best = next
    extents = next.extents
    if (next.compilation.graph !== undefined && isSmall(next.compilation.graph)) return best
  }
}

function halved(spec: Spec, parameter: ExtentsParameter, extents: readonly number[]): Reduction | undefined {
  const longestFirst = extents.map((_, axis) => axis).sort((a, b) => (extents[b] ?? 0) - (extents[a] ?? 0))
  for (const axis of longestFirst) {
    const extent = extents[axis] ?? 0
    if (extent % 2 !== 0) continue
    const found = tried(spec, parameter, extents.with(axis, extent / 2))
    if (found !== undefined) return found
  }
  return undefined
}

/** For networks that take few sizes (valid convolutions): the least cube or square that is sound. */
function scanned(spec: Spec, parameter: ExtentsParameter): Reduction | undefined {
  const greatest = Math.min(...parameter.extents)
  for (let extent = 1; extent < greatest; extent++) {
    const found = tried(
      spec,
      parameter,
      parameter.extents.map(() => extent),
    )
    if (found !== undefined) return found
  }
  return undefined
}

function tried(spec: Spec, parameter: ExtentsParameter, extents: readonly number[]): Reduction | undefined {
  const compilation = withExtents(spec, parameter, extents)
  const { graph } = compilation
  return graph !== undefined && isSound(compilation) && (fewestNormed(graph) ?? enoughValues) >= enoughValues
    ? { compilation, extents }
    : undefined
}

/** Over one value a norm gives zero, over two ±1: what comes before hardly shows, and rounding decides the sign. */
const enoughValues = 4
