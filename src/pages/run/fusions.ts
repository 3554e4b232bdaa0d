// Topology records turned over: from all edges at one step to each fused node over the steps.
import type { TopologyRecord } from '../../data/history.ts'

export interface Connections {
  readonly active: number
  readonly total: number
}

/** A step and the connections of each direction then, in the order of `directionsOf`. */
type State = readonly [step: number, edges: readonly Connections[]]

export interface FusedNode {
  readonly node: readonly number[]
  /** By direction: whether the node has such an edge at all. */
  readonly present: readonly boolean[]
  readonly states: readonly State[]
}

export interface Fusion {
  readonly path: string
  readonly nodes: readonly FusedNode[]
  readonly records: number
}

const usual = ['forward', 'upward', 'downward']

/** The usual three first, so that they have the same colours on every page; others as they appear. */
export function directionsOf(topology: readonly TopologyRecord[]): readonly string[] {
  const found = new Set(topology.flatMap((record) => record.edges.map((one) => one.edge)))
  return [...usual.filter((one) => found.has(one)), ...[...found].filter((one) => !usual.includes(one))]
}

interface OpenNode {
  readonly node: readonly number[]
  readonly states: Map<number, Sums>
}

export function fusionsOf(
  topology: readonly TopologyRecord[],
  directions: readonly string[],
): readonly Fusion[] {
  const fusions = new Map<string, Map<string, OpenNode>>()
  for (const record of topology)
    for (const edge of record.edges) {
      const nodes = getOrSet(fusions, edge.fusion, () => new Map<string, OpenNode>())
      const open = getOrSet(nodes, edge.node.join(), (): OpenNode => ({ node: edge.node, states: new Map() }))
      const sums = getOrSet(open.states, record.step, () => zeros(directions))
      add(sums, directions, edge)
    }
  return [...fusions].map(([path, nodes]) => ({
    path,
    nodes: [...nodes.values()].map(({ node, states }) => fusedNode(node, [...states], directions)),
    records: topology.length,
  }))
}

function fusedNode(
  node: readonly number[],
  states: readonly State[],
  directions: readonly string[],
): FusedNode {
  const present = directions.map((_, k) => states.some(([, edges]) => (edges[k]?.total ?? 0) > 0))
  return { node, present, states }
}

/** Over all nodes of all fusions. */
export function totalsByDirection(
  topology: readonly TopologyRecord[],
  directions: readonly string[],
): readonly State[] {
  return topology.map((record): State => {
    const sums = zeros(directions)
    for (const edge of record.edges) add(sums, directions, edge)
    return [record.step, sums]
  })
}

type Sums = { active: number; total: number }[]

function zeros(directions: readonly string[]): Sums {
  return directions.map(() => ({ active: 0, total: 0 }))
}

function add(sums: Sums, directions: readonly string[], edge: TopologyRecord['edges'][number]): void {
  const sum = sums[directions.indexOf(edge.edge)]
  if (sum === undefined) return
  sum.active += edge.active
  sum.total += edge.total
}

function getOrSet<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
