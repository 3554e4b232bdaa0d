// The kernels of TensorFlow.js by themselves, where test/conformance has no case: any window with any stride, dilation, padding and groups
// together against plain loops, gradients by the identity of adjoints, and what a tie or a caller's own gradient comes to.
import { grad, grads, mul, reshape, sum, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { convolution } from '../../../src/backends/tfjs/kernels/convolution.ts'
import type { Geometry } from '../../../src/backends/tfjs/kernels/grouped.ts'
import { multiplied } from '../../../src/backends/tfjs/kernels/multiplied.ts'
import { maxPool } from '../../../src/backends/tfjs/kernels/pooling.ts'
import { leakyRelu } from '../../../src/backends/tfjs/kernels/rectifiers.ts'
import { columnSums } from '../../../src/backends/tfjs/kernels/sums.ts'
import { transposedConvolution } from '../../../src/backends/tfjs/kernels/transposed-convolution.ts'
import { triple, type Triple } from '../../../src/backends/tfjs/kernels/windows.ts'
import { stream } from '../../../src/weights/streams.ts'
import { element } from '../../conformance/support.ts'
import { backends, use } from '../../conformance/tfjs-backends.ts'

interface Drawn {
  readonly geometry: Geometry
  /** Per group. */
  readonly channels: readonly [inputs: number, outputs: number]
}

/** Any window that fits, with high padding up to what lets one more window begin. */
function drawn(seed: number): Drawn {
  const random = stream(seed, 'kernels', 'test')
  const below = (limit: number): number => (random.next() >>> 0) % limit
  const kernel = triple(() => 1 + below(3))
  const stride = triple(() => 1 + below(3))
  const dilation = triple(() => 1 + below(3))
  const low = triple((axis) => below(dilation[axis] * (kernel[axis] - 1) + 1))
  const extents = triple((axis) => dilation[axis] * (kernel[axis] - 1) + 1 + below(4))
  const places = triple((axis) => {
    const room = extents[axis] + 2 * low[axis] - dilation[axis] * (kernel[axis] - 1) - 1
    return Math.floor(room / stride[axis]) + 1
  })
  const isDepthwise = below(4) === 0
  const channels = isDepthwise ? ([1, 1] as const) : ([1 + below(3), 1 + below(3)] as const)
  const groups = isDepthwise ? 2 + below(3) : 1 + below(2)
  return { geometry: { windows: { kernel, stride, dilation, low }, groups, extents, places }, channels }
}

function filled(shape: readonly number[], seed: number): Tensor {
  const count = shape.reduce((all, extent) => all * extent, 1)
  return tensor(
    Float32Array.from({ length: count }, (_, k) => element(k, seed)),
    [...shape],
  )
}

const dot = (a: Tensor, b: Tensor): number => sum(mul(a, b)).dataSync()[0] ?? NaN
const voxels = ([depth, height, width]: Triple): Triple[] =>
  Array.from({ length: depth * height * width }, (_, k) => [
    Math.floor(k / (height * width)),
    Math.floor(k / width) % height,
    k % width,
  ])
const flat = ([, height, width]: Triple, [d, h, w]: Triple): number => (d * height + h) * width + w

/** `Σ y · conv(x, weight)` by plain loops, in double precision. */
function formOf({ geometry, channels }: Drawn, x: Tensor, weight: Tensor, y: Tensor): number {
  const { windows, groups, extents, places } = geometry
  const [inputs, outputs] = channels
  const [batch = 1] = x.shape
  const [xs, ws, ys] = [x.dataSync(), weight.dataSync(), y.dataSync()]
  const taps = voxels(windows.kernel)
  let total = 0
  for (let n = 0; n < batch; n++)
    for (const place of voxels(places))
      for (const [tap, at] of taps.entries()) {
        const source = triple(
          (axis) =>
            place[axis] * windows.stride[axis] + at[axis] * windows.dilation[axis] - windows.low[axis],
        )
        if (source.some((one, axis) => one < 0 || one >= (extents[axis] ?? 0))) continue
        const from = (n * extents[0] * extents[1] * extents[2] + flat(extents, source)) * inputs * groups
        const to = (n * places[0] * places[1] * places[2] + flat(places, place)) * outputs * groups
        for (let o = 0; o < outputs * groups; o++)
          for (let i = 0; i < inputs; i++) {
            const w = ws[(o * inputs + i) * taps.length + tap] ?? NaN
            total += (ys[to + o] ?? NaN) * w * (xs[from + Math.floor(o / outputs) * inputs + i] ?? NaN)
          }
      }
  return total
}

/** Of the bilinear form by its value and by either gradient: all of them have to be what the loops give. */
function farForms(one: Drawn): string[] {
  const { windows, groups, extents, places } = one.geometry
  const [inputs, outputs] = one.channels
  const x = filled([2, ...extents, inputs * groups], 1)
  const y = filled([2, ...places, outputs * groups], 2)
  const weight = filled([outputs * groups, inputs, ...windows.kernel], 3)
  const expected = formOf(one, x, weight, y)
  const conv = (a: Tensor, w: Tensor): Tensor => convolution(a, w, undefined, one.geometry)
  const back = (b: Tensor, w: Tensor): Tensor => transposedConvolution(b, w, undefined, one.geometry)
  const [dx, dw] = grads((a: Tensor, w: Tensor) => sum(mul(conv(a, w), y)))([x, weight])
  const [dy, dw2] = grads((b: Tensor, w: Tensor) => sum(mul(back(b, w), x)))([y, weight])
  if (dx === undefined || dw === undefined || dy === undefined || dw2 === undefined)
    throw new Error('no gradients')
  const found = {
    value: dot(conv(x, weight), y),
    'input gradient': dot(dx, x),
    'weight gradient': dot(dw, weight),
    'transposed value': dot(back(y, weight), x),
    'transposed input gradient': dot(dy, y),
    'transposed weight gradient': dot(dw2, weight),
  }
  const scale = Math.sqrt(dot(x, x) * dot(y, y))
  return Object.entries(found).flatMap(([what, value]) =>
    Math.abs(value - expected) <= 1e-4 * scale
      ? []
      : [`${what}: ${value} for ${expected} of ${JSON.stringify(one)}`],
  )
}

describe.each(backends.filter(({ isThere }) => isThere))('kernels on $title', ({ name }) => {
  beforeAll(() => use(name))

  test('convolve over any window, both ways, with gradients that are adjoint', () => {
    const seeds = Array.from({ length: 40 }, (_, seed) => seed)
    expect(tidy(() => seeds.flatMap((seed) => farForms(drawn(seed))))).toEqual([])
  })

  test('give the gradient of equal maxima to the first of them', () => {
    const x = tensor([5, 5, 1, 5, -2, -3, -2, -4], [1, 1, 2, 4, 1])
    const windows = { kernel: [1, 2, 2], stride: [1, 2, 2], dilation: [1, 1, 1], low: [0, 0, 0] } as const
    const pool = (image: Tensor): Tensor => maxPool(image, windows, [1, 1, 2])
    expect([...pool(x).dataSync()]).toEqual([5, 5])
    expect([...grad((image) => sum(pool(image)))(x).dataSync()]).toEqual([1, 0, 0, 1, 0, 0, 0, 0])
  })

  test('multiply by the same numbers in other shapes', () => {
    const x = filled([24, 1], 4)
    const [tall, wide] = tidy(() => [
      [...multiplied(filled([1, 12], 5), reshape(x, [12, 2])).dataSync()],
      [...multiplied(filled([1, 4], 5), reshape(x, [4, 6])).dataSync()],
    ])
    const by = (rows: number, columns: number): number[] =>
      Array.from({ length: columns }, (_, column) =>
        Array.from(
          { length: rows },
          (__, row) => element(row, 5) * element(row * columns + column, 4),
        ).reduce((a, b) => a + b),
      )
    for (const [given, wanted] of [
      [tall, by(12, 2)],
      [wide, by(4, 6)],
    ] as const)
      expect(given?.every((value, k) => Math.abs(value - (wanted[k] ?? NaN)) < 1e-4)).toBe(true)
  })

  test('sum long columns without losing digits', () => {
    const rows = 1 << 18
    const x = tensor(new Float32Array(rows * 2).fill(0.1), [rows, 2])
    expect((columnSums(x).dataSync()[1] ?? NaN) / (rows * Math.fround(0.1))).toBeCloseTo(1, 5)
    x.dispose()
  })

  test('sums of many rows by many columns, and what is in memory beside them stays', () => {
    const [rows, columns] = [4096, 300]
    const others = Array.from({ length: 20 }, (_, k) => tensor([k, k + 1, k + 2]))
    const x = tensor(
      Float32Array.from({ length: rows * columns }, (_, at) => at % columns),
      [rows, columns],
    )
    const sums = [...columnSums(x).dataSync()]
    expect(sums.findIndex((sum, column) => Math.abs(sum - rows * column) > 1e-3 * rows * column)).toBe(-1)
    expect(others.map((one) => [...one.dataSync()])).toEqual(others.map((_, k) => [k, k + 1, k + 2]))
    expect(() => others.forEach((one) => one.dispose())).not.toThrow()
  })

  test('leave a gradient that the caller gave', () => {
    const dy = tensor([2, 3])
    const dx = grad((x) => leakyRelu(x, 0.5))(tensor([1, -1]), dy)
    expect([...dx.dataSync()]).toEqual([2, 1.5])
    expect([...dy.dataSync()]).toEqual([2, 3])
  })
})
