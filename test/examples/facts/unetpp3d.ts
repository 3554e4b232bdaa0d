// What is known of the UNet++ that is built on nnU-Net.
import { planned } from '../../weights/probe-arguments.ts'
import type { ExampleFacts } from '../example-facts.ts'

// Plans of nnU-Net for scans with thick slices: the first level is convolved and halved in the plane only.
const flatPools = '[[1, 2, 2], [2, 2, 2], [2, 2, 2], [2, 2, 2], [2, 2, 2]]'
const flatKernels = '[[1, 3, 3], [3, 3, 3], [3, 3, 3], [3, 3, 3], [3, 3, 3], [3, 3, 3]]'
const wide = '[64, 160, 192]'

export const facts: ExampleFacts = {
  systems: ['UNet++ 3D (nnU-Net based)'],
  figures: [
    {
      system: 'UNet++ 3D (nnU-Net based)',
      variant: 'isotropic pool 2x5 kernel 3, base 32, 1ch/16cls',
      network: 'UNetPlusPlus3D',
      arguments: {},
      counting: 'dense',
      parameters: 45_968_864,
      macs: 2_378_492_805_120,
      parametersBy: { conv: 42_697_440, conv_transpose: 3_260_416, norm: 11_008 },
      macsBy: { conv: 2_344_483_291_136, conv_transpose: 34_009_513_984 },
      outputs: ['16×128×128×128', '16×128×128×128', '16×128×128×128', '16×128×128×128', '16×128×128×128'],
      layers: {
        'conv 1 to 32, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv 128 to 128, kernel 3×3×3, stride 1×1×1, groups 1, bias': 4,
        'conv 128 to 256, kernel 3×3×3, stride 2×2×2, groups 1, bias': 1,
        'conv 128 to 32, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv 128 to 64, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv 160 to 32, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv 192 to 32, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv 192 to 64, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv 256 to 128, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv 256 to 256, kernel 3×3×3, stride 1×1×1, groups 1, bias': 3,
        'conv 256 to 320, kernel 3×3×3, stride 2×2×2, groups 1, bias': 1,
        'conv 256 to 64, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv 32 to 16, kernel 1×1×1, stride 1×1×1, groups 1, no bias': 5,
        'conv 32 to 32, kernel 3×3×3, stride 1×1×1, groups 1, bias': 6,
        'conv 32 to 64, kernel 3×3×3, stride 2×2×2, groups 1, bias': 1,
        'conv 320 to 320, kernel 3×3×3, stride 1×1×1, groups 1, bias': 3,
        'conv 320 to 320, kernel 3×3×3, stride 2×2×2, groups 1, bias': 1,
        'conv 320 to 64, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv 384 to 128, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv 512 to 128, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv 512 to 256, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv 64 to 128, kernel 3×3×3, stride 2×2×2, groups 1, bias': 1,
        'conv 64 to 32, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv 64 to 64, kernel 3×3×3, stride 1×1×1, groups 1, bias': 5,
        'conv 640 to 320, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv 768 to 256, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv 96 to 32, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv_transpose 128 to 64, kernel 2×2×2, stride 2×2×2, groups 1, no bias': 4,
        'conv_transpose 256 to 128, kernel 2×2×2, stride 2×2×2, groups 1, no bias': 3,
        'conv_transpose 320 to 256, kernel 2×2×2, stride 2×2×2, groups 1, no bias': 2,
        'conv_transpose 320 to 320, kernel 2×2×2, stride 2×2×2, groups 1, no bias': 1,
        'conv_transpose 64 to 32, kernel 2×2×2, stride 2×2×2, groups 1, no bias': 5,
        'instance_norm 128': 8,
        'instance_norm 256': 6,
        'instance_norm 32': 12,
        'instance_norm 320': 6,
        'instance_norm 64': 10,
      },
    },
    {
      system: 'UNet++ 3D (nnU-Net based)',
      variant: 'AMOS-like pool [[1,2,2],[2,2,2]x4] kernels [[1,3,3],[3,3,3]x5], 1ch/16cls',
      network: 'UNetPlusPlus3D',
      arguments: { patch: wide, pools: flatPools, kernels: flatKernels },
      counting: 'dense',
      parameters: 45_908_896,
      macs: 2_982_125_568_000,
      parametersBy: { conv: 42_678_432, conv_transpose: 3_219_456, norm: 11_008 },
      macsBy: { conv: 2_938_490_388_480, conv_transpose: 43_635_179_520 },
      outputs: ['16×64×160×192', '16×64×160×192', '16×64×160×192', '16×64×160×192', '16×64×160×192'],
    },
  ],
  probes: [
    ['UNet++ 3D ', (record) => ({ network: 'UNetPlusPlus3D', arguments: planned(record), map: 'unetpp3d' })],
  ],
  small: [['UNetPlusPlus3D', { base: '1', pools: '[[2, 2, 2] for i in 1..4]', patch: '[16, 32, 32]' }]],
}
