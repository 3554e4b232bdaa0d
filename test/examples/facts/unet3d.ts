// What is known of 3D U-Net.
import { sized } from '../../weights/probe-arguments.ts'
import type { ProbeCase, ProbeRecord } from '../../weights/probe-record.ts'
import type { ExampleFacts } from '../example-facts.ts'

const unet3d =
  (network: string) =>
  (record: ProbeRecord): ProbeCase => ({ network, arguments: { ...sized(record), base: '2' }, map: 'unet3d' })

export const facts: ExampleFacts = {
  systems: ['3D U-Net 2016'],
  figures: [
    {
      system: '3D U-Net 2016',
      variant: 'with BN (scale+shift) and biases, 3ch/3cls, 132x132x116 -> 44x44x28',
      network: 'UNet3DBN',
      arguments: {},
      counting: 'dense',
      parameters: 19_075_523,
      macs: 266_731_018_496,
      parametersBy: { conv: 16_317_443, conv_transpose: 2_753_408, norm: 4_672 },
      macsBy: { conv: 263_306_369_280, conv_transpose: 3_424_649_216 },
      outputs: ['3×44×44×28'],
    },
    {
      system: '3D U-Net 2016',
      variant: 'no BN prototxt (3dUnet_miccai2016_no_BN), 3ch/3cls',
      network: 'UNet3DNoBN',
      arguments: {},
      counting: 'dense',
      parameters: 19_070_851,
      macs: 266_731_018_496,
      parametersBy: { conv: 16_317_443, conv_transpose: 2_753_408, norm: 0 },
      macsBy: { conv: 263_306_369_280, conv_transpose: 3_424_649_216 },
      outputs: ['3×44×44×28'],
    },
    {
      system: '3D U-Net 2016',
      variant: 'paper count: no-BN params, upconv without bias, 3ch/3cls (19,069,955)',
      network: 'UNet3D',
      arguments: {},
      counting: 'dense',
      parameters: 19_069_955,
      macs: 266_731_018_496,
      parametersBy: { conv: 16_317_443, conv_transpose: 2_752_512, norm: 0 },
      macsBy: { conv: 263_306_369_280, conv_transpose: 3_424_649_216 },
      outputs: ['3×44×44×28'],
      layers: {
        'conv 128 to 128, kernel 3×3×3, stride 1×1×1, groups 1, bias': 2,
        'conv 128 to 256, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv 192 to 64, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv 256 to 256, kernel 3×3×3, stride 1×1×1, groups 1, bias': 2,
        'conv 256 to 512, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv 3 to 32, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv 32 to 64, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv 384 to 128, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv 64 to 128, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv 64 to 3, kernel 1×1×1, stride 1×1×1, groups 1, bias': 1,
        'conv 64 to 64, kernel 3×3×3, stride 1×1×1, groups 1, bias': 2,
        'conv 768 to 256, kernel 3×3×3, stride 1×1×1, groups 1, bias': 1,
        'conv_transpose 128 to 128, kernel 2×2×2, stride 2×2×2, groups 1, no bias': 1,
        'conv_transpose 256 to 256, kernel 2×2×2, stride 2×2×2, groups 1, no bias': 1,
        'conv_transpose 512 to 512, kernel 2×2×2, stride 2×2×2, groups 1, no bias': 1,
      },
    },
  ],
  probes: [
    ['3D U-Net 2016 base2 ', unet3d('UNet3D')],
    ['3D U-Net 2016 base 2, 1ch/3cls, BatchNorm', unet3d('UNet3DBN')],
  ],
  small: [
    ['UNet3D', { base: '2', size: '[92, 92, 92]' }],
    ['UNet3DBN', { base: '2', size: '[92, 92, 92]' }],
  ],
}
