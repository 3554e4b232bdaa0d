// What is known of MONAI's DynUNet.
import { recorded } from '../../weights/probe-arguments.ts'
import type { ExampleFacts } from '../example-facts.ts'

export const facts: ExampleFacts = {
  systems: ['MONAI DynUNet'],
  figures: [
    {
      system: 'MONAI DynUNet',
      variant: 'nnU-Net-like 3D',
      network: 'DynUNet',
      arguments: {},
      counting: 'dense',
      parameters: 31_189_872,
      macs: 478_171_103_232,
      parametersBy: { conv: 29_363_568, conv_transpose: 1_818_624, norm: 7_680 },
      macsBy: { conv: 470_266_937_344, conv_transpose: 7_904_165_888 },
      outputs: ['16×128×128×128'],
    },
  ],
  probes: [
    [
      'MONAI DynUNet',
      (record) => ({ network: 'DynUNet', arguments: recorded(record), map: 'monai-dynunet' }),
    ],
  ],
  small: [
    [
      'DynUNet',
      {
        strides: '[[1, 1, 1], ...[[2, 2, 2] for i in 1..4]]',
        filters: '[3, 4, 5, 6, 7]',
        patch: '[32, 32, 32]',
      },
    ],
  ],
}
