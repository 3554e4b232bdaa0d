// What is known of U²-Net.
import { recorded } from '../../weights/probe-arguments.ts'
import type { ExampleFacts } from '../example-facts.ts'

export const facts: ExampleFacts = {
  systems: ['U2-Net'],
  figures: [
    {
      system: 'U2-Net',
      variant: 'U2NETP (small, 4.7 MB), 3ch/1cls, 7 sigmoid outputs (fused, 6 side)',
      network: 'U2NetP',
      arguments: {},
      counting: 'dense',
      parameters: 1_131_181,
      macs: 19_756_089_600,
      parametersBy: { conv: 1_125_485, norm: 5_696 },
      macsBy: { conv: 19_756_089_600 },
      outputs: ['1×320×320', '1×320×320', '1×320×320', '1×320×320', '1×320×320', '1×320×320', '1×320×320'],
      layers: {
        'batch_norm 16': 90,
        'batch_norm 64': 22,
        'conv 128 to 64, kernel 3×3, stride 1×1, groups 1, bias': 5,
        'conv 16 to 16, kernel 3×3, stride 1×1, groups 1, bias': 45,
        'conv 3 to 64, kernel 3×3, stride 1×1, groups 1, bias': 1,
        'conv 32 to 16, kernel 3×3, stride 1×1, groups 1, bias': 34,
        'conv 32 to 64, kernel 3×3, stride 1×1, groups 1, bias': 11,
        'conv 6 to 1, kernel 1×1, stride 1×1, groups 1, bias': 1,
        'conv 64 to 1, kernel 3×3, stride 1×1, groups 1, bias': 6,
        'conv 64 to 16, kernel 3×3, stride 1×1, groups 1, bias': 11,
        'conv 64 to 64, kernel 3×3, stride 1×1, groups 1, bias': 5,
      },
    },
    {
      system: 'U2-Net',
      variant: 'U2NET (full, 176 MB), 3ch/1cls, 7 sigmoid outputs (fused, 6 side)',
      network: 'U2Net',
      arguments: {},
      counting: 'dense',
      parameters: 44_009_869,
      macs: 58_598_246_400,
      parametersBy: { conv: 43_981_069, norm: 28_800 },
      macsBy: { conv: 58_598_246_400 },
      outputs: ['1×320×320', '1×320×320', '1×320×320', '1×320×320', '1×320×320', '1×320×320', '1×320×320'],
    },
  ],
  probes: [['U2-Net', (record) => ({ network: 'U2NetP', arguments: recorded(record), map: 'u2net' })]],
  small: [
    [
      'U2Net',
      {
        patch: '[40, 56]',
        mids: '[2, 2, 3, 3, 4, 4]',
        widths: '[3, 4, 4, 5, 5, 5]',
        mids_up: '[2, 2, 2, 3, 3]',
        widths_up: '[3, 3, 4, 4, 5]',
      },
    ],
  ],
}
