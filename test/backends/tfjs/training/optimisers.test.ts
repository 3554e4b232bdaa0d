// Optimisers, clipping and schedules against PyTorch's.
import { dispose, memory, tensor, tidy, variable, type Variable } from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, test } from 'vitest'
import { createAverage } from '../../../../src/backends/tfjs/training/average.ts'
import { clipFactor, gradientNorm } from '../../../../src/backends/tfjs/training/gradients.ts'
import { createOptimiser, fill } from '../../../../src/backends/tfjs/training/optimisers.ts'
import { learningRate } from '../../../../src/backends/tfjs/training/schedules.ts'
import type { Schedule, Warmup } from '../../../../src/compiler/semantics/declarations/train.ts'
import { backends, use } from '../../../conformance/tfjs-backends.ts'
import { distance, noise, values } from './fixtures.ts'

const shapes = new Map([
  ['a.weight', [2, 3]],
  ['b.bias', [4]],
])
const made: Variable[] = []

function begin(): Map<string, Variable> {
  const variables = [...shapes].map(([path, shape], k): [string, Variable] => {
    const values = noise(
      shape.reduce((all, one) => all * one, 1),
      k + 1,
    )
    return [path, variable(tensor(values, shape), true)]
  })
  made.push(...variables.map(([, one]) => one))
  return new Map(variables)
}

afterEach(() => {
  for (const one of made.splice(0)) one.dispose()
})

/** `0.7 w + noise`, as the peer has it. */
function gradientsOf(
  variables: ReadonlyMap<string, Variable>,
  step: number,
): Map<string, ReturnType<typeof tensor>> {
  return new Map(
    [...variables].map(([path, one], k) => {
      const extra = noise(one.size, 10 * step + k)
      const weights = one.dataSync()
      return [
        path,
        tensor(
          extra.map((value, at) => 0.7 * (weights[at] ?? 0) + value),
          one.shape,
        ),
      ]
    }),
  )
}

describe.each(backends.filter((one) => one.isThere))('on $title', ({ name: backend }) => {
  test.each(values.trajectories)('ten steps of $name', async ({ optimizer, clip, norms, weights }) => {
    await use(backend)
    const variables = begin()
    const optimiser = createOptimiser(optimizer, variables)
    const held = memory().numTensors
    const measured: number[] = []
    for (let step = 0; step < 10; step++) {
      const gradients = gradientsOf(variables, step)
      const norm = gradientNorm(gradients.values())
      measured.push(norm)
      optimiser.apply({
        gradients,
        learningRate: optimizer.lr,
        factor: clipFactor(norm, clip ?? undefined),
        step: step + 1,
      })
      dispose([...gradients.values()])
    }
    expect(memory().numTensors).toBe(held)
    const moved = [...variables.values()].map((one) => one.dataSync())
    moved.forEach((one, k) => expect(distance(one, weights[k] ?? [])).toBeLessThan(1e-6))
    expect(distance(measured, norms)).toBeLessThan(1e-6)
    optimiser.dispose()
  })

  test('goes on from its slots as if it had never stopped', async () => {
    await use(backend)
    const optimizer = {
      kind: 'adamw',
      lr: 0.1,
      beta1: 0.9,
      beta2: 0.99,
      eps: 1e-8,
      weightDecay: 0.1,
    } as const
    const variables = begin()
    let optimiser = createOptimiser(optimizer, variables)
    const go = (from: number, to: number): void => {
      for (let step = from; step < to; step++) {
        const gradients = gradientsOf(variables, step)
        optimiser.apply({ gradients, learningRate: 0.1, factor: 1, step: step + 1 })
        dispose([...gradients.values()])
      }
    }
    go(0, 2)
    const slots = new Map([...optimiser.slots()].map(([path, one]) => [path, one.dataSync().slice()]))
    const weights = [...variables.values()].map((one) => one.dataSync().slice())
    go(2, 4)
    const expected = [...variables.values()].map((one) => [...one.dataSync()])
    optimiser.dispose()
    optimiser = createOptimiser(optimizer, variables)
    for (const [path, one] of optimiser.slots()) fill(one, Float32Array.from(slots.get(path) ?? []))
    ;[...variables.values()].forEach((one, k) => fill(one, Float32Array.from(weights[k] ?? [])))
    go(2, 4)
    expect([...variables.values()].map((one) => [...one.dataSync()])).toEqual(expected)
    expect([...slots.keys()]).toEqual(['mean/a.weight', 'square/a.weight', 'mean/b.bias', 'square/b.bias'])
    optimiser.dispose()
  })

  test('the norm of many small numbers keeps its digits', async () => {
    await use(backend)
    const many = tensor(new Float32Array(3e6).fill(0.001), [300, 10_000])
    expect(gradientNorm([many])).toBeCloseTo(0.001 * Math.sqrt(3e6), 5)
    dispose(many)
  })
})

test('nothing is clipped that is short enough', () => {
  expect(clipFactor(3, undefined)).toBe(1)
  expect(clipFactor(3, 12)).toBe(1)
  expect(clipFactor(24, 12)).toBeCloseTo(0.5, 6)
})

test('schedules are PyTorch’s', () => {
  const steps = values.schedules.poly.map((_, step) => step)
  const rates = (schedule: Schedule, warmup?: Warmup): number[] => {
    const rising = warmup === undefined ? {} : { warmup }
    return steps.map((step) =>
      learningRate({ schedule, steps: 5, optimizer: { lr: 0.5 }, ...rising }, step, 20),
    )
  }
  const [poly, cosine] = [{ kind: 'poly', power: 0.9 } as const, { kind: 'cosine', to: 0.001 } as const]
  expect(distance(rates(poly), values.schedules.poly)).toBeLessThan(1e-12)
  expect(distance(rates(cosine), values.schedules.cosine)).toBeLessThan(1e-12)
  expect(rates({ kind: 'constant' })[7]).toBe(0.5)
  const { warmedUp } = values.schedules
  for (const warmup of [
    { count: warmedUp.rising, unit: 'steps' },
    { count: 1, unit: 'epochs' },
  ] as const) {
    expect(distance(rates(poly, warmup), warmedUp.poly)).toBeLessThan(1e-12)
    expect(distance(rates(cosine, warmup), warmedUp.cosine)).toBeLessThan(1e-12)
  }
})

test('averages of weights are PyTorch’s, and stand in their place for a while', async () => {
  await use('cpu')
  const weight = tidy(() => variable(tensor(noise(6, 0), [2, 3])))
  const average = createAverage(values.averages.decay, new Map([['w', weight]]))
  const slot = average.slots().get('ema/w')
  for (const [step, expected] of values.averages.weights.entries()) {
    fill(weight, noise(6, step))
    average.update(step + 1)
    expect(distance(slot?.dataSync() ?? [], expected)).toBeLessThan(1e-6)
  }
  const inside = await average.during(() => Promise.resolve([...weight.dataSync()]))
  expect(inside).toEqual([...(slot?.dataSync() ?? [])])
  expect([...weight.dataSync()]).toEqual([...noise(6, 4)])
  average.dispose()
  weight.dispose()
})

test('poly is nnU-Net’s rate at the first step of each epoch', () => {
  const nnunet = { schedule: { kind: 'poly', power: 0.9 }, steps: 250, optimizer: { lr: 1e-2 } } as const
  const rate = (done: number): number => learningRate(nnunet, done, 250 * 1000)
  for (const epoch of [0, 1, 500, 999])
    expect(rate(250 * epoch)).toBeCloseTo(1e-2 * (1 - epoch / 1000) ** 0.9, 15)
})
