// A checkpoint from the command line: its file or the index of several, the map that translates its names, and what the two give for a network.
import type { PartsOf } from '../compiler/diagnostics/codes.ts'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Graph, Parameter } from '../compiler/ir/graph.ts'
import type { TensorFile } from './tensor-file.ts'
import { openOwnCheckpoint } from './runs/checkpoint.ts'
import { openWeights } from './weight-files.ts'
import { fittingMaps } from '../weights/fitting-maps.ts'
import type { RenameMap } from '../weights/rename-map.ts'
import { placed, renamed, type Renaming } from '../weights/renamed.ts'
import { batchNormMaps, noMap, readMap, shippedMaps, type ReadMap } from './rename-maps.ts'

export interface Checkpoint {
  readonly file: TensorFile
  /** What does not fit is in its problems. */
  readonly renaming: Renaming
  /** The map's file, or its name where it comes along; undefined where names are taken as they are. */
  readonly map: { readonly name: string; readonly choice: 'given' | 'found' } | undefined
  /** What was odd about the numbers that were read so far, in one for all parameters. */
  warnings(): readonly Problem[]
}

export interface CheckpointFiles {
  readonly weights: string
  /** Without it names may be those of the network, or of one of the maps that come along; `none` takes them as they are. */
  readonly rename: string | undefined
  /** The map is for what is written: names that are the network's own stay as they are. */
  readonly isOwnFirst?: boolean
  readonly 'state-dict'?: string | undefined
  /** Of a run's own checkpoint the weights or their averages, without what the trainer keeps beside them; all unless given. */
  readonly content?: 'all' | 'weights' | 'averages'
}

/** Opens both files; what is wrong with the files themselves is given instead. The caller closes the checkpoint's file. */
export function openCheckpoint(
  { weights, rename, content = 'all', isOwnFirst = false, 'state-dict': stateDict }: CheckpointFiles,
  graph: Graph,
  required: (parameter: Parameter) => boolean,
): Checkpoint | readonly Problem[] {
  const given = rename === undefined || rename === noMap ? undefined : readMap(rename)
  const file =
    content === 'all'
      ? openWeights(weights, { stateDict })
      : openOwnCheckpoint(weights, content === 'averages')
  if (isProblem(file)) return [file, ...(given?.problems ?? [])]
  const isSought = rename === undefined && content === 'all'
  const isOwn = isOwnFirst && placed(graph, file, { required }).sources.size > 0
  const { map, problems } = isOwn
    ? nothingSought
    : (given ?? (isSought ? soughtMap(graph, file, required) : nothingSought))
  if (problems.length > 0) {
    file.close()
    return problems
  }
  const found: Problem[] = []
  const onWarning = (one: Problem): void => void found.push(one)
  const renaming = renamed(graph, file, { map, required, onWarning })
  const other = given?.map && mapOfAnother(given.map, renaming, { graph, file, required })
  if (other !== undefined) {
    file.close()
    return [other]
  }
  const choice = given === undefined ? 'found' : 'given'
  return { file, renaming, map: map && { name: map.path, choice }, warnings: () => inOne(found) }
}

const nothingSought: ReadMap = { map: undefined, problems: [] }

/** Where no name is one of the network's, the map of those that come along that fits all of them. */
function soughtMap(graph: Graph, file: TensorFile, required: (parameter: Parameter) => boolean): ReadMap {
  if (placed(graph, file, { required }).sources.size > 0) return nothingSought
  const hasBatchNorms = graph.nodes.some(({ op }) => op === 'batch_norm')
  const known = [...shippedMaps(), ...(hasBatchNorms ? batchNormMaps() : [])]
  const maps = fittingMaps(graph, file, known, required)
  const [map, ...more] = maps
  return more.length === 0
    ? { map, problems: [] }
    : { map: undefined, problems: [problem('rename-ambiguous', { maps: maps.map(({ path }) => path) })] }
}

interface Held {
  readonly graph: Graph
  readonly file: TensorFile
  readonly required: (parameter: Parameter) => boolean
}

/** A given map that names do not fit, where they fit another one that comes along, or where a map that comes along knows none of them. */
function mapOfAnother(
  map: RenameMap,
  { sources }: Renaming,
  { graph, file, required }: Held,
): Problem | undefined {
  const { path, about } = map
  if (placed(graph, file, { map, required }).problems.length === 0) return undefined
  const shipped = shippedMaps()
  const fits = fittingMaps(graph, file, shipped, required).map((one) => one.path)
  const isForeign = sources.size === 0 && shipped.some((one) => one.path === path)
  return (fits.length > 0 && !fits.includes(path)) || isForeign
    ? problem('rename-of-another', { map: path, about, fits })
    : undefined
}

/** A checkpoint of another density is denser in every weight. */
function inOne(warnings: readonly Problem[]): readonly Problem[] {
  const [first] = warnings
  if (first?.name !== 'weights-denser') return warnings
  // The name says which parts these are; TypeScript cannot see that through the union.
  const parts = first.parts as PartsOf<'weights-denser'>
  return [problem('weights-denser', { ...parts, count: warnings.length })]
}
