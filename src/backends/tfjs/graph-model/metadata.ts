// What the model says of itself in `userDefinedMetadata`.
import type { Graph } from '../../../compiler/ir/graph.ts'
import type { Plain } from '../../../compiler/ops/attrs.ts'
import type { Arrangement, TfGraph } from './model.ts'

/** What the file says about where it came from. */
export interface Provenance {
  readonly weftVersion: string
  /** Where the weights are from: `seed 1`, or the file's name. */
  readonly weights: string
}

/** Where a parameter's numbers are: the tensors, one after the other, and what was done to bring them into that order. */
export interface Place extends Partial<Arrangement> {
  readonly tensors: readonly string[]
}

export function metadataOf(graph: Graph, model: TfGraph, { weftVersion, weights }: Provenance): object {
  const places = placesByPath(graph, model)
  return {
    weft: {
      version: weftVersion,
      network: graph.network,
      arguments: Object.fromEntries(graph.arguments.map(({ name, value }): [string, Plain] => [name, value])),
      weights,
      outputs: model.outputs.map(({ name, dims }) => ({ name, channels: dims[1] })),
      parameters: Object.fromEntries(places),
    },
  }
}

/** By parameter path; a parameter in its own order has no arrangement. One that two orders are made of has the first here. */
export function placesByPath(graph: Graph, model: TfGraph): Map<string, Place> {
  const places = new Map<string, Place>()
  for (const block of model.blocks) {
    if (block.kind !== 'parameter') continue
    const { path = '' } = graph.parameters[block.parameter] ?? {}
    if (places.has(path)) continue
    const { view, order, reversed, blocks } = block.arrangement
    const isOwn = blocks === undefined && order.every((axis, at) => axis === at) && reversed.length === 0
    const tensors = block.tensors.map(({ name }) => name)
    places.set(
      path,
      isOwn ? { tensors } : { tensors, view, order, reversed, ...(blocks === undefined ? {} : { blocks }) },
    )
  }
  return places
}
