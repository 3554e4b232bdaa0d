// What is known of Swin UNETR.
import { patched } from '../../weights/probe-arguments.ts'
import type { ProbeRecord } from '../../weights/probe-record.ts'
import type { Arguments, ExampleFacts } from '../example-facts.ts'
import type { Figure } from '../figure.ts'

const base = {
  system: 'SwinUNETR',
  counting: 'dense',
  outputs: ['14×96×96×96'],
} as const

const published: Pick<Figure, 'parameters' | 'macs' | 'parametersBy' | 'macsBy'> = {
  parameters: 62_187_296,
  macs: 318_524_732_736,
  parametersBy: {
    conv: 50_973_854,
    conv_transpose: 3_151_872,
    linear: 7_846_560,
    norm: 17_280,
    table: 197_730,
  },
  macsBy: {
    conv: 290_646_392_832,
    conv_transpose: 2_993_946_624,
    linear: 13_450_659_840,
    attention: 11_433_733_440,
  },
}

const featured = (record: ProbeRecord): Arguments => ({
  ...patched(record),
  feature: String(record.config['feature_size']),
})

export const facts: ExampleFacts = {
  systems: ['SwinUNETR'],
  figures: [
    {
      ...base,
      ...published,
      variant: 'BTCV published 96^3',
      network: 'SwinUNETR',
      arguments: {},
      layers: {
        'conv 1 to 48, kernel 1×1×1, stride 1×1×1, groups 1, no bias': 1,
        'conv 1 to 48, kernel 2×2×2, stride 2×2×2, groups 1, bias': 1,
        'conv 1 to 48, kernel 3×3×3, stride 1×1×1, groups 1, no bias': 1,
        'conv 192 to 192, kernel 3×3×3, stride 1×1×1, groups 1, no bias': 3,
        'conv 192 to 96, kernel 1×1×1, stride 1×1×1, groups 1, no bias': 1,
        'conv 192 to 96, kernel 3×3×3, stride 1×1×1, groups 1, no bias': 1,
        'conv 384 to 192, kernel 1×1×1, stride 1×1×1, groups 1, no bias': 1,
        'conv 384 to 192, kernel 3×3×3, stride 1×1×1, groups 1, no bias': 1,
        'conv 384 to 384, kernel 3×3×3, stride 1×1×1, groups 1, no bias': 1,
        'conv 48 to 14, kernel 1×1×1, stride 1×1×1, groups 1, bias': 1,
        'conv 48 to 48, kernel 3×3×3, stride 1×1×1, groups 1, no bias': 5,
        'conv 768 to 384, kernel 1×1×1, stride 1×1×1, groups 1, no bias': 1,
        'conv 768 to 384, kernel 3×3×3, stride 1×1×1, groups 1, no bias': 1,
        'conv 768 to 768, kernel 3×3×3, stride 1×1×1, groups 1, no bias': 2,
        'conv 96 to 48, kernel 1×1×1, stride 1×1×1, groups 1, no bias': 2,
        'conv 96 to 48, kernel 3×3×3, stride 1×1×1, groups 1, no bias': 2,
        'conv 96 to 96, kernel 3×3×3, stride 1×1×1, groups 1, no bias': 3,
        'conv_transpose 192 to 96, kernel 2×2×2, stride 2×2×2, groups 1, no bias': 1,
        'conv_transpose 384 to 192, kernel 2×2×2, stride 2×2×2, groups 1, no bias': 1,
        'conv_transpose 48 to 48, kernel 2×2×2, stride 2×2×2, groups 1, no bias': 1,
        'conv_transpose 768 to 384, kernel 2×2×2, stride 2×2×2, groups 1, no bias': 1,
        'conv_transpose 96 to 48, kernel 2×2×2, stride 2×2×2, groups 1, no bias': 1,
        'layer_norm 1536': 1,
        'layer_norm 192': 4,
        'layer_norm 3072': 1,
        'layer_norm 384': 5,
        'layer_norm 48': 4,
        'layer_norm 768': 1,
        'layer_norm 96': 4,
        'linear 1536 to 384, bias': 2,
        'linear 1536 to 384, no bias': 1,
        'linear 192 to 192, bias': 2,
        'linear 192 to 48, bias': 2,
        'linear 192 to 576, bias': 2,
        'linear 192 to 768, bias': 2,
        'linear 3072 to 768, no bias': 1,
        'linear 384 to 1152, bias': 2,
        'linear 384 to 1536, bias': 2,
        'linear 384 to 384, bias': 2,
        'linear 384 to 96, bias': 2,
        'linear 384 to 96, no bias': 1,
        'linear 48 to 144, bias': 2,
        'linear 48 to 192, bias': 2,
        'linear 48 to 48, bias': 2,
        'linear 768 to 192, bias': 2,
        'linear 768 to 192, no bias': 1,
        'linear 96 to 288, bias': 2,
        'linear 96 to 384, bias': 2,
        'linear 96 to 96, bias': 2,
        'parameter 2197×12': 2,
        'parameter 2197×24': 2,
        'parameter 2197×3': 2,
        'parameter 2197×6': 2,
      },
    },
    { ...base, ...published, variant: '1.3.2 BTCV 96^3', network: 'SwinUNETR14', arguments: {} },
    {
      ...base,
      variant: 'feature_size 24 (default) 96^3',
      network: 'SwinUNETR',
      arguments: { feature: '24' },
      parameters: 15_703_304,
      macs: 82_946_140_320,
      parametersBy: {
        conv: 12_744_086,
        conv_transpose: 787_968,
        linear: 1_964_880,
        norm: 8_640,
        table: 197_730,
      },
      macsBy: {
        conv: 73_118_121_984,
        conv_transpose: 748_486_656,
        linear: 3_362_664_960,
        attention: 5_716_866_720,
      },
    },
    {
      ...base,
      variant: 'V2 (use_v2) BTCV 96^3',
      network: 'SwinUNETRV2',
      arguments: {},
      parameters: 72_762_656,
      macs: 344_323_634_496,
      parametersBy: {
        conv: 61_549_214,
        conv_transpose: 3_151_872,
        linear: 7_846_560,
        norm: 17_280,
        table: 197_730,
      },
      macsBy: {
        conv: 316_445_294_592,
        conv_transpose: 2_993_946_624,
        linear: 13_450_659_840,
        attention: 11_433_733_440,
      },
    },
  ],
  probes: [
    [
      'SwinUNETR (MONAI 1.3.2) ',
      (record) => ({
        network: 'SwinUNETR14',
        arguments: featured(record),
        map: 'swin-unetr',
        withoutReference: true,
      }),
    ],
    ['SwinUNETR ', (record) => ({ network: 'SwinUNETR', arguments: featured(record), map: 'swin-unetr' })],
  ],
  small: [
    ['SwinUNETR', { feature: '2', heads: '[1, 1, 2, 2]', window: '3', patch: '[32, 32, 32]', classes: '2' }],
    [
      'SwinUNETRV2',
      { feature: '2', heads: '[1, 1, 2, 2]', window: '3', patch: '[32, 32, 32]', classes: '2' },
    ],
  ],
}
