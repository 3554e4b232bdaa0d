// Networks as the architectures of plans: what was imported comes out again, and what nnU-Net has no class for says where it differs.
import { describe, expect, test } from 'vitest'
import { isProblem, messageOf } from '../../src/compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../src/compiler/ir/graph.ts'
import { withExported } from '../../src/nnunet/exported-configuration.ts'
import { applicationOf } from '../../src/nnunet/application.ts'
import { exportPlans, type ExportedPlans } from '../../src/nnunet/export-plans.ts'
import { declaredNames } from '../../src/nnunet/names.ts'
import { configurationOf, readPlans } from '../../src/nnunet/plans.ts'
import { compileExample } from '../examples/compile-example.ts'
import { graphOf } from '../support/check.ts'
import { headsOf, plansOf, sound, specOf } from './fixtures.ts'

const exported = (graph: Graph): ExportedPlans => sound(exportPlans(graph))

describe('what is imported comes out as it was', () => {
  const configurations = (name: string, chosen?: readonly string[]): readonly (readonly [string, string])[] =>
    (chosen ?? [...plansOf(name).configurations.keys()]).map((one) => [name, one])

  test.each([
    ...configurations('variants'),
    ...configurations('heart'),
    ...configurations('abdomen-resenc-xl', ['2d']),
    ...configurations('primus'),
  ])('%s, %s', async (name, configuration) => {
    const plans = plansOf(name)
    const names = declaredNames(plans.datasetName, [...plans.configurations.keys()])
    const spec = await specOf(plans, headsOf(name.startsWith('abdomen') ? 'abdomen' : 'heart'))
    const { architecture, patch } = exported(
      graphOf(spec, { network: names.get(configuration)?.network ?? '' }),
    )
    const given = sound(configurationOf(plans, configuration))
    const again = {
      className: architecture.network_class_name,
      kwargs: architecture.arch_kwargs,
      imports: architecture._kw_requires_import,
    }
    expect(patch).toEqual(given.patch)
    expect(applicationOf({ patch, architecture: again })).toEqual(applicationOf(given))
  })
})

