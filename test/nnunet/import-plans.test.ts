// Plans as specs: their texts, their costs against those of what nnU-Net builds, and what has no counterpart.
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cost } from '../../src/compiler/analysis/cost.ts'
import type { Graph } from '../../src/compiler/ir/graph.ts'
import { messageOf, isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { readHeads } from '../../src/nnunet/heads.ts'
import { importPlans } from '../../src/nnunet/import-plans.ts'
import { declaredNames } from '../../src/nnunet/names.ts'
import { readPlans } from '../../src/nnunet/plans.ts'
import { checked, compiled, entry, graphOf, rendered } from '../support/check.ts'
import { compileExample } from '../examples/compile-example.ts'
import { fixtures, fixturesV1, headsOf, plansOf, recordedCounts, specOf } from './fixtures.ts'

const described = [
  ...fixtures.map(([name, dataset]) => [name, headsOf(dataset)] as const),
  ...fixturesV1.map((name) => [name, undefined] as const),
]

describe.each(described)('%s', (name, heads) => {
  const plans = plansOf(name)

  test('is a spec', async () => {
    const spec = await specOf(plans, heads)
    await expect(spec).toMatchFileSnapshot(join(import.meta.dirname, 'expected', `${name}.weft`))
  })

  test('has the counts of what nnU-Net builds', async () => {
    const spec = await specOf(plans, heads)
    const names = declaredNames(plans.datasetName, [...plans.configurations.keys()])
    const counted = recordedCounts.filter((one) => one.plans === name)
    expect(counted.length).toBeGreaterThan(0)
    for (const { configuration, parameters, macs, outputs } of counted) {
      const network = names.get(configuration)?.network ?? ''
      const { graph, sources: files } = compiled(spec, { network })
      const training = cost(graph as Graph, { entry, files }).report?.totals.training
      const counts = { parameters: training?.parameters, macs: macs === null ? null : training?.macs }
      expect({ configuration, ...counts }).toEqual({ configuration, parameters, macs })
      expect(graph?.outputs.map(({ node }) => graph.nodes[node]?.type.shape)).toEqual(outputs)
    }
  })
})

/** The ResEnc presets have the forms of the others, and are compiled for their counts. */
test.each(described.filter(([name]) => !name.includes('resenc')))(
  '%s has no mistakes, nor do its recipes',
  async (name, heads) => {
    expect(rendered(checked(await specOf(plansOf(name), heads)))).toBe('')
  },
)

test('Primus has the MACs of the official one, attention included', async () => {
  const kwargs = {
    embed_dim: 396,
    patch_embed_size: [8, 8, 8],
    eva_depth: 12,
    eva_numheads: 6,
    input_shape: [96, 96, 96],
  }
  const one = {
    network_class_name: 'dynamic_network_architectures.architectures.primus.Primus',
    arch_kwargs: { ...kwargs, init_values: 0.1, scale_attn_inner: true },
    _kw_requires_import: [],
  }
  const configuration = {
    patch_size: [96, 96, 96],
    normalization_schemes: ['CTNormalization'],
    architecture: one,
  }
  const plans = readPlans(JSON.stringify({ configurations: { c: configuration } }), 'p.json')
  if (isProblem(plans)) throw new Error(messageOf(plans))
  const { graph, sources: files } = compiled(await specOf(plans), {
    network: 'PlannedC',
    set: { classes: '14' },
  })
  const training = cost(graph as Graph, { entry, files }).report?.totals.training
  expect([training?.parameters, training?.macs]).toEqual([24_174_098, 70_551_060_480])
})

/** What is computed, without names and places. */
const structure = ({ nodes, parameters, outputs }: Graph): object => ({
  nodes: nodes.map(({ op, attributes, inputs, parameters: own, type }) => ({
    op,
    attributes,
    inputs,
    parameters: own.map((id) => [parameters[id]?.shape, parameters[id]?.init, parameters[id]?.path]),
    shape: type.shape,
  })),
  outputs: outputs.map(({ name, node, aux }) => ({ name, node, aux })),
})

test.each([
  ['nnunet', 'NNUNet2D', 'NNUNet', 'patch = [512, 512], strides = [[1, 1], ...repeat([2, 2], 7)]', '4'],
  [
    'nnunet',
    'NNUNet',
    'NNUNet',
    'patch = [128, 128, 128], strides = [[1, 1, 1], ...repeat([2, 2, 2], 5)]',
    '16',
  ],
  [
    'nnunet-resenc',
    'ResEncL',
    'ResEncUNet',
    'patch = [160, 224, 192], strides = [[1, 1, 1], ...repeat([2, 2, 2], 5)]',
    '16',
  ],
  ['nnunet', 'NNUNetV1', 'NNUNetV1', 'patch = [128, 128, 128], pools = repeat([2, 2, 2], 5)', '16'],
])('the library has the network that examples/%s.weft tells as %s', (file, network, own, given, classes) => {
  const spec = `import { ${own} } from "std/nnunet"\nnetwork N = ${own}(in_channels = 1, classes = ${classes}, ${given})\n`
  expect(structure(graphOf(spec))).toEqual(
    structure(compileExample(`examples/${file}.weft`, network, {}).graph),
  )
})

describe('without a description of the dataset', () => {
  test('classes are left open', async () => {
    const spec = await specOf(plansOf('heart'))
    expect(spec).toContain('network Heart2d(classes: int) =')
    expect(spec).not.toContain('train ')
    const graph = graphOf(spec, { network: 'Heart2d', set: { classes: '4' } })
    expect(graph.outputs[0]?.node).toBeDefined()
    expect(rendered(checked(spec))).toContain('`classes` has no default')
  })

  test('a cascade cannot be imported, since its labels are channels of the input', () => {
    expect(problemsOf(JSON.stringify({ configurations: { c: { ...bare, previous_stage: 'b' } } }))).toEqual([
      'p.json: configuration `c` has `previous_stage` = "b": its input has a channel for each foreground label, and no dataset.json says how many there are (--dataset)',
    ])
  })
})

const architecture = (
  kwargs: object = {},
  name = 'PlainConvUNet',
  imports = ['conv_op', 'norm_op', 'nonlin'],
): object => ({
  network_class_name: `dynamic_network_architectures.architectures.unet.${name}`,
  arch_kwargs: {
    n_stages: 2,
    features_per_stage: [4, 8],
    conv_op: 'torch.nn.Conv2d',
    kernel_sizes: 3,
    strides: [1, 2],
    [name === 'PlainConvUNet' ? 'n_conv_per_stage' : 'n_blocks_per_stage']: 2,
    n_conv_per_stage_decoder: [2],
    norm_op: 'torch.nn.InstanceNorm2d',
    norm_op_kwargs: { affine: true },
    nonlin: 'torch.nn.LeakyReLU',
    ...kwargs,
  },
  _kw_requires_import: imports,
})

const bare = {
  patch_size: [16, 16],
  normalization_schemes: ['ZScoreNormalization'],
  architecture: architecture(),
}
const withArchitecture = (one: object): string =>
  JSON.stringify({ configurations: { c: { ...bare, architecture: one } } })

function problemsOf(text: string, heads?: string): readonly string[] {
  const plans = readPlans(text, 'p.json')
  if (isProblem(plans)) return [messageOf(plans)]
  const known = heads === undefined ? undefined : readHeads(heads, 'd.json')
  if (isProblem(known)) return [messageOf(known)]
  const imported = importPlans(plans, known === undefined ? {} : { heads: known })
  return 'text' in imported ? [] : imported.map(messageOf)
}

const primus = (kwargs: object, name = 'Primus', imports: readonly string[] = []): object => ({
  network_class_name: `dynamic_network_architectures.architectures.primus.${name}`,
  arch_kwargs: { embed_dim: 24, patch_embed_size: [8, 8, 8], input_shape: [16, 16, 24], ...kwargs },
  _kw_requires_import: imports,
})
const withPrimus = (one: object): string =>
  JSON.stringify({ configurations: { c: { ...bare, patch_size: [16, 16, 24], architecture: one } } })

test.each<[object, string | undefined]>([
  [primus({}), undefined],
  [primus({ init_values: null, scale_attn_inner: false }, 'PrimusV3'), undefined],
  [primus({ input_shape: [16, 16, 16] }), '`input_shape` = [16,16,16]: it has to be the patch, [16, 16, 24]'],
  [primus({ patch_embed_size: [8, 8, 4] }), '`patch_embed_size` = [8,8,4]: tokens have to be cubes'],
  [primus({ patch_embed_size: [4, 4, 4] }, 'PrimusV2'), 'this version halves its input three times'],
  [primus({ num_register_tokens: 4 }), '`num_register_tokens` = 4'],
  [primus({ init_values: 0 }), '`init_values` = 0: it must be null or a number that is not 0'],
  [primus({ depth_per_level: [1, 2, 1] }, 'PrimusV3'), '`depth_per_level` = [1,2,1]'],
  [primus({ nonlin: 'torch.nn.GELU' }, 'PrimusV3', ['nonlin']), '`nonlin` = "torch.nn.GELU"'],
  [primus({}, 'PrimusS'), '`network_class_name`'],
])('of the Primus family: %j', (one, message) => {
  const [first] = problemsOf(withPrimus(one))
  expect(first === undefined).toBe(message === undefined)
  expect(first ?? '').toContain(message ?? '')
})

describe('what has no counterpart is said with its name and its value', () => {
  test('the configuration that the others are made of has none', () => {
    expect(problemsOf(withArchitecture(architecture()))).toEqual([])
    expect(problemsOf(withArchitecture(architecture({}, 'ResidualUNet')))).toEqual([])
  })

  test.each<[object, readonly string[]]>([
    [
      { ...architecture(), network_class_name: 'my_package.PlainConvUNet' },
      [
        '`network_class_name` = "my_package.PlainConvUNet": it is none of the classes that have a counterpart',
      ],
    ],
    [
      architecture({ norm_op: 'torch.nn.GroupNorm' }),
      ['`norm_op` = "torch.nn.GroupNorm": it has no counterpart here'],
    ],
    [
      architecture({ norm_op: 'torch.nn.InstanceNorm3d' }),
      ['`norm_op` = "torch.nn.InstanceNorm3d": the patch has 2 axes'],
    ],
    [
      architecture({ norm_op_kwargs: { track_running_stats: true } }),
      ['`norm_op_kwargs.track_running_stats` = true'],
    ],
    [architecture({ nonlin: 'torch.nn.Mish' }), ['`nonlin` = "torch.nn.Mish"']],
    [architecture({ nonlin_kwargs: { slope: 1 } }), ['`nonlin_kwargs.slope` = 1']],
    [architecture({ conv_op: 'torch.nn.Conv3d' }), ['`conv_op` = "torch.nn.Conv3d": the patch has 2 axes']],
    [architecture({ pool: 'max' }), ['`pool` = "max": PlainConvUNet has no such argument']],
    [
      architecture({ n_conv_per_stage: 0, strides: [1, 2, 2] }),
      ['`strides` = [1,2,2]', '`n_conv_per_stage` = 0'],
    ],
    [architecture({ n_stages: 1 }), ['`n_stages` = 1: it must be a whole number from 2']],
    [architecture({ norm_op: null }, 'ResidualEncoderUNet'), ['residual blocks need a norm with a scale']],
    [
      architecture({ block: 'x.BottleneckD' }, 'ResidualEncoderUNet'),
      ['`block` = "x.BottleneckD": `_kw_requires_import` does not list it'],
    ],
    [
      architecture({}, 'PlainConvUNet', ['conv_op', 'norm_op', 'nonlin', 'dropout_op']),
      ['`_kw_requires_import` = "dropout_op": `arch_kwargs` has no such argument'],
    ],
  ])('%j', (one, messages) => {
    const found = problemsOf(withArchitecture(one))
    for (const message of messages)
      expect(
        found.some((text) => text.includes(message)),
        found.join('\n'),
      ).toBe(true)
  })

  test.each([
    ['{}', 'p.json is not plans of nnU-Net: `configurations` is missing'],
    ['{"configurations": {}}', '`configurations` is empty'],
    ['{"configurations": {"a": {"patch_size": [8, 8]}}}', 'has neither `architecture` nor `UNet_class_name`'],
    [
      '{"configurations": {"a": {"inherits_from": "b"}}}',
      'configuration `a` inherits from `b`, which is not there',
    ],
    [
      '{"configurations": {"a": {"inherits_from": "b"}, "b": {"inherits_from": "a"}}}',
      'configurations inherit in a circle: a -> b -> a',
    ],
    [
      '{"configurations": {"a": {"patch_size": [8, 8], "UNet_class_name": "Mine"}}}',
      'has the `UNet_class_name` "Mine"; in plans of this form nnU-Net knows PlainConvUNet and ResidualEncoderUNet',
    ],
    [
      '{"configurations": {"a": {"patch_size": [8, 8], "UNet_class_name": "PlainConvUNet"}}}',
      'has no `UNet_base_num_features`',
    ],
    [
      JSON.stringify({ configurations: { c: { ...bare, normalization_schemes: undefined } } }),
      'has no `normalization_schemes`, one for each channel, and no dataset.json is given',
    ],
  ])('%s', (text, message) => {
    expect(problemsOf(text)[0]).toContain(message)
  })
})

describe('heads are counted as nnU-Net counts them', () => {
  const channel_names = { 0: 'CT' }
  const headsIn = (dataset: object): unknown => {
    const heads = readHeads(JSON.stringify({ channel_names, ...dataset }), 'd.json')
    return isProblem(heads)
      ? messageOf(heads)
      : { outputs: heads.outputs, kind: heads.kind, foreground: heads.foregroundCount }
  }

  test.each([
    [
      { labels: { background: 0, a: 1, b: 3 } },
      { outputs: ['background', 'a', 'b'], kind: 'labels', foreground: 2 },
    ],
    [
      { labels: { background: 0, a: [1], b: [2], ignore: 3 } },
      { outputs: ['background', 'a', 'b'], kind: 'labels', foreground: 2 },
    ],
    [
      { labels: { background: 0, whole: [1, 2, 3], core: [2, 3], et: 3 }, regions_class_order: [1, 2, 3] },
      { outputs: ['whole', 'core', 'et'], kind: 'regions', foreground: 3 },
    ],
    [
      { labels: { 0: 'background', 1: 'tumour' } },
      { outputs: ['background', 'tumour'], kind: 'labels', foreground: 1 },
    ],
    [
      { labels: { background: 0, a: [1, 2] } },
      'd.json does not describe a dataset: `regions_class_order` has to have a label for each of the 1 regions, and has none',
    ],
    [
      { labels: { background: 0, a: 1, ignore: 5 } },
      'd.json does not describe a dataset: the label to `ignore` is 5, and it has to be the one after all others: 2',
    ],
    [{ labels: { a: 1 } }, 'd.json does not describe a dataset: `labels` has no `background` that is 0'],
    [
      { labels: { background: 0, a: 'b' } },
      'd.json does not describe a dataset: `labels` has "b" without a number',
    ],
  ])('%j', (dataset, expected) => {
    expect(headsIn(dataset)).toEqual(expected)
  })

  test('plans of another number of channels are refused', () => {
    const dataset = JSON.stringify({ channel_names: { 0: 'T1', 1: 'T2' }, labels: { background: 0, a: 1 } })
    expect(problemsOf(withArchitecture(architecture()), dataset)).toEqual([
      'p.json: configuration `c` has `normalization_schemes` = 1: there are 1, and the dataset has 2 channels (T1, T2)',
    ])
  })

  test('a label manager of somebody else is refused', () => {
    const dataset = JSON.stringify({ channel_names, labels: { background: 0, a: 1 } })
    const text = JSON.stringify({ label_manager: 'Mine', configurations: { c: bare } })
    expect(problemsOf(text, dataset)[0]).toContain('`label_manager` = "Mine"')
  })
})

test('what a file says of itself stays within a comment, and names are never the same', async () => {
  const text = JSON.stringify({
    dataset_name: 'x\nnetwork Evil { }',
    configurations: { 'a b': bare, a_b: bare, '2d\n///': bare },
  })
  const plans = readPlans(text, 'p.json')
  if (isProblem(plans)) throw new Error(messageOf(plans))
  const spec = await specOf(plans)
  expect(spec.match(/^network \w+/gm)).toEqual([
    'network XNetworkEvilAB',
    'network XNetworkEvilAB_2',
    'network XNetworkEvil2d',
  ])
})
