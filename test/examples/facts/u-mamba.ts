// What is known of U-Mamba.
import { recorded } from '../../weights/probe-arguments.ts'
import type { ExampleFacts } from '../example-facts.ts'

const deep = {
  base: '2',
  max_width: '4',
  patch: '[8, 32, 32]',
  strides: '[[1, 1, 1], [1, 2, 2], [1, 2, 2], [2, 2, 2], [2, 2, 2]]',
}

export const facts: ExampleFacts = {
  systems: ['UMambaBot', 'UMambaEnc'],
  figures: [
    {
      system: 'UMambaBot',
      variant: '1ch/14cls, 40x224x192, 6 stages, deep supervision',
      network: 'UMambaBot',
      arguments: {},
      counting: 'dense',
      parameters: 41_945_158,
      macs: 788_764_354_560,
      parametersBy: { conv: 41_260_870, linear: 661_120, norm: 12_288, table: 10_880 },
      macsBy: { conv: 788_625_653_760, linear: 138_700_800 },
      outputs: ['14×40×224×192', '14×40×112×96', '14×20×56×48', '14×10×28×24', '14×5×14×12'],
    },
    {
      system: 'UMambaEnc',
      variant: '1ch/14cls, 40x224x192, 6 stages, deep supervision',
      network: 'UMambaEnc',
      arguments: {},
      counting: 'dense',
      parameters: 42_842_798,
      macs: 826_117_716_480,
      parametersBy: { conv: 41_267_770, linear: 1_527_020, norm: 13_668, table: 34_340 },
      macsBy: { conv: 789_357_219_840, linear: 36_760_496_640 },
      outputs: ['14×40×224×192', '14×40×112×96', '14×20×56×48', '14×10×28×24', '14×5×14×12'],
    },
  ],
  // Official code around a scan of our own: CUDA kernels do not run here.
  probes: [
    ['UMambaBot,', (record) => ({ network: 'UMambaBot', arguments: recorded(record), map: 'u-mamba' })],
    ['UMambaEnc,', (record) => ({ network: 'UMambaEnc', arguments: recorded(record), map: 'u-mamba' })],
  ],
  small: [
    ['UMambaBot', deep],
    // Two voxels a side, fewer than channels: the deepest layer scans these.
    [
      'UMambaEnc',
      {
        base: '3',
        patch: '[4, 8, 8]',
        strides: '[[1, 1, 1], [1, 2, 2], [2, 2, 2]]',
        deep_supervision: 'false',
      },
    ],
  ],
}
