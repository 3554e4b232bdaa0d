// What TensorFlow.js computes in training only: masks of dropout, the statistics of a batch.
import { beforeAll, describe, expect, test } from 'vitest'
import type { Tensor } from '../../src/backends/reference/tensor.ts'
import type { Graph } from '../../src/compiler/ir/graph.ts'
import { distance } from '../support/onnx.ts'
import { element, graphOfCase, type NamedCase } from './support.ts'
import { backends, use } from './tfjs-backends.ts'
import { derivativesAt, pointOf, wrongDerivatives } from './tfjs-oracle.ts'
import { dot, gradientsAt, sized, valueAt, type Layout, type Point } from './tfjs-runner.ts'

const layouts: readonly Layout[] = ['channels first', 'channels last']
const ignored = (): void => undefined

function caseOf(op: NamedCase['op'], inputs: NamedCase['inputs'], expression: string): NamedCase {
  return { op, id: expression, name: expression, inputs, expression, batch: 3 }
}

describe.each(backends)('in training on $title', ({ name, isThere }) => {
  beforeAll(async () => {
    if (isThere) await use(name)
  })

  /** The gradient of the sum of all outputs is the mask. */
  function droppedBy(
    expression: string,
    seed: number,
    layout: Layout,
  ): { y: Tensor; mask: Tensor; x: Tensor } {
    const one = caseOf('dropout', { x: [8, 10, 12] }, expression)
    const graph = graphOfCase(one)
    const point = pointOf(one, graph)
    const setting = { backend: name, layout, training: { seed, moved: ignored } }
    const y = valueAt(graph, point, setting)
    const [mask] = gradientsAt(
      graph,
      point,
      sized(y.shape, () => 1),
      setting,
    )
    const x = point.inputs.get('x')
    if (mask === undefined || x === undefined) throw new Error('there is no gradient')
    return { y, mask, x }
  }

  test.skipIf(!isThere).each(layouts)('dropout drops and scales, %s', (layout) => {
    const { y, mask, x } = droppedBy('x -> dropout(0.3)', 7, layout)
    const dropped = mask.data.filter((value) => value === 0).length / mask.data.length
    // 2880 draws: three standard deviations are 0.026.
    expect(Math.abs(dropped - 0.3)).toBeLessThan(0.026)
    expect(new Set(mask.data)).toEqual(new Set([0, Math.fround(1 / 0.7)]))
    expect(
      distance(
        sized(x.shape, (k) => (x.data[k] ?? NaN) * (mask.data[k] ?? NaN)),
        y,
      ),
    ).toBeLessThan(1e-6)
  })

  test.skipIf(!isThere)('dropout draws from the seed alone', () => {
    const { mask } = droppedBy('x -> dropout(0.3)', 7, 'channels first')
    expect(droppedBy('x -> dropout(0.3)', 7, 'channels last').mask.data).toEqual(mask.data)
    expect(droppedBy('x -> dropout(0.3)', 8, 'channels first').mask.data).not.toEqual(mask.data)
    expect(fingerprint(mask)).toBe(recordedMask)
  })

  test.skipIf(!isThere).each(layouts)('dropout drops whole channels and samples, %s', (layout) => {
    const { mask: channels } = droppedBy('x -> dropout(0.5, each = channel)', 7, layout)
    // Three samples of eight channels of 120 elements: each is one number, and both numbers occur.
    const ofChannels = Array.from(
      { length: 24 },
      (_, k) => new Set(channels.data.subarray(120 * k, 120 * k + 120)),
    )
    expect(ofChannels.map(({ size }) => size)).toEqual(Array<number>(24).fill(1))
    expect(new Set(channels.data)).toEqual(new Set([0, 2]))
    const { mask: samples } = droppedBy('x -> dropout(0.5, each = sample)', 5, layout)
    const ofSamples = Array.from(
      { length: 3 },
      (_, k) => new Set(samples.data.subarray(960 * k, 960 * k + 960)),
    )
    expect(ofSamples.map(({ size }) => size)).toEqual([1, 1, 1])
    expect(new Set(samples.data)).toEqual(new Set([0, 2]))
  })

  test.skipIf(!isThere)('two dropouts draw apart, and a rate of 1 leaves nothing', () => {
    const { mask } = droppedBy('x -> dropout(0.5) -> dropout(0.5)', 7, 'channels first')
    const kept = mask.data.filter((value) => value !== 0).length / mask.data.length
    expect(Math.abs(kept - 0.25)).toBeLessThan(0.025)
    expect(new Set(droppedBy('x -> dropout(1)', 7, 'channels last').y.data)).toEqual(new Set([0]))
  })

  test.skipIf(!isThere)(
    'noise is added, from the seed alone, and its gradient is that of what it is added to',
    () => {
      const [first, other] = layouts.map((layout) => droppedBy('x -> gaussian_noise(0.5)', 7, layout))
      const noiseOf = (
        { x, y }: { x: Tensor; y: Tensor } = { x: sized([0], () => 0), y: sized([0], () => 0) },
      ): number[] => Array.from(y.data, (value, k) => value - (x.data[k] ?? NaN))
      const noise = noiseOf(first)
      const mean = noise.reduce((sum, one) => sum + one, 0) / noise.length
      const std = Math.sqrt(noise.reduce((sum, one) => sum + (one - mean) ** 2, 0) / noise.length)
      // 2880 draws: four standard deviations of either.
      expect(Math.abs(mean)).toBeLessThan(0.04)
      expect(Math.abs(std - 0.5)).toBeLessThan(0.03)
      expect(noiseOf(other)).toEqual(noise)
      expect(new Set(first?.mask.data)).toEqual(new Set([1]))
    },
  )

  const norms = ['x -> batch_norm', 'x -> batch_norm(affine = false, eps = 0.01, momentum = 0.25)']
  const shapes = [
    [4, 9],
    [4, 5, 6],
    [3, 2, 4, 5],
  ]
  const settings = norms.flatMap((expression) =>
    shapes.flatMap((shape) => layouts.map((layout) => ({ expression, shape, layout }))),
  )
  test.skipIf(!isThere).each(settings)('$expression of $shape, $layout', ({ expression, shape, layout }) => {
    const one = caseOf('batch_norm', { x: shape }, expression)
    const graph = graphOfCase(one)
    const point = pointOf(one, graph)
    const running = new Map<number, Tensor>()
    const moved = (position: number, value: { shape: number[]; dataSync(): ArrayLike<number> }): void => {
      running.set(position, { shape: value.shape, data: Float64Array.from(value.dataSync()) })
    }
    const setting = { backend: name, layout, training: { seed: 1, moved } }
    const { y, statistics } = normalised(graph, point)
    expect(distance(y, valueAt(graph, point, setting))).toBeLessThan(5e-6)
    expect(new Set(running.keys())).toEqual(new Set(statistics.keys()))
    for (const [position, expected] of statistics)
      expect(distance(expected, running.get(position))).toBeLessThan(1e-5)

    const cotangent = sized(y.shape, (k) => element(k, 900))
    const derivatives = derivativesAt(graph, point, (at) => dot(cotangent, normalised(graph, at).y))
    expect(derivatives).toBeDefined()
    const gradients = gradientsAt(graph, point, cotangent, setting)
    expect(wrongDerivatives(gradients, derivatives ?? [], cotangent)).toEqual([])
  })
})

