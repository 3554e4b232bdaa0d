// Each convention on single layers: the number that its tool printed for the same layer (tools.json, made by measure.py).
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  conventionNamed,
  conventionNames,
  conventions,
  forAttention,
  type AttentionForm,
} from '../../../src/compiler/analysis/conventions/conventions.ts'
import { cost } from '../../../src/compiler/analysis/cost.ts'
import { diagnose, isProblem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../../src/compiler/ir/graph.ts'
import { graphOf } from '../../support/compile-text.ts'

type Counts = Readonly<Record<string, number>>

const path = new URL('tools.json', import.meta.url)
const measured = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, Counts>>

const [volume, image, line, tokens] = ['[4, 6, 6, 6]', '[4, 6, 6]', '[4, 6]', '[5, 8]']
/** Attributes with which a transposed convolution doubles extents and a convolution halves them. */
const doubling = '3, stride = 2, padding = 1, output_padding = 1'

/** The layers of measure.py: the input, and what is done to it. */
const layers: Readonly<Record<string, readonly [input: string, body: string, form?: AttentionForm]>> = {
  conv: [volume, 'x -> conv(8, 3)'],
  'conv grouped': [volume, 'x -> conv(8, 3, stride = 2, groups = 2, bias = false)'],
  'two convs': [volume, 'x -> conv(8, 3) -> conv(2, 1)'],
  'conv transposed': [volume, 'x -> conv_transpose(2, 2, stride = 2)'],
  'conv transposed grouped': [volume, 'x -> conv_transpose(8, 3, stride = 2, groups = 2, bias = false)'],
  'conv grouped with bias': [volume, 'x -> conv(8, 3, groups = 2)'],
  'conv grouped with bias 2d': [image, 'x -> conv(6, 3, groups = 2)'],
  'conv grouped with bias 1d': [line, 'x -> conv(8, 3, groups = 2)'],
  'conv depthwise': [volume, 'x -> conv(4, 3, groups = 4, bias = false)'],
  'conv depthwise with bias 2d': [image, 'x -> conv(4, 3, groups = 4)'],
  'conv depthwise with bias 1d': [line, 'x -> conv(8, 3, groups = 4)'],
  'conv transposed grouped with bias': [volume, `x -> conv_transpose(8, ${doubling}, groups = 2)`],
  'conv transposed grouped with bias 2d': [image, `x -> conv_transpose(6, ${doubling}, groups = 2)`],
  'conv transposed grouped with bias 1d': [line, `x -> conv_transpose(8, ${doubling}, groups = 2)`],
  'conv transposed grouped 2d': [image, 'x -> conv_transpose(8, 2, stride = 2, groups = 4, bias = false)'],
  'conv transposed depthwise': [volume, 'x -> conv_transpose(4, 2, stride = 2, groups = 4, bias = false)'],
  'conv transposed depthwise with bias 2d': [image, `x -> conv_transpose(4, ${doubling}, groups = 4)`],
  'conv transposed depthwise with bias 1d': [line, 'x -> conv_transpose(4, 2, stride = 2, groups = 4)'],
  linear: [tokens, 'x -> linear(3)'],
  'linear plain': [tokens, 'x -> linear(3, bias = false)'],
  matmul: [tokens, 'matmul(x, x, transpose_b = true)'],
  'matmul table': [tokens, 'matmul(x, parameter([8, 3]))'],
  attention: [tokens, 'attention(x, x, x)'],
  'attention by @': [tokens, 'attention(x, x, x)', 'operator'],
  'attention by einsum': [tokens, 'attention(x, x, x)', 'einsum'],
  'fused attention': [tokens, 'attention(x, x, x)', 'sdpa'],
  'instance norm': [volume, 'x -> instance_norm'],
  'instance norm plain': [volume, 'x -> instance_norm(affine = false)'],
  'batch norm': [volume, 'x -> batch_norm'],
  'batch norm plain': [volume, 'x -> batch_norm(affine = false)'],
  'group norm': [volume, 'x -> group_norm(2)'],
  'group norm plain': [volume, 'x -> group_norm(2, affine = false)'],
  'layer norm': [tokens, 'x -> layer_norm'],
  'layer norm plain': [tokens, 'x -> layer_norm(affine = false)'],
  relu: [volume, 'x -> relu'],
  'leaky relu': [volume, 'x -> leaky_relu(0.01)'],
  elu: [volume, 'x -> elu'],
  prelu: [volume, 'x -> prelu'],
  'prelu per channel': [volume, 'x -> prelu(shared = false)'],
  gelu: [volume, 'x -> gelu'],
  sigmoid: [volume, 'x -> sigmoid'],
  tanh: [volume, 'x -> tanh'],
  silu: [volume, 'x -> silu'],
  'hard sigmoid': [volume, 'x -> hard_sigmoid'],
  'hard swish': [volume, 'x -> hard_swish'],
  relu6: [volume, 'x -> relu6'],
  softplus: [volume, 'x -> softplus'],
  exp: [volume, 'x -> exp'],
  'logarithm of square roots': [volume, 'x -> rsqrt -> sqrt -> log'],
  'absolute value': [volume, 'x -> abs'],
  clip: [volume, 'x -> clip(-1, 1)'],
  softmax: [volume, 'x -> softmax'],
  'max pool': [volume, 'x -> max_pool(2)'],
  'max pool 2d': [image, 'x -> max_pool(2)'],
  'max pool and unpool 2d': [image, 'max_unpool(x -> max_pool(2), x, 2)'],
  'average pool': [volume, 'x -> avg_pool(2)'],
  'global pool': [volume, 'x -> mean'],
  'global pool 2d': [image, 'x -> mean'],
  'global pool 1d': [line, 'x -> mean'],
  'mean of channels': [volume, 'x -> mean(axes = [channel])'],
  'nearest 3d': [volume, 'x -> resize(scale = 2)'],
  'nearest 2d': [image, 'x -> resize(scale = 2)'],
  'nearest 1d': [line, 'x -> resize(scale = 2)'],
  'linear 3d': [volume, 'x -> resize(scale = 2, mode = linear)'],
  'linear 2d': [image, 'x -> resize(scale = 2, mode = linear)'],
  'linear 1d': [line, 'x -> resize(scale = 2, mode = linear)'],
  'nearest to a size': [volume, 'x -> resize(size = [12, 12, 12])'],
  'linear to a size': [image, 'x -> resize(size = [9, 9], mode = linear)'],
  cubic: [image, 'x -> resize(scale = 2, mode = cubic)'],
  'cubic to a size': [image, 'x -> resize(size = [9, 9], mode = cubic)'],
  'grid sampling': [volume, 'grid_sample(x, x -> slice(channel, end = 3) -> permute([1, 2, 3, 0]))'],
  'grid sampling 2d': [image, 'grid_sample(x, x -> slice(channel, end = 2) -> permute([1, 2, 0]))'],
  scan: [tokens, 'scan(x, x, axis = 0)'],
  dropout: [volume, 'x -> dropout(0.5)'],
  sum: [volume, 'add(x, x)'],
  product: [volume, 'mul(x, x)'],
  concat: [volume, 'concat(x, x)'],
  pad: [volume, 'x -> pad(1, 1)'],
  roll: [volume, 'x -> roll(depth, 1)'],
}

/**
 * What a tool counts beyond the convention. PyTorch takes the weight gradient of a grouped layer once per group, and has no rule for the
 * fused kernel of a CPU; NumPy's count of an einsum, which DeepSpeed reads, is one more than its products.
 */
function beyond(convention: string, form: AttentionForm, graph: Graph, macs: number): number {
  if (form === 'einsum' && convention.startsWith('deepspeed')) return 2
  if (form === 'sdpa' && convention.startsWith('flop')) return -2 * macs
  return convention === 'flop.train' ? groupedGradients(graph, macs) : 0
}

function groupedGradients({ nodes }: Graph, macs: number): number {
  const groups = nodes.map(({ attributes }) => attributes['groups']).find((one) => typeof one === 'number')
  return nodes.some(({ op }) => op.startsWith('conv')) ? 2 * macs * ((groups ?? 1) - 1) : 0
}

const measuredNames = conventionNames.filter(
  (name) => !['mac', 'fvcore.scan', 'e2enet', 'nnunet.fmap'].includes(name),
)

describe.each(Object.entries(layers))('%s', (name, [shape, body, form = 'matmul']) => {
  const { graph, sources } = graphOf(`network Net {\n  input x: ${shape}\n  output y = ${body}\n}\n`)
  const counted = (convention: string): number | undefined => {
    const found = conventionNamed(convention)
    if (isProblem(found)) throw new Error(`no convention ${convention}`)
    return cost(graph, sources, forAttention(found, form)).report?.totals.training.counted
  }

  test('counts as each tool does', () => {
    const expected = measuredNames.map((one) => {
      const tool = measured[name]?.[one] ?? Number.NaN
      return [one, tool - beyond(one, form, graph, counted('mac') ?? Number.NaN)] as const
    })
    const own = measuredNames.map((one) => [one, counted(one)] as const)
    expect(Object.fromEntries(own)).toEqual(Object.fromEntries(expected))
  })

  test('counts half of what PyTorch does as MACs', () => {
    const macs = counted('mac') ?? Number.NaN
    expect(macs).toBe(((measured[name]?.['flop'] ?? Number.NaN) - beyond('flop', form, graph, macs)) / 2)
  })
})

test('every layer that was measured is compared', () => {
  expect(Object.keys(layers).toSorted()).toEqual(Object.keys(measured).toSorted())
})

describe('names', () => {
  const problemOf = (name: string): string => {
    const found = conventionNamed(name)
    if (!isProblem(found)) throw new Error(`${name} is a convention`)
    const { code, help } = diagnose(found, { file: 'net.weft', start: 0, end: 0 })
    return `${code} ${help ?? ''}`
  }

  test('are those of their conventions', () => {
    expect(Object.entries(conventions).filter(([name, one]) => name !== one.name)).toEqual([])
  })

  test('a shortened name means the newest version, a misspelt one the nearest', () => {
    expect(problemOf('ptflops-py')).toContain('WEFT820 did you mean `ptflops-py@0.7.5`?')
    expect(problemOf('thop')).toContain('did you mean `thop@0.1.1`?')
    expect(problemOf('fvcroe')).toContain('did you mean `fvcore`?')
    expect(problemOf('')).not.toContain('did you mean')
  })
})
