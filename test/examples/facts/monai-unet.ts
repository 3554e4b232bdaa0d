// What is known of MONAI's UNet.
import { recorded } from '../../weights/probe-arguments.ts'
import type { ExampleFacts } from '../example-facts.ts'

export const facts: ExampleFacts = {
  systems: ['MONAI UNet'],
  figures: [
    {
      system: 'MONAI UNet',
      variant: 'spleen bundle (16,32,64,128,256) res 2',
      network: 'MonaiUNet',
      arguments: {},
      counting: 'dense',
      parameters: 4_808_917,
      macs: 5_119_082_496,
      parametersBy: { activation: 17, conv: 4_002_830, conv_transpose: 803_634, norm: 2_436 },
      macsBy: { conv: 4_211_343_360, conv_transpose: 907_739_136 },
      outputs: ['2×96×96×96'],
    },
  ],
  probes: [
    ['MONAI UNet', (record) => ({ network: 'MonaiUNet', arguments: recorded(record), map: 'monai-unet' })],
  ],
  small: [['MonaiUNet', { widths: '[4, 6, 8, 10]', patch: '[24, 32, 32]' }]],
}
