// The probes of the reference implementations: small networks whose weights and input are formulas, so that nothing has to be shipped.
// Formulas and their order of evaluation are those of the reference's own description; all in double precision.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { NamedTensors, TensorEntry } from '../../src/weights/named-tensors.ts'
import { elementCount } from '../../src/weights/numbers.ts'
import { repository } from '../examples/compile-example.ts'

type NamedShape = readonly [name: string, shape: readonly number[]]

/** One record, as far as it is read here. */
export interface ProbeRecord {
  readonly name: string
  readonly config: Readonly<Record<string, unknown>>
  /** Of the example's network, as Weft values, where the record is one of our own. */
  readonly arguments?: Readonly<Record<string, unknown>>
  /** Weights: four numbers; the last is 0 unless the phase is quadratic. */
  readonly phase: { readonly weight: readonly number[]; readonly input: readonly number[] }
  readonly input_shape: readonly number[]
  readonly param_order: readonly NamedShape[]
  readonly buffer_order?: readonly NamedShape[]
  readonly outputs: readonly {
    readonly shape: readonly number[]
    readonly mean: number
    readonly std: number
    readonly min: number
    readonly max: number
    readonly float32_max_abs_diff: number
    /** By flat index. */
    readonly samples: Readonly<Record<string, number>>
  }[]
}

/** Which network of which example a record measures, and the map from the record's names. */
export interface ProbeCase {
  readonly file: string
  readonly network: string
  /** Arguments as Weft expressions. */
  readonly arguments: Readonly<Record<string, string>>
  readonly map: string
}

const reference = `${repository}../shared/reference/probes.json`
/** Those that `peers/probes.py` has recorded. */
const own = `${repository}test/weights/probes`

/** Without the reference only our own records are there. */
export const hasReference = existsSync(reference)

function allRecords(): ProbeRecord[] {
  const files = readdirSync(own).map((name) => `${own}/${name}`)
  return [...(hasReference ? [reference] : []), ...files].flatMap(
    (file) => JSON.parse(readFileSync(file, 'utf8')) as ProbeRecord[],
  )
}

/** The records of the networks that come as examples. */
export function probes(): readonly { readonly record: ProbeRecord; readonly of: ProbeCase }[] {
  return allRecords().flatMap((record) => {
    const of = caseOf(record)
    return of === undefined ? [] : [{ record, of }]
  })
}

/** By the beginning of a record's name; the first that fits. */
const systems: readonly (readonly [start: string, of: (record: ProbeRecord) => ProbeCase])[] = [
  ['E2ENet unetpp_d ', (record) => e2enet(record, 'E2ENet', 'e2enet')],
  ['E2ENet unetpp_d_noshift ', (record) => e2enet(record, 'E2ENetNoShift', 'e2enet')],
  ['E2ENet unetpp_d_nodff ', (record) => e2enet(record, 'E2ENetNoDSFF', 'e2enet-nodsff')],
  ['nnU-Net v1 ', (record) => planned(record, 'examples/nnunet.weft', 'NNUNetV1', 'nnunet-v1')],
  ['UNet++ 3D ', (record) => planned(record, 'examples/unetpp3d.weft', 'UNetPlusPlus3D', 'unetpp3d')],
  ['nnU-Net v2 PlainConvUNet ', (record) => staged(record, 'examples/nnunet.weft', 'NNUNet', 'nnunet-v2')],
  [
    'nnU-Net v2 ResidualEncoderUNet ',
    (record) => staged(record, 'examples/nnunet-resenc.weft', 'ResEncUNet', 'nnunet-resenc'),
  ],
  ['U-Net 2015 ', (record) => sized(record, 'examples/unet.weft', 'UNet', 'unet', { base: '4' })],
  [
    '3D U-Net 2016 base2 ',
    (record) => sized(record, 'examples/unet3d.weft', 'UNet3D', 'unet3d', { base: '2' }),
  ],
  [
    '3D U-Net 2016 base 2, 1ch/3cls, BatchNorm',
    (record) => sized(record, 'examples/unet3d.weft', 'UNet3DBN', 'unet3d', { base: '2' }),
  ],
  ['UNet++ 2D NestedUNet ', (record) => sized(record, 'examples/unetpp.weft', 'UNetPlusPlus', 'nestedunet')],
  ['U-Net 2D (milesial) ', milesial],
  ['MONAI DynUNet', (record) => recorded(record, 'dynunet', 'DynUNet', 'monai-dynunet')],
  ['MONAI UNet', (record) => recorded(record, 'monai-unet', 'MonaiUNet', 'monai-unet')],
  ['MONAI BasicUNet,', (record) => recorded(record, 'basic-unet', 'BasicUNet', 'basic-unet')],
  [
    'MONAI BasicUNetPlusPlus',
    (record) => recorded(record, 'basic-unet', 'BasicUNetPlusPlus', 'basic-unetpp'),
  ],
  ['V-Net ', (record) => patched(record, 'examples/vnet.weft', 'VNet', 'vnet')],
]

export function caseOf(record: ProbeRecord): ProbeCase | undefined {
  return systems.find(([start]) => record.name.startsWith(start))?.[1](record)
}

