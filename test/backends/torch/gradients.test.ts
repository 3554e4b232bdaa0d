// Gradients of emitted packages against differences of the reference's losses, both in double precision.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { evaluate } from '../../../src/backends/reference/evaluate.ts'
import type { Tensor } from '../../../src/backends/reference/tensor.ts'
import { isProblem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import type { Graph, GraphInput } from '../../../src/compiler/ir/graph.ts'
import { initialise } from '../../../src/weights/initialise.ts'
import { elementCount } from '../../../src/weights/numbers.ts'
import type { Weights } from '../../../src/weights/weights.ts'
import { compileExample } from '../../examples/compile-example.ts'
import { torchPython } from '../../support/python.ts'
import { runPeer, writePackage } from './package.ts'

const minute = 60_000
/** As many directions; each parameter moves in one of them. */
const groups = 6
const step = 1e-7

const strides = '[[1, 1, 1], [1, 2, 2], [2, 2, 2]]'
// So narrow, S = 0.8 leaves filters without any connection: constant, and rectified exactly where the derivative jumps.
const networks = [
  [
    'E2ENet',
    'e2enet',
    { base: '4', S: '0.5', classes: '2', patch: '[8, 16, 16]', pools: '[[1, 2, 2], [2, 2, 2], [2, 2, 2]]' },
  ],
  ['NNUNet', 'nnunet', { base: '4', classes: '3', patch: '[8, 16, 16]', strides }],
  [
    'ResEncUNet',
    'nnunet-resenc',
    { base: '4', classes: '3', patch: '[8, 16, 16]', strides, blocks: '[1, 2, 1]' },
  ],
] as const

interface Derivatives {
  readonly name: string
  readonly loss: number
  readonly along: readonly number[]
}

const wave = (count: number, k: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => Math.sin(i + k))

/** The network's first weights, moved along the directions of a group. */
function moved(graph: Graph, group: number, by: number): Weights {
  const first = initialise(graph, 1)
  return {
    numbersOf: (parameter) => {
      const numbers = first.numbersOf(parameter)
      if (isProblem(numbers) || parameter.id % groups !== group) return numbers
      const direction = wave(numbers.length, parameter.id)
      return Float64Array.from(numbers, (number, i) => number + by * (direction[i] ?? 0))
    },
  }
}

/** Cross entropy where labels count the classes through, position by position. */
function crossEntropy({ shape: [, classes = 0], data }: Tensor): number {
  const positions = data.length / classes
  let sum = 0
  for (let at = 0; at < positions; at++) {
    const logits = Array.from({ length: classes }, (_, c) => data[c * positions + at] ?? 0)
    sum += Math.log(logits.reduce((all, one) => all + Math.exp(one), 0)) - (logits[at % classes] ?? 0)
  }
  return sum / positions
}

function lossOf(graph: Graph, weights: Weights): number {
  const outputs = evaluate(graph, weights, new Map([[inputOf(graph).name, imageOf(graph)]]), {
    outputs: 'all',
  })
  if (isProblem(outputs)) throw new Error(JSON.stringify(outputs))
  return [...outputs.values()].reduce((sum, output) => sum + crossEntropy(output), 0)
}

function inputOf({ inputs: [input] }: Graph): GraphInput {
  if (input === undefined) throw new Error('the network has no input')
  return input
}

function imageOf(graph: Graph): Tensor {
  const shape = [1, ...(graph.nodes[inputOf(graph).node]?.type.shape ?? []).map(Number)]
  return { shape, data: wave(elementCount(shape), 0) }
}

describe.skipIf(torchPython === undefined)('gradients in PyTorch are those of the reference', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-torch-'))
  const graphs = networks.map(
    ([network, file, args]) => compileExample(`examples/${file}.weft`, network, args).graph,
  )
  const found = new Map<string, Derivatives>()
  afterAll(() => rmSync(folder, { recursive: true }))

  beforeAll(() => {
    const cases = graphs.map((graph) => {
      const path = join(folder, graph.network.toLowerCase())
      writePackage(graph, path, { weights: initialise(graph, 1) })
      const paths = graph.parameters.map((parameter) => parameter.path)
      return { name: graph.network, package: path, input: imageOf(graph).shape, groups, paths }
    })
    const list = join(folder, 'cases.json')
    writeFileSync(list, JSON.stringify(cases))
    for (const one of runPeer('gradients.py', list) as readonly Derivatives[]) found.set(one.name, one)
  }, 2 * minute)

  test.each(graphs.map((graph) => [graph.network, graph] as const))(
    '%s',
    (name, graph) => {
      const { loss, along } = found.get(name) ?? { loss: NaN, along: [] }
      expect(Math.abs(lossOf(graph, initialise(graph, 1)) / loss - 1)).toBeLessThan(1e-9)
      const differences = along.map((_, group) => {
        const [ahead, behind] = [step, -step].map((by) => lossOf(graph, moved(graph, group, by)))
        return ((ahead ?? NaN) - (behind ?? NaN)) / (2 * step)
      })
      const off = along.map((one, group) => Math.abs(one - (differences[group] ?? NaN)) / Math.abs(one))
      expect(Math.max(...off)).toBeLessThan(1e-5)
    },
    2 * minute,
  )
})
