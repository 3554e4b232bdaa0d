// Rename maps from the command line: files, and those that come with the examples.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { suggest } from '../compiler/text/suggest.ts'
import { readText } from './spec-files.ts'
import type { Graph, Parameter } from '../compiler/ir/graph.ts'
import { parseGlob } from '../weights/globs.ts'
import { parseRenameMap, type RenameMap } from '../weights/rename-map.ts'
import { officialTensors, type OfficialTensor } from '../weights/unrename.ts'
import { packageRoot } from './package-root.ts'

/** In the place of a map: names are taken as they are. */
export const noMap = 'none'

export interface ReadMap {
  readonly map: RenameMap | undefined
  readonly problems: readonly Problem[]
}

/** A map's file; or by its name alone one that comes with the examples. */
export function readMap(given: string): ReadMap {
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
  const known = shippedNames()
  const parts = { given, known, suggestion: suggest(given, known) }
  return { map: undefined, problems: [problem('rename-unknown', parts)] }
}

function shippedMap(name: string): string | undefined {
  const path = join(mapsFolder(), `${name}.json`)
  return isBareName(name) && !existsSync(name) && existsSync(path) ? path : undefined
}

const shippedNames = (): readonly string[] =>
  readdirSync(mapsFolder()).map((file) => file.replace(/\.json$/, ''))

/** All that come along, each under its name. */
export function shippedMaps(): readonly RenameMap[] {
  return shippedNames().flatMap((name) => readMap(name).map ?? [])
}

/**
 * The same for networks with batch norms in place of instance norms, as plans of nnU-Net may ask for: the modules are called alike there, and by their
 * kind here. How many batches there were belongs to training.
 */
export function batchNormMaps(): readonly RenameMap[] {
  return shippedNames().flatMap((name) => {
    const text = readText(join(mapsFolder(), `${name}.json`), name, 'the map')
    if (isProblem(text) || !text.includes('instance_norm')) return []
    const map = parseRenameMap(text.replaceAll('instance_norm', 'batch_norm'), name)
    const counters = parseGlob('*.num_batches_tracked')
    return 'rules' in map ? [{ ...map, ignore: [...map.ignore, counters] }] : []
  })
}

/** How a network's tensors are called and shaped in the checkpoints that a map is for; without one, as in the network. */
export function officialOf(
  rename: string | undefined,
  graph: Graph,
  parameters: readonly Parameter[],
): { readonly tensors: readonly OfficialTensor[]; readonly problems: readonly Problem[] } {
  if (rename === undefined || rename === noMap) {
    const tensors = parameters.map((parameter) => ({
      parameter,
      names: [parameter.path],
      shape: parameter.shape,
    }))
    return { tensors, problems: [] }
  }
  const { map, problems } = readMap(rename)
  return map === undefined ? { tensors: [], problems } : officialTensors(graph, map, parameters)
}
