// The U-Nets of MIC-DKFZ/dynamic-network-architectures 0.4.4, architectures/unet.py, as applications of `std/nnunet`. Defaults of arguments are
// theirs.
import { unless, type Application, type Construction, type Given } from './construction.ts'
import { count, flag, perAxis, perStage, type Arguments } from './taken.ts'
import {
  activationOf,
  checkConvolution,
  dropOf,
  importedName,
  normOf,
  type Modules,
} from './torch-modules.ts'
import { listText, nestedText } from './values.ts'

export const unets: Readonly<Record<string, (construction: Construction) => Application>> = {
  PlainConvUNet: (one) => plainUNet(unetOf(one)),
  ResidualEncoderUNet: (one) => residualUNet(unetOf(one), 'plain'),
  ResidualUNet: (one) => residualUNet(unetOf(one), 'residual'),
}

/** What the classes have in common. */
interface UNet {
  readonly args: Arguments
  readonly modules: Modules
  readonly stages: number
  readonly patch: readonly number[]
  readonly given: Common
}

interface Common {
  readonly widths: readonly number[]
  readonly strides: readonly (readonly number[])[]
  readonly kernels: readonly (readonly number[])[]
  readonly convsDecoder: readonly number[]
  readonly bias: boolean
  readonly norm: string
  readonly act: string
  readonly drop: string
}

function unetOf(construction: Construction): UNet {
  const { args, patch } = construction
  const rank = patch.length
  const modules = { ...construction, rank }
  // A decoder joins two stages.
  const stages = count(args, 'n_stages', undefined, 2)
  checkConvolution(modules)
  // nnU-Net says itself whether the heads of coarser levels run.
  args.take('deep_supervision')
  return {
    args,
    modules,
    stages,
    patch,
    given: {
      widths: perStage(args, 'features_per_stage', stages),
      strides: perAxis(args, 'strides', stages, rank),
      kernels: perAxis(args, 'kernel_sizes', stages, rank),
      // The official decoder counts from the coarsest stage on.
      convsDecoder: perStage(args, 'n_conv_per_stage_decoder', Math.max(1, stages - 1)).toReversed(),
      bias: flag(args, 'conv_bias', false),
      norm: normOf(modules),
      act: activationOf(modules),
      drop: dropOf(modules),
    },
  }
}

function plainUNet({ args, stages, patch, given }: UNet): Application {
  const convs = perStage(args, 'n_conv_per_stage', stages)
  const actFirst = flag(args, 'nonlin_first', false)
  const isSwapped = actFirst && given.norm !== 'identity' && given.act !== 'identity'
  return {
    network: 'NNUNet',
    library: 'std/nnunet',
    uses: [],
    outputCount: stages - 1,
    arguments: [
      ...shapes(patch, given),
      ...unless(
        convs.every((n) => n === 2),
        'convs_encoder',
        listText(convs),
      ),
      ...unless(
        given.convsDecoder.every((n) => n === 2),
        'convs_decoder',
        listText(given.convsDecoder),
      ),
      ...units(given),
      ...unless(!isSwapped, 'act_first', 'true'),
    ],
  }
}

const presetBlocks = (stage: number): number => [1, 3, 4][stage] ?? 6

function residualUNet(unet: UNet, decoder: 'plain' | 'residual'): Application {
  const { args, stages, patch, given } = unet
  const blocks = perStage(args, 'n_blocks_per_stage', stages)
  const [first = 1] = given.widths
  const stem = count(args, 'stem_channels', first)
  const mids = middles(unet)
  // nnU-Net begins with the last norm of each block at zero, and fails where there is none.
  if (given.norm === 'identity' || given.norm.includes('affine = false'))
    args.object('norm_op', null, 'residual blocks need a norm with a scale, which begins at zero')
  return {
    network: 'ResEncUNet',
    library: 'std/nnunet',
    uses: [],
    outputCount: stages - 1,
    arguments: [
      ...shapes(patch, given),
      ...unless(
        blocks.every((n, i) => n === presetBlocks(i)),
        'blocks',
        listText(blocks),
      ),
      ...unless(
        given.convsDecoder.every((n) => n === 1),
        'convs_decoder',
        listText(given.convsDecoder),
      ),
      ...unless(stem === first, 'stem_width', String(stem)),
      ...unless(mids === undefined, 'mids', listText(mids ?? [])),
      ...unless(decoder === 'plain', 'residual_decoder', 'true'),
      ...units(given),
    ],
  }
}

/** Channels in the middle of bottleneck blocks; undefined for basic ones, which take no notice of them. */
function middles({ args, modules, stages }: UNet): readonly number[] | undefined {
  const named = importedName(modules, 'block') ?? 'BasicBlockD'
  const block = named.split('.').at(-1)
  if (block === 'BottleneckD') return perStage(args, 'bottleneck_channels', stages)
  if (block !== 'BasicBlockD') args.object('block', named, 'it has to be BasicBlockD or BottleneckD')
  args.take('bottleneck_channels')
  return undefined
}

function shapes(patch: readonly number[], { strides, kernels, widths }: Common): Given {
  return [
    ['patch', listText(patch)],
    ['strides', nestedText(strides)],
    ...unless(
      kernels.flat().every((k) => k === 3),
      'kernels',
      nestedText(kernels),
    ),
    ...widthArguments(widths, patch.length),
  ]
}

/** Widths double from `base` to `max_width`, or are a list. */
function widthArguments(widths: readonly number[], rank: number): Given {
  const [base = 1] = widths
  const most = rank === 2 ? 512 : 320
  const doubles = (limit: number): boolean =>
    widths.every((width, i) => width === Math.min(base * 2 ** i, limit))
  const limit = doubles(most) ? most : Math.max(...widths)
  if (!doubles(limit)) return [['widths', listText(widths)]]
  return [...unless(base === 32, 'base', String(base)), ...unless(limit === most, 'max_width', String(limit))]
}

const units = ({ bias, norm, act, drop }: Common): Given => [
  ...unless(bias, 'bias', 'false'),
  ...unless(norm === 'instance_norm', 'norm', norm),
  ...unless(act === 'leaky_relu(0.01)', 'act', act),
  ...unless(drop === 'identity', 'drop', drop),
]
