// Every file that ships checks without a word: the examples with their variants and recipes, and the bundled blocks.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { check, compile } from '../../src/compiler/compile.ts'
import { describeDiagnostic, repository, repositoryHost } from './compile-example.ts'

const weftFiles = (folder: string): string[] =>
  readdirSync(repository + folder)
    .filter((name) => name.endsWith('.weft'))
    .map((name) => `${folder}/${name}`)

describe('shipped files check', () => {
  test.each([...weftFiles('examples'), ...weftFiles('src/compiler/std')])('%s', (file) => {
    const { diagnostics, sources } = check(file, repositoryHost)
    expect(diagnostics.map((one) => describeDiagnostic(one, sources))).toEqual([])
  })
})

describe('arguments that do not fit are refused in words', () => {
  test.each([
    ['unet', 'UNet', { size: '[570, 572]' }, 'every pooled map must have even sides'],
    [
      'e2enet',
      'E2ENet',
      { patch: '[100, 128, 128]' },
      'every side of the patch must divide by its total stride',
    ],
    ['nnformer', 'NNFormer', { patch: '[64, 136, 128]' }, 'no stage may halve an odd side'],
    ['nnunet', 'NNUNet', { kernels: '[[3, 3, 3]]' }, 'one kernel per stage'],
    ['nnunet', 'NNUNet', { convs_decoder: '0' }, 'there must be something to repeat'],
    ['nnunet-resenc', 'ResEncUNet', { blocks: '[1, 3]' }, 'one count of blocks per stage'],
    ['vnet', 'VNet', { in_channels: '3' }, 'the image is repeated until it has `base` channels'],
  ])('%s %s %o', (name, network, args, message) => {
    const { graph, diagnostics } = compile(`examples/${name}.weft`, repositoryHost, {
      network,
      arguments: args,
    })
    expect(graph).toBeUndefined()
    expect(diagnostics).toHaveLength(1)
    expect(diagnostics[0]?.message).toContain(message)
  })
})

test('the guide to the examples has every file', () => {
  const guide = readFileSync(`${repository}docs/examples.md`, 'utf8')
  const listed = [...guide.matchAll(/^- \[([a-z0-9-]+\.weft)\]/gm)].map((match) => `examples/${match[1]}`)
  expect(listed).toEqual(weftFiles('examples').sort())
})

test('E2ENet with all its ablations stays under 80 lines', () => {
  expect(readFileSync(`${repository}examples/e2enet.weft`, 'utf8').trimEnd().split('\n').length).toBeLessThan(
    80,
  )
})

/** Blocks of the library that no example uses, each in a small network. */
const library = `
import { AttentionGate, PreActBlock, SeparableConv, SqueezeExcite, shift_conv } from "std/blocks"
network Separable { input x: [8, 16, 16]  output y = x -> SeparableConv(16, stride = 2) }
network Squeezed { input x: [32, 8, 8]  output y = x -> SqueezeExcite }
network PreAct { input x: [16, 8, 8, 8]  output y = x -> PreActBlock(16) }
network Gated { input x: [8, 16, 16]  input g: [16, 8, 8]  output y = [x, g] -> AttentionGate(4) }
network Shifted { input x: [8, 4, 6]  output y = x -> shift_conv(4, 3, offsets = [-1, 0, 1], axis = width) }
`

describe('library blocks', () => {
  const host = { read: (path: string) => (path === 'library.weft' ? library : undefined) }
  test.each([
    ['Separable', [16, 8, 8], 8 * 9 + 8 + 8 * 16 + 16],
    ['Squeezed', [32, 8, 8], 32 * 2 + 2 + 2 * 32 + 32],
    ['PreAct', [16, 8, 8, 8], 2 * (16 + 16 + 16 * 16 * 27)],
    ['Gated', [8, 16, 16], 8 * 4 * 4 + (16 * 4 + 4) + (4 + 1) + (8 * 8 + 8) + 2 * 8],
    ['Shifted', [4, 4, 6], 8 * 4 * 9 + 4],
  ])('%s', (network, shape, parameters) => {
    const { graph, diagnostics, sources } = compile('library.weft', host, { network })
    expect(diagnostics.map((one) => describeDiagnostic(one, sources))).toEqual([])
    const trained = (graph?.parameters ?? []).filter((one) => !one.buffer)
    const elements = trained.map((one) => one.shape.reduce((product, extent) => product * extent, 1))
    expect(elements.reduce((sum, count) => sum + count, 0)).toBe(parameters)
    expect(graph?.nodes[graph.outputs[0]?.node ?? -1]?.type.shape).toEqual(shape)
  })
})
