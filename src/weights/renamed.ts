// Which tensor of a checkpoint fills which parameter of a network: by a rename map, or by equal names.
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { isMasked } from '../compiler/ir/connections.ts'
import type { Graph, Parameter } from '../compiler/ir/graph.ts'
import { activeConnections, activeCount } from './connections.ts'
import { isReadable, readableTypes } from './dtypes.ts'
import type { CheckpointPart, NamedTensors } from './named-tensors.ts'
import { elementCount, permuted } from './numbers.ts'
import { copyProblems } from './copies.ts'
import { nameTensors, type Naming, type Source, type Target } from './naming.ts'
import { prefixesOf } from './prefix.ts'
import type { RenameMap } from './rename-map.ts'
import type { Numbers, Weights } from './weights.ts'

export interface Renaming {
  /** Errors: with any of them the weights must not be used. */
  readonly problems: readonly Problem[]
  /** By the path of the parameter. */
  readonly sources: ReadonlyMap<string, Source>
  readonly weights: Weights
  /** What stood before the names of the file and was left out, as wrappers put it there: `module.`; mostly nothing. */
  readonly prefix: string
}

export interface RenamingOptions {
  /** Without a map, names must be paths. */
  readonly map?: RenameMap | undefined
  /** Parameters that have to be there; all, unless said otherwise. */
  readonly required?: ((parameter: Parameter) => boolean) | undefined
  /** What is odd about numbers but no error, when they are read; once for each parameter. */
  readonly onWarning?: (found: Problem) => void
}

/** Decides for every tensor, before any number is read but those that a file has twice, and tells everything that does not fit. */
export function renamed(graph: Graph, tensors: NamedTensors, options: RenamingOptions = {}): Renaming {
  const { map, required } = options
  const { prefix, sources, problems } = placed(graph, tensors, { map, required })
  const byPath = new Map(graph.parameters.map((one) => [one.path, one]))
  const built = new Map([...sources].filter(([, { tensor }]) => !isUnbuilt(tensors, tensor)))
  return {
    prefix,
    problems: [
      ...problems,
      ...unbuiltProblems(sources, tensors),
      ...shapeProblems(built, byPath, tensors),
      ...typeProblems(built, tensors),
      ...copyProblems(sources.values(), tensors),
    ],
    sources,
    weights: weightsOf(sources, tensors, options.onWarning),
  }
}

/** Which tensor goes where, by names alone. */
export type Placing = Pick<Renaming, 'prefix' | 'sources' | 'problems'>

export function placed(
  graph: Graph,
  tensors: NamedTensors,
  { map, required = () => true }: Pick<RenamingOptions, 'map' | 'required'>,
): Placing {
  const { prefix, names } = namedTensors(graph, tensors, map)
  const { sources, problems: twice } = onePerPath(names.targets)
  const absent = names.explainMissing ? [] : missing(graph, sources, required, { map, part: tensors.part })
  const isPart = absent.some(({ name }) => name === 'weights-part')
  // What a rule is for may be in another part.
  const told = names.problems.filter(({ name }) => !isPart || name !== 'rename-idle')
  return { prefix, sources, problems: [...told, ...twice, ...absent] }
}

/** The names as they are; where no one fills anything, without the prefix that lets most do. */
function namedTensors(
  graph: Graph,
  tensors: NamedTensors,
  map: RenameMap | undefined,
): { readonly prefix: string; readonly names: Naming } {
  const named = (prefix: string): { readonly prefix: string; readonly names: Naming } => ({
    prefix,
    names: nameTensors(graph, tensors, map, prefix),
  })
  const asTheyAre = named('')
  if (asTheyAre.names.targets.length > 0) return asTheyAre
  return prefixesOf([...tensors.entries.keys()])
    .map(named)
    .reduce((best, one) => (one.names.targets.length > best.names.targets.length ? one : best), asTheyAre)
}

const isUnbuilt = ({ entries }: NamedTensors, tensor: string): boolean =>
  entries.get(tensor)?.unbuilt !== undefined

// ---------------------------------------------------------------- parameters

function onePerPath(targets: readonly Target[]): {
  readonly sources: ReadonlyMap<string, Source>
  readonly problems: readonly Problem[]
} {
  const sources = new Map<string, Source>()
  const again: { readonly path: string; readonly first: string; readonly second: string }[] = []
  for (const { path, ...source } of targets) {
    const before = sources.get(path)
    if (before === undefined) sources.set(path, source)
    else again.push({ path, first: before.tensor, second: source.tensor })
  }
  const [first] = again
  const problems = first === undefined ? [] : [problem('weights-twice', { ...first, count: again.length })]
  return { sources, problems }
}

