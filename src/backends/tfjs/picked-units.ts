// The units of a model that are computed from picked channels, and what they keep for that from one run to the next.
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Graph, NodeId, Parameter } from '../../compiler/ir/graph.ts'
import type { Activation } from './activation.ts'
import { formsNow } from './forms.ts'
import { pickedConvolution } from './kernels/picked-convolution.ts'
import { countOf } from './kernels/views.ts'
import { imageOf } from './kernels/windows.ts'
import { geometryOf, laid } from './lower/spatial.ts'
import { liveBlocks, type LiveBlock } from './live-blocks.ts'
import { pays, wayOf, type Unit, type Way } from './units.ts'

/** By the path of a masked weight, a 1 for each of its connections that is there: the array stays the same as long as they do. */
export type Connections = ReadonlyMap<string, Uint8Array>

/** A unit as one run computes it. */
export interface PickedUnit {
  readonly unit: Unit
  readonly way: Way
}

export interface PickedUnits {
  /** Those of the units that pick. `voxelsOf` a convolution: places of its result, of all items. */
  among(
    units: readonly Unit[],
    connections: Connections,
    voxelsOf: (unit: Unit) => number,
  ): ReadonlyMap<NodeId, PickedUnit>
  dispose(): void
}

export function createPickedUnits(graph: Graph): PickedUnits {
  const whole = new Map<NodeId, Way>()
  const live = new Map<NodeId, { readonly active: Uint8Array; readonly way: Way }>()
  const liveWay = (unit: Unit, connections: Connections, voxels: number): Way | undefined => {
    const weight = weightOf(unit, graph)
    const active = connections.get(weight.path)
    if (active === undefined) return undefined
    const before = live.get(unit.node.id)
    if (before?.active === active) return before.way
    const blocks = blocksThatPay(weight, active, voxels)
    if (blocks === undefined) return undefined
    if (before !== undefined) release(before.way)
    const way = wayOf(unit, { channels: channelsRead(unit, graph), shape: weight.shape, blocks })
    live.set(unit.node.id, { active, way })
    return way
  }
  const wholeWay = (unit: Unit): Way | undefined => {
    if (unit.absorbed.length === 0 || formsNow().moves !== 'heap') return undefined
    const known = whole.get(unit.node.id)
    if (known !== undefined) return known
    const asked = { channels: channelsRead(unit, graph), shape: weightOf(unit, graph).shape }
    const way = wayOf(unit, { ...asked, blocks: undefined })
    whole.set(unit.node.id, way)
    return way
  }
  return {
    among: (units, connections, voxelsOf) =>
      new Map(
        units.flatMap((unit) => {
          const way = liveWay(unit, connections, voxelsOf(unit)) ?? wholeWay(unit)
          return way === undefined ? [] : [[unit.node.id, { unit, way }] as const]
        }),
      ),
    dispose: () => {
      for (const { way } of live.values()) release(way)
      for (const way of whole.values()) release(way)
    },
  }
}

function release({ picker, weights }: Way): void {
  picker.dispose()
  weights.dispose()
}

function blocksThatPay(
  { mask, shape }: Parameter,
  active: Uint8Array,
  voxels: number,
): readonly LiveBlock[] | undefined {
  const [outputs = 1, inputs = 1, ...kernel] = shape
  const blocks = mask === undefined ? undefined : liveBlocks(mask, outputs, active)
  if (blocks === undefined) return undefined
  return pays({ voxels, taps: countOf(kernel), inputs, outputs }, blocks) ? blocks : undefined
}

function weightOf({ node }: Unit, { parameters }: Graph): Parameter {
  const weight = parameters[node.parameters[0] ?? -1]
  if (weight === undefined) throw new Error(`${node.origin.path} has no weight`)
  return weight
}

const channelsRead = ({ sources }: Unit, { nodes }: Graph): number[] =>
  sources.map((id) => {
    const channels = nodes[id]?.type.shape[0]
    if (typeof channels !== 'number') throw new Error(`node ${id} has no number of channels`)
    return channels
  })

export interface UnitOperands {
  readonly sources: readonly Activation[]
  readonly weight: Tensor
  readonly bias: Tensor | undefined
  /** Of the result, with its batch. */
  readonly shape: readonly number[]
}

export function computedUnit(
  { unit, way }: PickedUnit,
  { sources, weight, bias, shape }: UnitOperands,
): Activation {
  const images = sources.map((one) => imageOf(one.last()))
  const [first] = images
  if (first === undefined) throw new Error('a convolution reads an image')
  const geometry = geometryOf(unit.node.attributes, first, shape)
  const own = way.isLive ? { ...geometry, groups: 1 } : geometry
  return laid(pickedConvolution(images, weight, bias, { ...way, geometry: own }), shape)
}
