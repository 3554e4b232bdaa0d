// A checkpoint from the command line: its safetensors file or the index of several, the map that translates its names, and what the two give for a network.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { PartsOf } from '../../compiler/diagnostics/codes.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph, Parameter } from '../../compiler/ir/graph.ts'
import { suggest } from '../../compiler/text/suggest.ts'
import type { TensorFile } from '../../node/tensor-file.ts'
import { readText } from '../../node/spec-files.ts'
import { openOwnCheckpoint } from '../../node/runs/checkpoint.ts'
import { openWeights } from '../../node/weight-files.ts'
import { packageRoot } from '../package-root.ts'
import { parseRenameMap, type RenameMap } from '../../weights/rename-map.ts'
import { renamed, type Renaming } from '../../weights/renamed.ts'

export interface Checkpoint {
  readonly file: TensorFile
  /** What does not fit is in its problems. */
  readonly renaming: Renaming
  /** What was odd about the numbers that were read so far, in one for all parameters. */
  warnings(): readonly Problem[]
}

export interface CheckpointFiles {
  readonly weights: string
  readonly rename: string | undefined
  readonly 'state-dict'?: string | undefined
  /** Of a run's own checkpoint the weights or their averages, without what the trainer keeps beside them; all unless given. */
  readonly content?: 'all' | 'weights' | 'averages'
}

/** Opens both files; what is wrong with the files themselves is given instead. The caller closes the checkpoint's file. */
export function openCheckpoint(
  { weights, rename, content, 'state-dict': stateDict }: CheckpointFiles,
  graph: Graph,
  required: (parameter: Parameter) => boolean,
): Checkpoint | readonly Problem[] {
  const map = rename === undefined ? { map: undefined, problems: [] } : readMap(rename)
  const file =
    content === undefined || content === 'all'
      ? openWeights(weights, { stateDict })
      : openOwnCheckpoint(weights, content === 'averages')
  if (isProblem(file)) return [file, ...map.problems]
  if (map.problems.length > 0) {
    file.close()
    return map.problems
  }
  const found: Problem[] = []
  const onWarning = (one: Problem): void => void found.push(one)
  const renaming = renamed(graph, file, { map: map.map, required, onWarning })
  return { file, renaming, warnings: () => inOne(found) }
}

/** A checkpoint of another density is denser in every weight. */
function inOne(warnings: readonly Problem[]): readonly Problem[] {
  const [first] = warnings
  if (first?.name !== 'weights-denser') return warnings
  // The name says which parts these are; TypeScript cannot see that through the union.
  const parts = first.parts as PartsOf<'weights-denser'>
  return [problem('weights-denser', { ...parts, count: warnings.length })]
}

interface ReadMap {
  readonly map: RenameMap | undefined
  readonly problems: readonly Problem[]
}

/** A map's file; or by its name alone one that comes with the examples. */
function readMap(given: string): ReadMap {
  const path = shippedMap(given) ?? given
  const text = readText(path, given, 'the map')
  if (isProblem(text) && text.name === 'file-missing' && isBareName(given)) return unknownMap(given)
  if (isProblem(text)) return { map: undefined, problems: [text] }
  const map = parseRenameMap(text, given)
  return 'rules' in map ? { map, problems: [] } : { map: undefined, problems: map }
}

const mapsFolder = (): string => join(packageRoot(), 'examples', 'maps')
const isBareName = (name: string): boolean => /^[\w-]+$/.test(name)

function unknownMap(given: string): ReadMap {
  const known = readdirSync(mapsFolder()).map((file) => file.replace(/\.json$/, ''))
  const parts = { given, known, suggestion: suggest(given, known) }
  return { map: undefined, problems: [problem('rename-unknown', parts)] }
}

function shippedMap(name: string): string | undefined {
  const path = join(mapsFolder(), `${name}.json`)
  return isBareName(name) && !existsSync(name) && existsSync(path) ? path : undefined
}
