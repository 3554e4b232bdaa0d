// The part of dagre that is used, with types: its own ones do not resolve from an ES module.
import * as dagre from '@dagrejs/dagre'
import type { Point } from './geometry.ts'

export interface LayeredGraph {
  setGraph(label: {
    readonly nodesep: number
    readonly edgesep: number
    readonly ranksep: number
    readonly ranker: 'network-simplex' | 'longest-path'
  }): void
  setDefaultEdgeLabel(make: () => object): void
  setNode(key: string, size: { readonly width: number; readonly height: number }): void
  setEdge(
    from: string,
    to: string,
    label: { readonly weight: number; readonly minlen: number },
    name: string,
  ): void
  nodes(): string[]
  /** Its centre and size, once laid out. */
  node(key: string): LayeredNode
  edge(from: string, to: string, name: string): { readonly points?: readonly Point[] }
}

export interface LayeredNode extends Point {
  readonly width: number
  readonly height: number
}

interface Library {
  readonly Graph: new (options: { readonly multigraph: boolean }) => LayeredGraph
  layout(graph: LayeredGraph): void
}

const library = dagre as unknown as Library

/** With several edges between two nodes, told apart by their names. */
export function emptyGraph(): LayeredGraph {
  return new library.Graph({ multigraph: true })
}

/** Gives every node its centre and every edge its points. Layers follow each other downwards. */
export function layOut(graph: LayeredGraph): void {
  library.layout(graph)
}
