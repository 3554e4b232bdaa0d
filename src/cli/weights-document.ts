// `weft-weights/1`: a network's parameters for programs. Fields may be added, never changed or removed;
// schema/weft-weights-1.schema.json says the same.
import { plainData, type PlainData } from '../backends/report/plain-data.ts'
import type { Granularity, Graph, Parameter } from '../compiler/ir/graph.ts'
import type { Init } from '../compiler/ops/op.ts'
import { elementCount } from '../weights/numbers.ts'
import type { Statistics } from '../weights/statistics.ts'

export interface MaskData {
  readonly granularity: Granularity
  readonly kept: number
  readonly total: number
}

export interface SourceData {
  readonly tensor: string
  readonly dtype: string
  readonly permute: readonly number[] | null
  /** It takes the parameter's shape. */
  readonly reshape: boolean
}

export interface ParameterData {
  readonly path: string
  readonly shape: readonly number[]
  readonly count: number
  readonly buffer: boolean
  readonly init: Init
  readonly mask: MaskData | null
  /** What fills it; null where nothing does. Only with a checkpoint, as is `statistics`. */
  readonly source?: SourceData | null
  /** Null where the numbers cannot be read. */
  readonly statistics?: Statistics | null
}

export interface WeightsDocument {
  readonly schema: 'weft-weights/1'
  readonly network: string
  readonly arguments: Readonly<Record<string, PlainData>>
  /** The checkpoint's file name; null without one. */
  readonly checkpoint: string | null
  /** What its names begin with and was left out: `module.`; empty without, null without a checkpoint. */
  readonly prefix: string | null
  /** The map that its names went by; null where they are those of the network, or there is no checkpoint. */
  readonly map: string | null
  readonly parameters: readonly ParameterData[]
  readonly totals: WeightTotals
}

export interface WeightTotals {
  /** Trained numbers, as costs count them. */
  readonly parameters: number
  /** Numbers of buffers. */
  readonly buffers: number
  readonly connections: { readonly kept: number; readonly total: number } | null
}

/** What a checkpoint says of one parameter. */
export type Filling = Pick<ParameterData, 'source' | 'statistics'>

export function weightsDocument(
  graph: Graph,
  parameters: readonly Parameter[],
  checkpoint: { readonly name: string; readonly prefix: string; readonly map: string | null } | undefined,
  fillingAt: (position: number) => Filling,
): WeightsDocument {
  const rows = parameters.map((one, at) => ({ ...parameterData(one), ...fillingAt(at) }))
  return {
    schema: 'weft-weights/1',
    network: graph.network,
    arguments: argumentData(graph),
    checkpoint: checkpoint?.name ?? null,
    prefix: checkpoint?.prefix ?? null,
    map: checkpoint?.map ?? null,
    parameters: rows,
    totals: totalsOf(rows),
  }
}

export function argumentData(graph: Graph): Readonly<Record<string, PlainData>> {
  return Object.fromEntries(graph.arguments.map(({ name, value }) => [name, plainData(value)]))
}

function parameterData({ path, shape, buffer, init, mask }: Parameter): ParameterData {
  const kept =
    mask === undefined ? null : { granularity: mask.granularity, kept: mask.kept, total: mask.total }
  return { path, shape, count: elementCount(shape), buffer, init, mask: kept }
}

function totalsOf(rows: readonly ParameterData[]): WeightTotals {
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
  const masks = rows.flatMap(({ mask }) => (mask === null ? [] : [mask]))
  return {
    parameters: sum(rows.map(({ buffer, count }) => (buffer ? 0 : count))),
    buffers: sum(rows.map(({ buffer, count }) => (buffer ? count : 0))),
    connections:
      masks.length === 0
        ? null
        : { kept: sum(masks.map(({ kept }) => kept)), total: sum(masks.map(({ total }) => total)) },
  }
}
