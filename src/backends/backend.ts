// What every code-generating backend is made of: a table with one entry for each primitive, and the files that it emits.
import type { Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { GraphNode } from '../compiler/ir/graph.ts'
import type { AttributesOf, PrimitiveName } from '../compiler/ops/registry.ts'

/** A node of one operator, with its attributes typed. */
export type NodeOf<K extends PrimitiveName> = Omit<GraphNode, 'op' | 'attributes'> & {
  readonly op: K
  readonly attributes: AttributesOf<K>
}

/** One entry for each primitive: a missing one is a type error that names the operator. */
export type LoweringTable<Context, Result> = {
  readonly [K in PrimitiveName]: (node: NodeOf<K>, context: Context) => Result
}

/** The entry of a table for a node whose operator is known at run time only. */
export function lowerWith<Context, Result>(
  table: LoweringTable<Context, Result>,
  node: GraphNode,
  context: Context,
): Result {
  // The table pairs each operator with its own attributes; TypeScript cannot see that through the union.
  const lower = table[node.op] as (node: GraphNode, context: Context) => Result
  return lower(node, context)
}

/** A file as a backend emits it: bytes in order, made while they are written, so that no file has to fit in memory. */
export interface EmittedFile {
  /** Without directories. */
  readonly name: string
  readonly byteCount: number
  /** The bytes; what is found wrong on the way (a weight that is not a number) ends them. */
  chunks(): Iterable<Uint8Array | Problem>
}
