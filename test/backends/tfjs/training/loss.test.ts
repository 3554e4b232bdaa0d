// The loss against PyTorch and against finite differences, on plain arrays and on the tape of each backend.
import { grad, mul, tensor, tidy, transpose, type Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { Activation } from '../../../../src/backends/tfjs/activation.ts'
import { labelsAt } from '../../../../src/backends/tfjs/training/labels.ts'
import { segmentationLoss } from '../../../../src/backends/tfjs/training/loss/loss.ts'
import { supervisedLoss } from '../../../../src/backends/tfjs/training/supervise.ts'
import type { Targets } from '../../../../src/data/targets.ts'
import type { Recipe } from '../../../../src/compiler/semantics/declarations/train.ts'
import { backends, use } from '../../../conformance/tfjs-backends.ts'
import { channelsLast, distance, noise, values } from './fixtures.ts'

const size = (shape: readonly number[]): number => shape.reduce((all, extent) => all * extent, 1)

describe('the loss is what PyTorch computes', () => {
  test.each(values.losses)('$name', ({ shape, scale, terms, labels, value, gradient, ...targets }) => {
    const [items = 1, classes = 1] = shape
    const logits = channelsLast(noise(size(shape), 3), shape).map((one) => one * scale)
    const scored = { logits, labels: Uint8Array.from(labels), items, classes, ...fields(targets) }
    const loss = segmentationLoss(scored, terms)
    // Only probabilities and the gradient are kept in float32.
    expect(Math.abs(loss.value - value)).toBeLessThan(1e-9 * Math.max(1, Math.abs(value)))
    expect(distance(loss.gradient, gradient)).toBeLessThan(1e-6)
  })
})

/** What a recorded case says of its targets. */
const fields = ({ regions, ignore }: Targets): Targets => ({
  ...(regions === undefined ? {} : { regions }),
  ...(ignore === undefined ? {} : { ignore }),
})

test('the gradient is what differences of the loss say', () => {
  const one = values.losses.find((item) => item.name === 'a weighted sum')
  if (one === undefined) throw new Error('no such case')
  const [items = 1, classes = 1] = one.shape
  const labels = Uint8Array.from(one.labels)
  const logits = channelsLast(noise(size(one.shape), 3), one.shape)
  const at = (position: number, step: number): number => {
    const moved = logits.slice()
    moved[position] = (moved[position] ?? 0) + step
    return segmentationLoss({ logits: moved, labels, items, classes }, one.terms).value
  }
  const { gradient } = segmentationLoss({ logits, labels, items, classes }, one.terms)
  const step = 2 ** -7
  const slopes = Float64Array.from(logits, (_, k) => (at(k, step) - at(k, -step)) / (2 * step))
  expect(distance(gradient, slopes)).toBeLessThan(1e-4)
})

test('overlaps count what the largest logit says', () => {
  const logits = Float32Array.of(3, 1, 2, 0, 5, 1, 0, 1, 4, 2, 1, 0)
  const labels = Uint8Array.of(0, 1, 1, 2)
  const { overlap } = segmentationLoss({ logits, labels, items: 1, classes: 3 }, [])
  expect([...overlap.both]).toEqual([1, 1, 0])
  expect([...overlap.predicted]).toEqual([2, 1, 1])
  expect([...overlap.labelled]).toEqual([1, 2, 1])
})

test('a label that the network has no class for is an error', () => {
  const scored = { logits: new Float32Array(4), labels: Uint8Array.of(0, 2), items: 1, classes: 2 }
  expect(() => segmentationLoss(scored, [])).toThrow('label 2 in a loss over 2 classes')
})

describe('labels shrink as PyTorch shrinks them', () => {
  test.each(values.labels)('$patch to $extents', ({ patch, extents, labels, small }) => {
    expect([...labelsAt(Uint8Array.from(labels), 2, patch, extents)]).toEqual(small)
  })
  test('and not to extents that do not divide the patch', () => {
    expect(() => labelsAt(new Uint8Array(16), 1, [16], [12])).toThrow('an output of extent 12')
  })
})

const recipe: Recipe = {
  name: 'r',
  network: 'N',
  loss: [
    { loss: 'dice', weight: 1, batch: true },
    { loss: 'cross_entropy', weight: 1, batch: false },
  ],
  supervise: [
    { output: 'logits', weight: 0.75 },
    { output: 'ds', weight: 0.25 },
    { output: 'unused', weight: 0 },
  ],
  optimizer: { kind: 'sgd', lr: 0.1, momentum: 0, nesterov: false, weightDecay: 0 },
  schedule: { kind: 'constant' },
  batch: 2,
  steps: 1,
  epochs: 1,
  foreground: 0,
  augment: [],
  orientation: 'strict',
}

describe.each(backends.filter((one) => one.isThere))('on the tape of $title', ({ name }) => {
  test('outputs add up by their weights, wherever their channels lie', async () => {
    await use(name)
    const shape = [2, 4, 4, 3]
    const labels = Uint8Array.from(noise(32, 4), (one) => Math.floor(one * 1024 + 2048) % 3)
    const full = noise(96, 1)
    const small = noise(24, 2)
    const gradientOf = (logits: Tensor): Tensor =>
      grad((given: Tensor) => {
        const outputs = new Map([
          ['logits', Activation.last(given)],
          // Channels first, and not alone on the tape.
          ['ds', Activation.first(transpose(tensor(small, [2, 2, 2, 3]), [0, 3, 1, 2]))],
        ])
        return supervisedLoss(outputs, { labels, shape: [2, 1, 4, 4] }, recipe, {}).total
      })(logits)
    const [value, gradient, count] = tidy(() => {
      const outputs = new Map([
        ['logits', Activation.last(tensor(full, shape))],
        ['ds', Activation.last(tensor(small, [2, 2, 2, 3]))],
      ])
      const { total, losses } = supervisedLoss(outputs, { labels, shape: [2, 1, 4, 4] }, recipe, {})
      return [total.dataSync()[0], gradientOf(tensor(full, shape)).dataSync(), losses.length]
    })
    const main = segmentationLoss({ logits: full, labels, items: 2, classes: 3 }, recipe.loss)
    const few = labelsAt(labels, 2, [4, 4], [2, 2])
    const side = segmentationLoss({ logits: small, labels: few, items: 2, classes: 3 }, recipe.loss)
    expect(value).toBeCloseTo(0.75 * main.value + 0.25 * side.value, 6)
    expect(
      distance(
        gradient,
        main.gradient.map((one) => 0.75 * one),
      ),
    ).toBeLessThan(1e-6)
    expect(count).toBe(2)
  })

  test('the gradient passes on through operations before the loss', async () => {
    await use(name)
    const labels = Uint8Array.of(0, 1)
    const slope = tidy(() =>
      grad((factor: Tensor) => {
        const logits = mul(factor, tensor([1, -2, 0.5, 3], [1, 2, 2]))
        return supervisedLoss(
          new Map([['logits', Activation.last(logits)]]),
          { labels, shape: [1, 1, 2] },
          { ...recipe, supervise: [{ output: 'logits', weight: 1 }] },
          {},
        ).total
      })(tensor(0.5)).dataSync(),
    )
    const at = (factor: number): number =>
      segmentationLoss(
        { logits: Float32Array.of(1, -2, 0.5, 3).map((one) => one * factor), labels, items: 1, classes: 2 },
        recipe.loss,
      ).value
    expect(slope[0]).toBeCloseTo((at(0.5 + 2 ** -8) - at(0.5 - 2 ** -8)) * 2 ** 7, 4)
  })
})