/** One problem for all: with a wrong argument hardly any shape fits. */
function shapeProblems(
  sources: ReadonlyMap<string, Source>,
  parameters: ReadonlyMap<string, Parameter>,
  { entries }: NamedTensors,
): Problem[] {
  const wrong = [...sources].flatMap(([path, { tensor, permute, reshape = false }]) => {
    const given = entries.get(tensor)?.shape ?? []
    const found = permute === undefined ? given : permute.map((axis) => given[axis] ?? 1)
    const expected = parameters.get(path)?.shape ?? []
    const isSameCount = elementCount(found) === elementCount(expected)
    return equal(found, expected) || areOneNumber(found, expected) || (reshape && isSameCount)
      ? []
      : [
          {
            tensor,
            path,
            found: given,
            expected,
            permute: orderThatFits(given, expected),
            reshape,
            isSameCount,
          },
        ]
  })
  const [first] = wrong
  return first === undefined ? [] : [problem('weights-shape', { ...first, count: wrong.length })]
}

/** One problem for all: a quantised checkpoint is so throughout. */
function typeProblems(sources: ReadonlyMap<string, Source>, { entries }: NamedTensors): Problem[] {
  const wrong = [...sources.values()].flatMap(({ tensor }) => {
    const dtype = entries.get(tensor)?.dtype ?? ''
    return isReadable(dtype) ? [] : [{ tensor, dtype }]
  })
  const [first] = wrong
  return first === undefined
    ? []
    : [problem('weights-dtype', { ...first, known: readableTypes, count: wrong.length })]
}

/** What only Python could make of what is needed; one problem for all, as a class of layers is pickled throughout. */
function unbuiltProblems(sources: ReadonlyMap<string, Source>, { entries }: NamedTensors): Problem[] {
  const unbuilt = [...sources.values()].flatMap(({ tensor }) => {
    const global = entries.get(tensor)?.unbuilt
    return global === undefined ? [] : [{ tensor, global }]
  })
  const [first] = unbuilt
  return first === undefined ? [] : [problem('torch-unbuilt', { ...first, count: unbuilt.length })]
}

const equal = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((extent, axis) => extent === b[axis])

/** PyTorch has scalars; a parameter has one axis at least. */
const areOneNumber = (found: readonly number[], expected: readonly number[]): boolean =>
  found.length === 0 && expected.length === 1 && expected[0] === 1

/** An order of the axes of `found` that makes `expected`; of equal extents the earlier first. */
function orderThatFits(found: readonly number[], expected: readonly number[]): readonly number[] | undefined {
  if (found.length !== expected.length || equal(found, expected)) return undefined
  const order: number[] = []
  for (const extent of expected) {
    const axis = found.findIndex((one, at) => one === extent && !order.includes(at))
    if (axis === -1) return undefined
    order.push(axis)
  }
  return order
}

function missing(
  { parameters }: Graph,
  sources: ReadonlyMap<string, Source>,
  required: (parameter: Parameter) => boolean,
  { map, part }: { readonly map: RenameMap | undefined; readonly part: CheckpointPart | undefined },
): Problem[] {
  const needed = parameters.filter(required)
  const paths = needed.filter(({ path }) => !sources.has(path)).map(({ path }) => path)
  const renaming = map === undefined ? 'as they are' : 'by a map'
  if (paths.length === 0) return []
  return part === undefined
    ? [problem('weights-missing', { paths, total: needed.length, renamed: renaming })]
    : [problem('weights-part', { ...part, unfilled: paths.length, total: needed.length })]
}

// ---------------------------------------------------------------- numbers

function weightsOf(
  sources: ReadonlyMap<string, Source>,
  tensors: NamedTensors,
  onWarning: (found: Problem) => void = () => {},
): Weights {
  const warned = new Set<string>()
  const numbersOf = (parameter: Parameter): Numbers | Problem => {
    const { path } = parameter
    const source = sources.get(path)
    if (source === undefined)
      return problem('weights-missing', { paths: [path], total: 1, renamed: 'as they are' })
    const numbers = tensors.read(source.tensor)
    if (!('length' in numbers)) return numbers
    const ordered = inOrder(numbers, tensors.entries.get(source.tensor)?.shape ?? [], source)
    const dense = warned.has(path) ? undefined : denserThanMask(parameter, ordered)
    warned.add(path)
    if (dense !== undefined) onWarning(dense)
    return ordered
  }
  return { numbersOf }
}

function inOrder(numbers: Numbers, shape: readonly number[], { permute }: Source): Numbers {
  return permute === undefined ? numbers : permuted(numbers, shape, permute)
}

/** Weights may have fewer connections than their mask keeps (some are zero by chance), not more. */
function denserThanMask(parameter: Parameter, numbers: Numbers): Problem | undefined {
  if (!isMasked(parameter)) return undefined
  const { path, mask } = parameter
  const { kept, total } = mask
  const nonzero = activeCount(activeConnections(numbers, parameter))
  return nonzero <= kept ? undefined : problem('weights-denser', { path, nonzero, kept, total, count: 1 })
}
