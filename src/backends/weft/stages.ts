// Operators as text: every attribute by name, explicit.
import type { Graph, GraphNode, NodeId } from '../../compiler/ir/graph.ts'
import { factorsOf, type Factor } from '../../compiler/ir/tensor.ts'
import type { Plain, Term } from '../../compiler/ops/attrs.ts'
import { primitiveOf } from '../../compiler/ops/registry.ts'
import { nameOfTable, type Tables } from './tables.ts'

/** `conv(channels = 48, kernel = [1, 3, 3], …)`; bare for an operator without attributes. Large tables stand before the network, under a name. */
export function stageText(graph: Graph, node: GraphNode, tables: Tables): string {
  const turned = turnedAxis(graph, node)
  if (turned !== undefined) return `flip(axis = ${turned})`
  const specs = primitiveOf(node.op).attributes
  const args = Object.entries(node.attributes).map(([name, value]) => {
    const words = specs[name]?.words ?? []
    // The graph keeps attributes in the explicit form that their own readers accept.
    return `${name} = ${plainText(value as Plain, words, (table, of) => nameOfTable(table, of ?? name, tables))}`
  })
  return args.length === 0 && node.inputs.length > 0 ? node.op : `${node.op}(${args.join(', ')})`
}

/** The axis that a `gather` turns round, which may be longer than a list can be. */
function turnedAxis(graph: Graph, { op, inputs: [input = -1], attributes }: GraphNode): number | undefined {
  const { indices, axis } = attributes
  if (op !== 'gather' || !Array.isArray(indices) || typeof axis !== 'number') return undefined
  const extent = graph.nodes[input]?.type.shape[axis]
  const turns = indices.length === extent && indices.every((one, k) => one === extent - 1 - k)
  return turns ? axis : undefined
}

/** The path of a stage as it is written: `flip` for the `gather` that it is made of. */
export const stagePath = ({ origin }: GraphNode): string =>
  origin.path.replace(/(\.flip(?:\[\d+\])?)\.gather$/, '$1')

/** The name of a list that stands elsewhere, from the argument that holds it. */
type TableName = (value: Plain, argument?: string) => string | undefined

/** Data as the language writes it. Strings that are words of the place are bare, and lists that have a name are said by it. */
export function plainText(
  value: Plain,
  words: readonly string[] = [],
  tableName: TableName = () => undefined,
): string {
  if (typeof value === 'string') return words.includes(value) ? value : JSON.stringify(value)
  if (typeof value !== 'object') return String(value)
  if (isList(value)) return tableName(value) ?? `[${value.map((one) => plainText(one, words)).join(', ')}]`
  if (value.kind === 'term') return termText(value, tableName)
  return symbolText(value)
}

function isList(value: Exclude<Plain, number | string | boolean>): value is readonly Plain[] {
  return Array.isArray(value)
}

function termText({ word, positional, named }: Term, tableName: TableName): string {
  const args = [
    ...positional.map((one) => plainText(one, [], tableName)),
    ...Object.entries(named).map(
      ([name, one]) => `${name} = ${tableName(one, name) ?? plainText(one, [], tableName)}`,
    ),
  ]
  return args.length === 0 ? word : `${word}(${args.join(', ')})`
}

/** A symbolic extent as an expression: `dim("D", multiple = 32) * 3 div 4 + 1`. */
function symbolText(dim: Exclude<Plain, number | string | boolean | Term | readonly Plain[]>): string {
  const terms = dim.terms.map(({ symbol, coefficient }) => {
    const whole = factorsOf(symbol).map(factorText).join(' * ')
    return coefficient === symbol.multiple ? whole : `${whole} * ${coefficient} div ${symbol.multiple}`
  })
  return [...terms, ...(dim.constant === 0 ? [] : [String(dim.constant)])].join(' + ')
}

function factorText(factor: Factor): string {
  if ('dividend' in factor) return `((${symbolText(factor.dividend)}) div ${factor.divisor})`
  const { name, multiple, least = 1 } = factor
  const from = least === 1 ? '' : `, least = ${least * multiple}`
  return `dim(${JSON.stringify(name)}, multiple = ${multiple}${from})`
}

/** Nodes that share their weights, in the order of `ids`, by the first of them: they are written as one shared block. */
export function sharedStages(graph: Graph, ids: readonly NodeId[]): ReadonlyMap<NodeId, NodeId> {
  const first = new Map<number, NodeId>()
  const owner = new Map<NodeId, NodeId>()
  for (const id of ids) {
    const weight = graph.nodes[id]?.parameters[0]
    if (weight === undefined) continue
    const before = first.get(weight)
    if (before === undefined) first.set(weight, id)
    else {
      owner.set(before, before)
      owner.set(id, before)
    }
  }
  return owner
}
