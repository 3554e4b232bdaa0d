// Whether the parameters of A, as a checkpoint holds them, fill the parameters of B.
import type { Graph, NodeId, Parameter } from '../../ir/graph.ts'
import type { CheckpointData, ParameterData, RenamedParameter, ReshapedParameter } from './document.ts'
import { counterpart, type Matching } from './match.ts'
import { proposedMap } from './rename-rules.ts'
import { nodeAt } from './show.ts'

export function checkpointOf(a: Graph, b: Graph, matching: Matching): CheckpointData {
  const sources = sourcesOf(a, b, matching)
  const taken = new Set([...sources.values()].map((one) => one.path))
  const found = sorted(b, sources)
  const unused = a.parameters.filter((one) => !taken.has(one.path))
  const isWhole = found.reshaped.length === 0 && found.added.length === 0
  const isAsIs = isWhole && found.renamed.length === 0 && unused.length === 0
  const filled = [...found.same, ...found.renamed]
  const verdict = isAsIs ? 'as-is' : filled.length === 0 ? 'nothing' : isWhole ? 'with-map' : 'partly'
  // What has another shape cannot be loaded: a map that named it would be refused.
  const idle = [...unused.map((one) => one.path), ...found.reshaped.map((one) => one.before)]
  return {
    verdict,
    same: found.same.length,
    renamed: found.renamed,
    reshaped: found.reshaped,
    added: found.added,
    unused: unused.map(dataOf),
    sparser: found.sparser,
    map: isAsIs || filled.length === 0 ? null : proposedMap(filled, idle, [a.network, b.network]),
  }
}

interface Sorted {
  readonly same: RenamedParameter[]
  readonly renamed: RenamedParameter[]
  readonly reshaped: ReshapedParameter[]
  readonly added: ParameterData[]
  sparser: number
}

function sorted(b: Graph, sources: ReadonlyMap<string, Parameter>): Sorted {
  const found: Sorted = { same: [], renamed: [], reshaped: [], added: [], sparser: 0 }
  for (const parameter of b.parameters) {
    const source = sources.get(parameter.path)
    if (source === undefined) {
      found.added.push(dataOf(parameter))
      continue
    }
    const names = { before: source.path, after: parameter.path }
    const isFilled = source.shape.join() === parameter.shape.join()
    if (!isFilled) found.reshaped.push({ ...names, shapeBefore: source.shape, shapeAfter: parameter.shape })
    else if (names.before === names.after) found.same.push(names)
    else found.renamed.push(names)
    if (isFilled && keptShare(parameter) < keptShare(source)) found.sparser += 1
  }
  return found
}

/** By the path in B: the parameter of A that it corresponds to. */
function sourcesOf(a: Graph, b: Graph, matching: Matching): Map<string, Parameter> {
  const byPath = new Map(a.parameters.map((one) => [one.path, one]))
  const sources = new Map<string, Parameter>()
  const nodes = makers(b)
  for (const [at, parameter] of b.parameters.entries()) {
    const maker = nodes.get(at)
    const other = maker === undefined ? undefined : counterpart(matching, maker, 'b')
    const path = other === undefined ? undefined : `${nodeAt(a, other).origin.path}.${parameter.name}`
    const source = path === undefined ? undefined : byPath.get(path)
    if (source !== undefined) sources.set(parameter.path, source)
  }
  return sources
}

/** By parameter id: the first operator that uses it, whose path it has. */
function makers(graph: Graph): Map<number, NodeId> {
  const found = new Map<number, NodeId>()
  for (const node of graph.nodes) for (const id of node.parameters) if (!found.has(id)) found.set(id, node.id)
  return found
}

function keptShare({ mask }: Parameter): number {
  return mask === undefined ? 1 : mask.kept / mask.total
}

function dataOf({ path, shape }: Parameter): ParameterData {
  return { path, shape }
}
