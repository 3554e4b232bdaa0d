// Other extents for a network's input: which parameter holds them, free ones with the multiples that they need, smaller ones.
import { describe, expect, test } from 'vitest'
import { cost } from '../../src/compiler/analysis/cost.ts'
import { extentsParameter, type ExtentsParameter } from '../../src/compiler/analysis/extents-parameter.ts'
import type { Compilation } from '../../src/compiler/compile.ts'
import type { Diagnostic } from '../../src/compiler/diagnostics/diagnostic.ts'
import {
  noExtentsParameter,
  unsettledExtent,
  withExtents,
  withFreeExtents,
  withSmallerExtents,
  type Spec,
} from '../../src/compiler/input-extents.ts'
import type { Graph } from '../../src/compiler/ir/graph.ts'
import { formatShape, symbolsOfDim } from '../../src/compiler/ir/tensor.ts'
import { entry, graphOf } from '../support/compile-text.ts'

const specOf = (text: string): Spec => ({
  entry,
  host: { read: (path) => (path === entry ? text : undefined) },
  options: {},
})

function holderOf(text: string): ExtentsParameter {
  const found = extentsParameter(graphOf(text).graph)
  if (found === undefined) throw new Error('no parameter holds the extents')
  return found
}

const inputOf = ({ inputs, nodes }: Graph): string =>
  formatShape(nodes[inputs[0]?.node ?? -1]?.type.shape ?? [])

const network = (extents: string, body: string): string =>
  `network Net(patch: [int] = [${extents}]) {\n  input x: [1, ...patch]\n  output y = x -> ${body}\n}\n`

describe('the parameter that holds the extents', () => {
  const found = (header: string): ExtentsParameter | undefined =>
    extentsParameter(graphOf(`network Net${header}  output y = x -> conv(2, 1)\n}\n`).graph)

  test('is the list that has them as its value', () => {
    expect(found('(k: int = 8, size: [int] = [8, 4]) {\n  input x: [k, ...size]\n')).toEqual({
      name: 'size',
      extents: [8, 4],
    })
  })

  test.each([
    ['written into the input', ' {\n  input x: [1, 8, 4]\n'],
    ['in two parameters', '(a: [int] = [8, 4], b: [int] = [8, 4]) {\n  input x: [1, ...a]\n'],
    ['only a part of them', '(a: [int] = [8]) {\n  input x: [1, ...a, 4]\n'],
    ['free already', '(a: [int] = [8]) {\n  input x: [1, dim("H")]\n'],
  ])('is none where they are %s', (_, header) => {
    expect(found(header)).toBeUndefined()
  })

  test('is none of two inputs', () => {
    const { graph } = graphOf(
      'network Net(a: [int] = [8]) {\n  input x: [1, ...a]\n  input z: [1, ...a]\n  output y = concat(x, z)\n}\n',
    )
    expect(extentsParameter(graph)).toBeUndefined()
    const { name, message, span } = noExtentsParameter(graph)
    expect({ name, file: span.file }).toEqual({ name: 'no-extents-parameter', file: entry })
    expect(message).toContain('its input 1×8')
  })

  test('takes others, and everything that depends on it follows', () => {
    const text = network('8, 8', 'conv(2, 3) -> max_pool(2)')
    const { graph } = withExtents(specOf(text), holderOf(text), [4, 12])
    expect(graph && inputOf(graph)).toBe('1×4×12')
    expect(formatShape(graph?.nodes.at(-1)?.type.shape ?? [])).toBe('2×2×6')
  })
})

