// The U-Net of nnU-Net version 1 as an application of `std/nnunet`: `Generic_UNet` of nnunet 1.7.1, network_architecture/generic_UNet.py, as
// nnUNetTrainerV2 builds it: strided and transposed convolutions, instance norms with a scale, a leaky ReLU.
import { unless, type Application, type Construction } from './construction.ts'
import { count, perAxis } from './taken.ts'
import { listText, nestedText } from './values.ts'

export const genericUNet = 'nnunet.network_architecture.generic_UNet.Generic_UNet'

export function genericUNetOf({ args, patch }: Construction): Application {
  const rank = patch.length
  const given = args.take('pool_op_kernel_sizes')
  const depth = Array.isArray(given) ? given.length : 0
  if (depth === 0) args.object('pool_op_kernel_sizes', given, 'a U-Net has at least one')
  const pools = perAxis(args, 'pool_op_kernel_sizes', depth, rank)
  const isSaid = args.take('conv_kernel_sizes') !== undefined
  const all3 = Array.from({ length: depth + 1 }, () => Array.from({ length: rank }, () => 3))
  const kernels = isSaid ? perAxis(args, 'conv_kernel_sizes', depth + 1, rank) : all3
  // It pads kernels of 3 by one, and all others not at all.
  if (kernels.flat().some((k) => k !== 1 && k !== 3))
    args.object('conv_kernel_sizes', kernels, 'Generic_UNet keeps extents only by kernels of 1 and 3')
  const base = count(args, 'base_num_features')
  const convs = count(args, 'num_conv_per_stage', 2)
  return {
    network: 'NNUNetV1',
    library: 'std/nnunet',
    uses: [],
    outputCount: depth,
    arguments: [
      ['patch', listText(patch)],
      ['pools', nestedText(pools)],
      ...unless(
        kernels.flat().every((k) => k === 3),
        'kernels',
        nestedText(kernels),
      ),
      ...unless(base === 32, 'base', String(base)),
      ...unless(convs === 2, 'convs', String(convs)),
    ],
  }
}
