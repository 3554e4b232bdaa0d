// What is known of MONAI's BasicUNet and its UNet++.
import { recorded } from '../../weights/probe-arguments.ts'
import type { ExampleFacts } from '../example-facts.ts'

export const facts: ExampleFacts = {
  systems: ['MONAI BasicUNet', 'MONAI BasicUNetPlusPlus'],
  figures: [
    {
      system: 'MONAI BasicUNet',
      variant: 'default',
      network: 'BasicUNet',
      arguments: {},
      counting: 'dense',
      parameters: 5_749_410,
      macs: 126_149_197_824,
      parametersBy: { conv: 5_393_826, conv_transpose: 352_512, norm: 3_072 },
      macsBy: { conv: 124_846_866_432, conv_transpose: 1_302_331_392 },
      outputs: ['2×96×96×96'],
    },
    {
      system: 'MONAI BasicUNetPlusPlus',
      variant: '2D default (32,32,64,128,256,32) deep_supervision',
      network: 'BasicUNetPlusPlus',
      arguments: {},
      counting: 'dense',
      parameters: 2_410_312,
      macs: 16_284_385_280,
      parametersBy: { conv: 2_168_296, conv_transpose: 238_048, norm: 3_968 },
      macsBy: { conv: 15_814_623_232, conv_transpose: 469_762_048 },
      outputs: ['2×256×256', '2×256×256', '2×256×256', '2×256×256'],
    },
  ],
  probes: [
    [
      'MONAI BasicUNet,',
      (record) => ({ network: 'BasicUNet', arguments: recorded(record), map: 'basic-unet' }),
    ],
    [
      'MONAI BasicUNetPlusPlus',
      (record) => ({ network: 'BasicUNetPlusPlus', arguments: recorded(record), map: 'basic-unetpp' }),
    ],
  ],
  small: [
    ['BasicUNet', { widths: '[4, 4, 6, 8, 10]', last_width: '5', patch: '[32, 32, 32]' }],
    ['BasicUNetPlusPlus', { widths: '[4, 4, 6, 8, 10]', last_width: '5', patch: '[32, 48]' }],
  ],
}
