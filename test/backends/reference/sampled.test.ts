// Operators at single positions: every conformance case, element by element and as a whole chain, against the kernels that compute whole tensors; and
// which positions are looked at.
import { describe, expect, test } from 'vitest'
import { evaluate } from '../../../src/backends/reference/evaluate.ts'
import { chosenPositions } from '../../../src/backends/reference/sampled/positions.ts'
import { stored, type Source } from '../../../src/backends/reference/sampled/source.ts'
import { sampled } from '../../../src/backends/reference/sampled/table.ts'
import type { Tensor } from '../../../src/backends/reference/tensor.ts'
import { extentOf } from '../../../src/backends/sizes.ts'
import { isProblem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import type { Graph, GraphNode } from '../../../src/compiler/ir/graph.ts'
import { allCases, caseWeights, graphOfCase, inputsOfCase } from '../../conformance/support.ts'

const sourceOf = ({ shape, data }: Tensor): Source => stored(shape, Float32Array.from(data))

function computed(
  graph: Graph,
  node: GraphNode,
  inputs: readonly Source[],
  shape: readonly number[],
): Source {
  const parameters = node.parameters.map((id) => {
    const parameter = graph.parameters[id]
    const numbers = parameter === undefined ? undefined : caseWeights.numbersOf(parameter)
    if (numbers === undefined || isProblem(numbers)) throw new Error('no numbers')
    return Float64Array.from(numbers)
  })
  const lead = node.type.batched ? 1 : 0
  return sampled(node, { inputs, parameters, shape, lead, extentOf: (dim) => extentOf(dim, new Map()) })
}

/** Every position, the last first, and one that is padding. */
const backwards = (count: number): Int32Array =>
  Int32Array.from({ length: count + 1 }, (_, k) => (k === 0 ? -1 : count - k))

function farthest(expected: Tensor, source: Source): number {
  expect(source.shape).toEqual(expected.shape)
  const { values, magnitudes } = source.at(backwards(expected.data.length))
  expect(values[0]).toBe(0)
  return expected.data.toReversed().reduce((most, value, k) => {
    const own = values[k + 1] ?? NaN
    if (own === value) return most
    // Rounding of a sum is in proportion to its magnitude, which is never less than its value.
    expect(magnitudes[k + 1]).toBeGreaterThan(0.999 * Math.abs(own))
    return Math.max(most, Math.abs(own - value) / Math.max(1, Math.abs(value)))
  }, 0)
}

describe('each operator at each position is what its kernel gives', () => {
  test.each(allCases())('$id', (one) => {
    const graph = graphOfCase(one)
    const chain = new Map<number, Source>()
    const inputs = inputsOfCase(one)
    const found = evaluate(graph, caseWeights, inputs, {
      outputs: 'all',
      disturb: (value, node, operands) => {
        const own = computed(graph, node, operands.map(sourceOf), value.shape)
        if (node.op === 'input') return value
        expect(farthest(value, own)).toBeLessThan(node.op === 'constant' ? 1e-7 : 1e-10)
        return { shape: value.shape, data: value.data.map(Math.fround) }
      },
    })
    expect(isProblem(found)).toBe(false)
    const exact = evaluate(graph, caseWeights, inputs, {
      outputs: 'all',
      onNode: (node, value) => {
        const operands = node.inputs.flatMap((id) => chain.get(id) ?? [])
        const own = node.op === 'input' ? sourceOf(value) : computed(graph, node, operands, value.shape)
        chain.set(node.id, own)
      },
    })
    for (const { name, node } of graph.outputs) {
      const [whole, own] = [isProblem(exact) ? undefined : exact.get(name), chain.get(node)]
      if (whole === undefined || own === undefined) throw new Error('no output')
      expect(farthest(whole, own)).toBeLessThan(1e-6)
    }
  })
})

describe('positions', () => {
  const shape = [1, 40, 12, 20, 33]
  const indices = (position: number): number[] => {
    const found: number[] = []
    let rest = position
    for (const extent of shape.toReversed()) {
      found.unshift(rest % extent)
      rest = Math.floor(rest / extent)
    }
    return found
  }

  test('take every slice of every axis, every channel, and all borders in the first and last channel', () => {
    const chosen = [...chosenPositions(shape, 4096, 7)].map(indices)
    expect(chosen.length).toBeGreaterThan(3500)
    expect(chosen.length).toBeLessThanOrEqual(4096)
    shape.forEach((extent, axis) => {
      expect(new Set(chosen.map((one) => one[axis])).size).toBe(extent)
    })
    const kind = (index: number, extent: number): string =>
      index === 0 ? 'first' : index === extent - 1 ? 'last' : 'between'
    for (const channel of [0, 39]) {
      const borders = chosen
        .filter((one) => one[1] === channel)
        .map((one) => [2, 3, 4].map((axis) => kind(one[axis] ?? 0, shape[axis] ?? 0)).join())
      expect(new Set(borders).size).toBe(27)
    }
  })

  test('are all of a small tensor, and depend on the seed alone', () => {
    expect([...chosenPositions([1, 2, 3], 4096, 1)]).toEqual([0, 1, 2, 3, 4, 5])
    expect(chosenPositions(shape, 1024, 3)).toEqual(chosenPositions(shape, 1024, 3))
    expect(chosenPositions(shape, 1024, 3)).not.toEqual(chosenPositions(shape, 1024, 4))
    expect(chosenPositions([5000], 1024, 3).length).toBeGreaterThan(900)
  })
})