const list = (value: unknown): string => JSON.stringify(value)
const mapFile = (name: string): string => `examples/maps/${name}.json`
const extents = ({ input_shape: shape }: ProbeRecord): string => list(shape.slice(2))

function channels({ config }: ProbeRecord): Record<string, string> {
  return { in_channels: String(config['in_channels']), classes: String(config['classes']) }
}

function e2enet(record: ProbeRecord, network: string, map: string): ProbeCase {
  const sparsity = network === 'E2ENetNoDSFF' ? {} : { S: '0' }
  const { arguments: given, ...rest } = planned(record, 'examples/e2enet.weft', network, map)
  const { kernels: _, ...others } = given
  return { ...rest, arguments: { ...others, ...sparsity } }
}

/** Networks that are planned by pools between their levels. */
function planned(record: ProbeRecord, file: string, network: string, map: string): ProbeCase {
  const { config } = record
  const given = { base: '4', pools: list(config['pools']), kernels: list(config['encoder_kernels']) }
  return patched(record, file, network, map, given)
}

/** Networks that are planned by the strides of their stages. */
function staged(record: ProbeRecord, file: string, network: string, map: string): ProbeCase {
  const { config } = record
  const given = { base: '4', strides: list(config['strides']), kernels: list(config['kernels']) }
  return patched(record, file, network, map, given)
}

function patched(
  record: ProbeRecord,
  file: string,
  network: string,
  map: string,
  more: Record<string, string> = {},
): ProbeCase {
  const given = { ...channels(record), patch: extents(record), ...more }
  return { file, network, arguments: given, map: mapFile(map) }
}

function sized(
  record: ProbeRecord,
  file: string,
  network: string,
  map: string,
  more: Record<string, string> = {},
): ProbeCase {
  const given = { ...channels(record), size: extents(record), ...more }
  return { file, network, arguments: given, map: mapFile(map) }
}

/** Our own records say the arguments. */
function recorded(record: ProbeRecord, file: string, network: string, map: string): ProbeCase {
  const given = Object.entries(record.arguments ?? {}).map(([name, value]) => [name, list(value)] as const)
  return {
    file: `examples/${file}.weft`,
    network,
    arguments: Object.fromEntries(given),
    map: mapFile(map),
  }
}

function milesial(record: ProbeRecord): ProbeCase {
  const bilinear = String(record.config['bilinear'])
  return sized(record, 'examples/unet.weft', 'UNetMilesial', 'unet-milesial', { bilinear })
}

// ---------------------------------------------------------------- numbers

/** The record's parameters and buffers, computed when they are read. */
export function probeTensors(record: ProbeRecord): NamedTensors {
  const { weight } = record.phase
  const formulas = new Map<string, () => Float64Array>()
  const entries = new Map<string, TensorEntry>()
  const add = (name: string, shape: readonly number[], value: (s: number) => number, k: number): void => {
    entries.set(name, { dtype: 'F64', shape })
    formulas.set(name, () =>
      Float64Array.from({ length: elementCount(shape) }, (_, i) => value(wave(weight, i, k))),
    )
  }
  for (const [k, [name, shape]] of record.param_order.entries())
    add(name, shape, parameterValue(name, shape), k)
  for (const [k, [name, shape]] of buffersOf(record).entries()) add(name, shape, bufferValue(name, record), k)
  return {
    entries,
    read: (name) => {
      const formula = formulas.get(name)
      if (formula === undefined) throw new Error(`${record.name} has no ${name}`)
      return formula()
    },
  }
}

function wave([w0 = 0, w1 = 0, w2 = 0, w3 = 0]: readonly number[], i: number, k: number): number {
  const r = i % 1009
  return Math.sin(w0 + w1 * i + w2 * k + w3 * (r * r))
}

function parameterValue(name: string, shape: readonly number[]): (s: number) => number {
  if (shape.length >= 2) {
    const scale = Math.sqrt(2 / elementCount(shape.slice(1)))
    return (s) => s * scale
  }
  return name.endsWith('weight') ? (s) => 1 + 0.1 * s : (s) => 0.05 * s
}

/** Statistics that are not given by formula are those of a new network: mean 0, variance 1. */
function bufferValue(name: string, { buffer_order: given }: ProbeRecord): (s: number) => number {
  const isMean = name.endsWith('running_mean')
  if (given === undefined) return () => (isMean ? 0 : 1)
  return isMean ? (s) => 0.1 * s : (s) => 1 + 0.3 * s
}

function buffersOf({
  buffer_order: given,
  config,
  param_order: parameters,
}: ProbeRecord): readonly NamedShape[] {
  if (given !== undefined) return given
  if (!JSON.stringify(config).includes('BatchNorm')) return []
  // In these networks only batch norms have a weight of one axis.
  const norms = parameters.filter(([name, shape]) => name.endsWith('.weight') && shape.length === 1)
  return norms.flatMap(([name, shape]) =>
    ['running_mean', 'running_var'].map((leaf) => [name.replace(/weight$/, leaf), shape] as const),
  )
}

/** The input tensor of `input_shape`, batch included. */
export function probeInput({ phase, input_shape: shape }: ProbeRecord): Float64Array {
  const [x0 = 0, x1 = 0] = phase.input
  return Float64Array.from({ length: elementCount(shape) }, (_, i) => Math.sin(x1 * i + x0))
}
