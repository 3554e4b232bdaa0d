// The U-Net of a topology, as nnU-Net's planners call it, and as a graph. nnunetv2 2.8.1: `get_plans_for_configuration` of the planners.
import type { Graph } from '../../compiler/ir/graph.ts'
import type { ArchitectureEntry } from '../export-plans.ts'
import { builtFor } from '../built.ts'
import type { Preset } from './presets.ts'
import type { Topology } from './topology.ts'

const base = 32
const most = { 2: 512, 3: 320 } as const
/** Blocks of the residual encoder's stages; 6 of all others. */
const residualBlocks = [1, 3, 4]

/** The numbers that decide what a network of a preset takes. */
export interface PlannedNetwork extends Topology {
  readonly widths: readonly number[]
  /** Convolutions, or residual blocks, of each stage. */
  readonly blocks: readonly number[]
  /** Of each stage of the decoder. */
  readonly decoderConvs: readonly number[]
}

export function plannedNetwork(
  topology: Topology,
  { architecture }: Pick<Preset, 'architecture'>,
): PlannedNetwork {
  const limit = most[rankOf(topology)]
  const isPlain = architecture === 'plain'
  return {
    ...topology,
    widths: topology.strides.map((_, stage) => Math.min(base * 2 ** stage, limit)),
    blocks: topology.strides.map((_, stage) => (isPlain ? 2 : (residualBlocks[stage] ?? 6))),
    decoderConvs: topology.strides.slice(1).map(() => (isPlain ? 2 : 1)),
  }
}

export const rankOf = ({ patch }: Pick<Topology, 'patch'>): 2 | 3 => (patch.length === 2 ? 2 : 3)

/** `architecture` of a configuration. */
export function architectureEntry(
  network: PlannedNetwork,
  { architecture }: Pick<Preset, 'architecture'>,
): ArchitectureEntry {
  const rank = rankOf(network)
  const isPlain = architecture === 'plain'
  return {
    network_class_name: `dynamic_network_architectures.architectures.unet.${isPlain ? 'PlainConvUNet' : 'ResidualEncoderUNet'}`,
    arch_kwargs: {
      n_stages: network.strides.length,
      features_per_stage: network.widths,
      conv_op: `torch.nn.modules.conv.Conv${rank}d`,
      kernel_sizes: network.kernels,
      strides: network.strides,
      [isPlain ? 'n_conv_per_stage' : 'n_blocks_per_stage']: network.blocks,
      n_conv_per_stage_decoder: network.decoderConvs,
      conv_bias: true,
      norm_op: `torch.nn.modules.instancenorm.InstanceNorm${rank}d`,
      norm_op_kwargs: { eps: 1e-5, affine: true },
      dropout_op: null,
      dropout_op_kwargs: null,
      nonlin: 'torch.nn.LeakyReLU',
      nonlin_kwargs: { inplace: true },
    },
    _kw_requires_import: ['conv_op', 'norm_op', 'dropout_op', 'nonlin'],
  }
}

/** The network with so many channels in and out. */
export function graphOf(
  network: PlannedNetwork,
  preset: Pick<Preset, 'architecture'>,
  { channels, classes }: { readonly channels: number; readonly classes: number },
): Graph {
  const { network_class_name, arch_kwargs, _kw_requires_import } = architectureEntry(network, preset)
  const architecture = { className: network_class_name, kwargs: arch_kwargs, imports: _kw_requires_import }
  const graph = builtFor({ patch: network.patch, channels, classes }, architecture)
  if (typeof graph === 'string') throw new Error(`a planned network does not compile: ${graph}`)
  return graph
}
