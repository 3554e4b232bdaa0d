// Operators as text: every attribute by name, explicit.
import type { Graph, GraphNode } from '../../compiler/ir/graph.ts'
import type { Plain, Term } from '../../compiler/ops/attrs.ts'
import { primitiveOf } from '../../compiler/ops/registry.ts'
import { nameOfTable, type Tables } from './tables.ts'

/** `conv(channels = 48, kernel = [1, 3, 3], …)`; bare for an operator without attributes. Large tables stand before the network, under a name. */
export function stageText(node: GraphNode, tables: Tables): string {
  const specs = primitiveOf(node.op).attributes
  const args = Object.entries(node.attributes).map(([name, value]) => {
    const words = specs[name]?.words ?? []
    // The graph keeps attributes in the explicit form that their own readers accept.
    return `${name} = ${nameOfTable(value, name, tables) ?? plainText(value as Plain, words)}`
  })
  return args.length === 0 && node.inputs.length > 0 ? node.op : `${node.op}(${args.join(', ')})`
}

/** Data as the language writes it. Strings that are words of the place are bare. */
export function plainText(value: Plain, words: readonly string[] = []): string {
  if (typeof value === 'string') return words.includes(value) ? value : JSON.stringify(value)
  if (typeof value !== 'object') return String(value)
  if (isList(value)) return `[${value.map((one) => plainText(one, words)).join(', ')}]`
  if (value.kind === 'term') return termText(value)
  return symbolText(value)
}

function isList(value: Exclude<Plain, number | string | boolean>): value is readonly Plain[] {
  return Array.isArray(value)
}

function termText({ word, positional, named }: Term): string {
  const args = [
    ...positional.map((one) => plainText(one)),
    ...Object.entries(named).map(([name, one]) => `${name} = ${plainText(one)}`),
  ]
  return args.length === 0 ? word : `${word}(${args.join(', ')})`
}

/** A symbolic extent as an expression: `dim("D", multiple = 32) * 3 div 4 + 1`. */
function symbolText(dim: Exclude<Plain, number | string | boolean | Term | readonly Plain[]>): string {
  const terms = dim.terms.map(({ symbol, coefficient }) => {
    const whole = `dim(${JSON.stringify(symbol.name)}, multiple = ${symbol.multiple})`
    return coefficient === symbol.multiple ? whole : `${whole} * ${coefficient} div ${symbol.multiple}`
  })
  return [...terms, ...(dim.constant === 0 ? [] : [String(dim.constant)])].join(' + ')
}

/** Nodes that use the weights of an earlier node, by that node: they are written as one shared block. */
export function sharedStages(graph: Graph): ReadonlyMap<number, number> {
  const first = new Map<number, number>()
  const owner = new Map<number, number>()
  for (const node of graph.nodes) {
    const [weight] = node.parameters
    if (weight === undefined) continue
    const before = first.get(weight)
    if (before === undefined) first.set(weight, node.id)
    else {
      owner.set(before, before)
      owner.set(node.id, before)
    }
  }
  return owner
}