describe('networks that nobody imported', () => {
  const net = (inside: string): string => `import { ConvStage, UpConv } from "std/blocks"

network Mine {
  input image: [2, 16, 24]
  let fine = image -> ConvStage(2, 8)
  let coarse = fine -> ConvStage(2, 12, stride = [2, 1])
  ${inside}
}
`
  const usual =
    'let up = concat(coarse -> UpConv(8, [2, 1]), fine) -> ConvStage(3, 8)\n  output logits = up -> conv(5, 1)'

  test('are recognised by what they compute', () => {
    expect(exported(graphOf(net(usual)))).toEqual({
      channels: 2,
      classes: 5,
      patch: [16, 24],
      architecture: {
        network_class_name: 'dynamic_network_architectures.architectures.unet.PlainConvUNet',
        arch_kwargs: {
          n_stages: 2,
          features_per_stage: [8, 12],
          conv_op: 'torch.nn.modules.conv.Conv2d',
          kernel_sizes: [
            [3, 3],
            [3, 3],
          ],
          strides: [
            [1, 1],
            [2, 1],
          ],
          conv_bias: true,
          norm_op: 'torch.nn.modules.instancenorm.InstanceNorm2d',
          norm_op_kwargs: { eps: 1e-5, affine: true },
          dropout_op: null,
          dropout_op_kwargs: null,
          nonlin: 'torch.nn.LeakyReLU',
          nonlin_kwargs: { inplace: true },
          n_conv_per_stage: [2, 2],
          n_conv_per_stage_decoder: [3],
        },
        _kw_requires_import: ['conv_op', 'norm_op', 'dropout_op', 'nonlin'],
      },
    })
  })

  test.each([
    ['output logits = fine -> conv(2, 1)', 'it has no transposed convolution'],
    [usual.replace(', fine)', ', fine -> group_norm(2))'), '`group_norm`, which none of those classes has'],
    [
      usual.replace('concat(coarse -> UpConv(8, [2, 1]), fine)', 'concat(fine, coarse -> UpConv(8, [2, 1]))'),
      'does not end in a concatenation of itself and one skip',
    ],
    [
      usual.replace('UpConv(8, [2, 1])', 'conv_transpose(8, [2, 3], stride = [2, 1], padding = [0, 1])'),
      "`up.conv_transpose` has `kernel = [2,3]`, and nnU-Net's [2,1]",
    ],
    [usual.replace('conv(5, 1)', 'conv(5, 3)'), "`logits.conv` has `kernel = [3,3]`, and nnU-Net's [1,1]"],
    [usual.replace('conv(5, 1)', 'relu -> conv(5, 1)'), "where nnU-Net's has `leaky_relu`"],
    [`${usual}\n  aux output deep = coarse -> conv(5, 1)`, "it has 2 outputs, and nnU-Net's has 1 output"],
    [`${usual}\n  keep more = coarse -> conv(5, 1)`, 'it has 2 parameters that no output reads'],
  ])('%s is refused', (inside, reason) => {
    const found = exportPlans(graphOf(net(inside)))
    expect(isProblem(found) ? messageOf(found) : 'nothing').toContain(reason)
  })

  test.each([
    ['nnunet', 'NNUNet2D', 'PlainConvUNet'],
    ['nnunet-resenc', 'ResEncM', 'ResidualEncoderUNet'],
    ['primus', 'PrimusV3', 'PrimusV3'],
  ])('examples/%s.weft has %s', (file, network, className) => {
    const { architecture } = exported(compileExample(`examples/${file}.weft`, network, {}).graph)
    expect(architecture.network_class_name.split('.').at(-1)).toBe(className)
  })

  test.each([
    ['nnunet', 'NNUNetV1', "`head[0].conv` has `bias = false`, and nnU-Net's true"],
    ['unet', 'UNet', '`encoder.level[1].max_pool` is `max_pool`, which none of those classes has'],
    ['unetpp3d', 'UNetPlusPlus3D', 'does not end in a concatenation of itself and one skip'],
    ['dynunet', 'DynUNet', 'it has 1 output'],
    ['unetr', 'UNETR', '`reshape`, which none of those classes has'],
  ])('examples/%s.weft has %s, which is refused', (file, network, reason) => {
    const found = exportPlans(compileExample(`examples/${file}.weft`, network, {}).graph)
    expect(isProblem(found) ? messageOf(found) : 'nothing').toContain(reason)
  })
})

describe('a configuration that is added', () => {
  const architecture = { network_class_name: 'x', arch_kwargs: {}, _kw_requires_import: [] }
  const more = { architecture, patch: [16, 16], channels: 1, classes: 2 }
  const parent = `"2d": {"patch_size": [16, 16], "spacing": [1.0, 1e-1], "normalization_schemes": ["ZScore {"], "architecture": ${JSON.stringify(architecture)}}`
  const added = (text: string, one = more, name = 'mine'): string => {
    const found = withExported(text, 'p.json', { name, inheritsFrom: '2d' }, one)
    return isProblem(found) ? messageOf(found) : found
  }

  test('leaves all else of the file as it is', () => {
    const text = `{\n  "configurations": {\n    ${parent}\n  },\n  "x": 1.50\n}\n`
    const after = added(text)
    const at = text.indexOf('\n    "2d"')
    expect([after.startsWith(text.slice(0, at)), after.endsWith(text.slice(at))]).toEqual([true, true])
    expect(JSON.parse(after)).toMatchObject({
      configurations: { mine: { inherits_from: '2d', architecture } },
    })
    expect(sound(configurationOf(sound(readPlans(after, 'p.json')), 'mine')).patch).toEqual([16, 16])
    expect(JSON.parse(added(text, { ...more, patch: [32, 16] }))).toMatchObject({
      configurations: { mine: { patch_size: [32, 16] } },
    })
  })

  test.each([
    [more, '2d', 'p.json has a configuration `2d` already'],
    [{ ...more, channels: 3 }, 'mine', 'its input has 3 channels, and the images have 1'],
    [{ ...more, patch: [8, 8, 8] }, 'mine', "its patch has 3 axes, and that configuration's 2"],
  ])('must fit: %j as %s', (one, name, message) => {
    expect(added(`{"configurations": {${parent}}}`, one, name)).toContain(message)
  })
})