describe('free extents', () => {
  /** What each free extent is at least. */
  const least = (graph: Graph | undefined): Record<string, number> => {
    const symbols = graph?.nodes[graph.inputs[0]?.node ?? -1]?.type.shape.flatMap(symbolsOfDim) ?? []
    return Object.fromEntries(symbols.map(({ name, multiple, least: from = 1 }) => [name, from * multiple]))
  }

  test('fill the windows that are cut to them, with what is padded up to whole windows', () => {
    const text = `fn round_up(n: int, m: int): int = (n + m - 1) div m * m
network Net(patch: [int] = [32, 32], window: int = 7) {
  input x: [1, ...patch]
  let cut = [min(window, n div 2) for n in size(x)]
  let high = [round_up(patch[a], cut[a]) - patch[a] for a in 0..1]
  output y = x -> pad(high = high) -> conv(2, cut, stride = cut, padding = 0)
}
`
    const { graph } = withFreeExtents(specOf(text), holderOf(text)) as Compilation
    expect(graph && inputOf(graph)).toBe('1×H×W')
    expect(least(graph)).toEqual({ H: 14, W: 14 })
    expect(formatShape(graph?.nodes.at(-1)?.type.shape ?? [])).toBe('2×⌈H/7⌉×⌈W/7⌉')
  })

  test('are large enough for every axis to have several of the windows that are cut to them, axis by axis', () => {
    const grid = `channels_last -> SwinBlock(1, [4, 4], [2, 2]) -> channels_first`
    const text = `import { SwinBlock, channels_first, channels_last } from "std/transformer"
${network('8, 16', `max_pool([1, 4]) -> conv(2, 1) -> ${grid}`)}`
    const { graph } = withFreeExtents(specOf(text), holderOf(text)) as Compilation
    expect(least(graph)).toEqual({ H: 5, W: 20 })
    const shapes = graph?.nodes.map(({ type }) => formatShape(type.shape))
    expect(shapes).toContain('⌈H/4⌉·⌈W/16⌉×16×2')
  })

  const freed = (text: string): Compilation | Diagnostic => withFreeExtents(specOf(text), holderOf(text))
  const input = (text: string): string => {
    const result = freed(text)
    if (!('sources' in result)) throw new Error(result.message)
    return result.graph === undefined ? '' : inputOf(result.graph)
  }
  const multiples = (text: string): Record<string, number> => {
    const result = freed(text)
    const { graph } = 'sources' in result ? result : {}
    const dims = graph?.nodes[graph.inputs[0]?.node ?? -1]?.type.shape ?? []
    return Object.fromEntries(
      dims.flatMap((dim) =>
        typeof dim === 'number'
          ? []
          : dim.terms.map(({ symbol }): [string, number] => [symbol.name, symbol.multiple]),
      ),
    )
  }

  test.each([
    ['8', 'conv(2, 3)', { W: 1 }],
    ['8, 8', 'max_pool(2) -> max_pool(2)', { H: 4, W: 4 }],
    ['8, 16, 16', 'max_pool([1, 2, 2]) -> max_pool(2)', { D: 2, H: 4, W: 4 }],
    ['9, 8, 8', 'max_pool([3, 1, 2])', { D: 3, H: 1, W: 2 }],
    ['24, 24', 'max_pool(3) -> max_pool(2)', { H: 6, W: 6 }],
  ])('of %s through %s are the least multiples, axis by axis', (extents, body, expected) => {
    expect(multiples(network(extents, body))).toEqual(expected)
  })

  test('keep what the extents in force have beyond a multiple, and add what is needed to leave something', () => {
    const valid = 'conv(2, 3, padding = "valid")'
    expect(input(network('12, 12', `${valid} -> max_pool(2)`))).toBe('1×(H + 2)×(W + 2)')
    expect(input(network('12', valid))).toBe('1×(W + 2)')
    const deep = `${valid} -> max_pool(2) -> ${valid} -> conv_transpose(2, 2, stride = 2)`
    expect(input(network('12, 16', deep))).toBe('1×(H + 6)×(W + 6)')
  })

  test('are refused with the reason where the spec has no form for them', () => {
    const text = network('8, 8', 'conv(2, patch[0])')
    const result = freed(text)
    if ('sources' in result) throw new Error('not refused')
    expect([result.name, result.code]).toEqual(['extents-not-free', 'WEFT964'])
    expect(result.message).toContain(
      '`kernel` of `conv` must be an int, or a list of one int per spatial axis, not H',
    )
    expect(text.slice(result.span.start, result.span.end)).toBe('patch[0]')
  })

  test('are refused for a learned table of as many rows as an image has positions', () => {
    const text = `network Net(patch: [int] = [8, 8]) {
  input x: [1, ...patch]
  output y = (x -> flatten(start = 1)) + parameter([1, product(patch)])
}
`
    const result = freed(text)
    if ('sources' in result) throw new Error('not refused')
    expect(result.message).toContain('`shape` of `parameter` must be a list of ints, not H·W')
    expect(text.slice(result.span.start, result.span.end)).toBe('[1, product(patch)]')
  })

  test('are not known, numbers are', () => {
    const result = freed(network('8, 8', 'conv(2, 3)'))
    const { graph } = 'sources' in result ? result : {}
    expect(graph && unsettledExtent(graph)?.message).toContain("the input's extent H is free")
    expect(unsettledExtent(graphOf(network('8, 8', 'conv(2, 3)')).graph)).toBeUndefined()
  })
})

describe('smaller extents', () => {
  const macsOf = (text: string, graph: Graph): number =>
    cost(graph, graphOf(text).sources).report?.totals.inference.macs ?? NaN
  const reduced = (text: string, macs: number): readonly number[] | undefined =>
    withSmallerExtents(specOf(text), holderOf(text), (graph) => macsOf(text, graph) <= macs)?.extents

  test('are halved, the longest axis first, until they are small enough', () => {
    const text = network('32, 8', 'conv(1, 1)')
    expect(reduced(text, 128)).toEqual([16, 8])
    expect(reduced(text, 64)).toEqual([8, 8])
    expect(reduced(text, 32)).toEqual([4, 8])
  })

  test('are halved as far as the spec allows, and no further', () => {
    expect(reduced(network('32, 8', 'max_pool(8) -> conv(1, 1)'), 0)).toEqual([8, 8])
    expect(reduced(network('12, 6', 'conv(1, 1)'), 0)).toEqual([3, 3])
  })

  test('leave an instance norm four voxels', () => {
    expect(reduced(network('16, 16', 'max_pool(4) -> instance_norm -> conv(1, 1)'), 0)).toEqual([8, 8])
    expect(reduced(network('16, 16', 'max_pool(4) -> conv(1, 1)'), 0)).toEqual([4, 4])
  })

  test('are the least square where none can be halved', () => {
    expect(reduced(network('9, 15', 'instance_norm -> conv(1, 1)'), 0)).toEqual([2, 2])
    const valid = 'conv(1, 5, padding = "valid")'
    expect(reduced(network('15, 15', valid), 0)).toEqual([5, 5])
  })

  test('are none where nothing smaller is sound', () => {
    expect(reduced(network('5, 5', 'conv(1, 5, padding = "valid")'), 0)).toBeUndefined()
  })

  test('belong to a network that was compiled with them', () => {
    const text = network('8, 8', 'conv(1, 1)')
    const found = withSmallerExtents(specOf(text), holderOf(text), () => true)
    const { graph } = found?.compilation ?? {}
    expect([found?.extents, graph && inputOf(graph)]).toEqual([[4, 8], '1×4×8'])
  })
})