/** PyTorch's rule, written out: biased variance for the result, unbiased for what the running one moves towards. */
function normalised(
  graph: Graph,
  { inputs, parameters }: Point,
): { y: Tensor; statistics: Map<number, Tensor> } {
  const node = graph.nodes.find(({ op }) => op === 'batch_norm')
  const { eps, momentum, affine } = (node?.attributes ?? {}) as {
    eps: number
    momentum: number
    affine: boolean
  }
  const x = inputs.get('x') ?? sized([0], () => NaN)
  const [, channels = 1, ...spatial] = x.shape
  const voxels = spatial.reduce((all, extent) => all * extent, 1)
  const channelOf = (k: number): number => Math.floor(k / voxels) % channels
  const perChannel = (rule: (values: readonly number[]) => number): number[] =>
    Array.from({ length: channels }, (_, c) => rule([...x.data].filter((_value, k) => channelOf(k) === c)))
  const means = perChannel(mean)
  const variances = perChannel((values) => mean(values.map((value) => (value - mean(values)) ** 2)))
  const count = x.data.length / channels
  const number = (list: ArrayLike<number> | undefined, k: number): number => list?.[k] ?? NaN
  const weight = (c: number): number => (affine ? number(parameters[0]?.data, c) : 1)
  const bias = (c: number): number => (affine ? number(parameters[1]?.data, c) : 0)
  const y = sized(x.shape, (k) => {
    const c = channelOf(k)
    return (
      weight(c) * ((number(x.data, k) - number(means, c)) / Math.sqrt(number(variances, c) + eps)) + bias(c)
    )
  })
  const first = affine ? 2 : 0
  const running = (position: number, batch: readonly number[]): Tensor =>
    sized(
      [channels],
      (c) => (1 - momentum) * number(parameters[position]?.data, c) + momentum * number(batch, c),
    )
  const unbiased = variances.map((variance) => (variance * count) / (count - 1))
  return {
    y,
    statistics: new Map([
      [first, running(first, means)],
      [first + 1, running(first + 1, unbiased)],
    ]),
  }
}

const mean = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0) / values.length

/** Recorded: the same on every backend and every machine. */
const recordedMask = 1057987284

function fingerprint({ data }: Tensor): number {
  return data.reduce((hash, value, k) => Math.imul(hash ^ (value === 0 ? k : 0), 0x9e3779b1), 1)
}
