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

/**
 * The network with every spatial extent free: `D`, `H` and `W`, each a multiple of the least number that the network allows, plus what
 * the extent in force has beyond such a multiple. The compilation as it was given, with its error, where nothing of the kind is allowed.
 */
export function withFreeExtents(spec: Spec, parameter: ExtentsParameter): RecipeCompilation | Diagnostic {
  const names = axisNames[parameter.extents.length] ?? []
  const common = multiples.filter((one) => one <= greatestMultiple)
  const uniform = common.find(
    (multiple) =>
      leastOffsets(
        spec,
        parameter,
        names.map(() => multiple),
      ) !== undefined,
  )
  if (uniform === undefined) return notFree(spec, parameter, common)
  const settled = names.reduce<number[]>(
    (before, _, axis) => {
      const others = (multiple: number): number[] => before.with(axis, multiple)
      const least = common.find(
        (one) => uniform % one === 0 && leastOffsets(spec, parameter, others(one)) !== undefined,
      )
      return others(least ?? uniform)
    },
    names.map(() => uniform),
  )
  const rounds = leastOffsets(spec, parameter, settled) ?? 0
  return withExtents(spec, parameter, freeAxes(parameter, settled, rounds))
}

/** Why no multiple will do: what has no form for any of them before what another multiple might still bring. */
function notFree(spec: Spec, parameter: ExtentsParameter, tried: readonly number[]): Diagnostic {
  let error: Diagnostic | undefined
  for (const multiple of tried.toReversed()) {
    const each = parameter.extents.map(() => multiple)
    const { diagnostics } = withExtents(spec, parameter, freeAxes(parameter, each, 0))
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

function freeAxes({ extents }: ExtentsParameter, each: readonly number[], rounds: number): string[] {
  const names = axisNames[extents.length] ?? []
  return extents.map((extent, axis) => {
    const multiple = each[axis] ?? 1
    const offset = (extent % multiple) + rounds * multiple
    const symbol = `dim("${names[axis] ?? ''}", multiple = ${multiple})`
    return offset === 0 ? symbol : `${symbol} + ${offset}`
  })
}

/** How many multiples have to be added so that even the least extents leave something of every tensor and fill every window; undefined where that is no remedy. */
function leastOffsets(spec: Spec, parameter: ExtentsParameter, each: readonly number[]): number | undefined {
  const limit = Math.min(...parameter.extents.map((extent, axis) => Math.floor(extent / (each[axis] ?? 1))))
  for (let rounds = 0; rounds < limit; rounds++) {
    const compilation = withExtents(spec, parameter, freeAxes(parameter, each, rounds))
    if (isSound(compilation)) return rounds
    if (!compilation.diagnostics.some(({ name }) => name === 'empty-extent' || name === 'extent-undecided'))
      return undefined
  }
  return undefined
}

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
