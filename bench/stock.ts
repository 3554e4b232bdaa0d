// The hippocampus networks written with the operations of stock TensorFlow.js, as one would without Weft: what our steps are compared with.
import * as tf from '@tensorflow/tfjs-core'
import type { Batch } from '../src/data/case.ts'
import { labelsAt } from '../src/backends/tfjs/training/labels.ts'

export interface StockSizes {
  readonly kind: 'plain' | 'sparse'
  readonly base: number
  readonly classes: number
  readonly depth: number
  /** Weights of the outputs, the finest first. */
  readonly supervise: readonly number[]
}

type Layer = (x: tf.Tensor5D) => tf.Tensor5D
type Network = (x: tf.Tensor5D) => tf.Tensor5D[]

const slope = 0.01
const shiftOffsets = [-2, -1, 0, 1, 2]
type Kernel = [number, number, number]
const flat: Kernel = [1, 3, 3]
const full: Kernel = [3, 3, 3]
const two: Kernel = [2, 2, 2]

function weight(shape: number[]): tf.Variable {
  const inputs = shape.slice(0, -1).reduce((all, extent) => all * extent, 1)
  return tf.tidy(() => tf.variable(tf.randomNormal(shape, 0, Math.sqrt(2 / inputs), 'float32', 1)))
}

function convolution(inputs: number, outputs: number, kernel: Kernel, stride: 1 | 2 = 1, bias = true): Layer {
  const filter = weight([...kernel, inputs, outputs]) as tf.Tensor as tf.Tensor5D
  const offset = bias ? tf.variable(tf.zeros([outputs])) : undefined
  return (x) => {
    const y = tf.conv3d(x, filter, stride, 'same')
    return offset === undefined ? y : tf.add(y, offset)
  }
}

function instanceNorm(channels: number): Layer {
  const [gamma, beta] = [tf.variable(tf.ones([channels])), tf.variable(tf.zeros([channels]))]
  return (x) => {
    const { mean, variance } = tf.moments(x, [1, 2, 3], true)
    const scale = tf.mul(tf.rsqrt(tf.add(variance, 1e-5)), gamma)
    return tf.add(tf.mul(tf.sub(x, mean), scale), beta)
  }
}

const leaky: Layer = (x) => tf.leakyRelu(x, slope)

function inTurn(...layers: readonly Layer[]): Layer {
  return (x) => layers.reduce((image, layer) => layer(image), x)
}

const unit = (inputs: number, outputs: number, stride: 1 | 2 = 1): Layer =>
  inTurn(convolution(inputs, outputs, full, stride), instanceNorm(outputs), leaky)

const shiftedUnit = (inputs: number, outputs: number, stride: 1 | 2 = 1): Layer =>
  inTurn(shift, convolution(inputs, outputs, flat, stride), instanceNorm(outputs), leaky)

/**
 * Twice as many voxels along each axis. TensorFlow.js has no gradient for conv3dTranspose; this one is made of its stock kernels, as those of
 * its conv2dTranspose are.
 */
function upwards(inputs: number, outputs: number, bias: boolean): Layer {
  const filter = weight([...two, outputs, inputs])
  const offset = bias ? tf.variable(tf.zeros([outputs])) : undefined
  const product = tf.customGrad<tf.Tensor5D>((image, taps, save) => {
    const [x, w] = [image as tf.Tensor5D, taps as tf.Tensor5D]
    ;(save as tf.GradSaveFunc)([x, w])
    const [items, depth, height, width] = x.shape
    const shape: [number, number, number, number, number] = [items, 2 * depth, 2 * height, 2 * width, outputs]
    return {
      value: tf.conv3dTranspose(x, w, shape, 2, 'same'),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => [
        tf.conv3d(dy as tf.Tensor5D, saved[1] as tf.Tensor5D, 2, 'same'),
        filterGradient(dy, saved[0] as tf.Tensor5D, [...two, outputs, inputs]),
      ],
    }
  })
  return (x) => {
    const y = product(x, filter)
    return offset === undefined ? y : tf.add(y, offset)
  }
}

function filterGradient(x: tf.Tensor, dy: tf.Tensor5D, filterShape: number[]): tf.Tensor {
  const attributes = { filterShape, strides: [2, 2, 2], pad: 'same' }
  return tf.engine().runKernel('Conv3DBackpropFilterV2', { x, dy }, attributes) as tf.Tensor
}

/** Groups of channels moved along depth, zeros coming in. */
function shift(x: tf.Tensor5D): tf.Tensor5D {
  const [, depth, , , channels] = x.shape
  const size = Math.ceil(channels / shiftOffsets.length)
  const count = Math.ceil(channels / size)
  const sizes = Array.from({ length: count }, (_, k) => Math.min(size, channels - k * size))
  const parts = tf.split(x, sizes, 4).map((part, k) => {
    const offset = shiftOffsets[k] ?? 0
    const kept = tf.slice(
      part,
      [0, Math.max(0, -offset), 0, 0, 0],
      [-1, depth - Math.abs(offset), -1, -1, -1],
    )
    const around: [number, number] = [Math.max(0, offset), Math.max(0, -offset)]
    return tf.pad(kept, [[0, 0], around, [0, 0], [0, 0], [0, 0]])
  })
  return tf.concat(parts as tf.Tensor5D[], 4)
}

const widths = ({ base, depth }: StockSizes): number[] =>
  Array.from({ length: depth + 1 }, (_, i) => base * 2 ** i)

function encoder(width: readonly number[], make: typeof unit): (x: tf.Tensor5D) => tf.Tensor5D[] {
  const stages = width.map((channels, i) =>
    inTurn(make(i === 0 ? 1 : (width[i - 1] ?? 1), channels, i === 0 ? 1 : 2), make(channels, channels)),
  )
  return (x) => {
    let image = x
    return stages.map((stage) => (image = stage(image)))
  }
}

function plain(sizes: StockSizes): Network {
  const width = widths(sizes)
  const levels = encoder(width, unit)
  const steps = width.slice(0, -1).map((channels, i) => ({
    up: upwards(width[i + 1] ?? 1, channels, true),
    stage: inTurn(unit(2 * channels, channels), unit(channels, channels)),
    head: convolution(channels, sizes.classes, [1, 1, 1]),
  }))
  return (x) => {
    const skips = levels(x)
    let image = skips.at(-1) ?? x
    const outputs = steps.map((step, i) => ({ ...step, skip: skips[i] ?? x })).toReversed()
    return outputs
      .map(({ up, stage, head, skip }) => {
        image = stage(tf.concat([up(image), skip], 4))
        return head(image)
      })
      .toReversed()
  }
}

function sparse(sizes: StockSizes): Network {
  const { depth, classes } = sizes
  const width = widths(sizes)
  const levels = encoder(width, shiftedUnit)
  const columns = Array.from({ length: depth }, (_, j) =>
    width.slice(0, depth - j).map((channels, i) => ({
      up: upwards(width[i + 1] ?? 1, channels, false),
      fuse: inTurn(
        shiftedUnit(2 * channels + (width[i - 1] ?? 0), channels),
        ...(i + j + 1 === depth ? [shiftedUnit(channels, channels)] : []),
      ),
    })),
  )
  const heads = width
    .slice(0, depth - 1)
    .map((channels) => convolution(channels, classes, [1, 1, 1], 1, false))
  return (x) => {
    let column = levels(x)
    const ends: tf.Tensor5D[] = []
    for (const nodes of columns) {
      column = nodes.map(({ up, fuse }, i) => {
        const [below, above] = [column[i + 1] ?? x, column[i - 1]]
        const sources = [
          column[i] ?? x,
          up(below),
          ...(above === undefined ? [] : [tf.maxPool3d(above, 2, 2, 'valid')]),
        ]
        return fuse(tf.concat(sources, 4))
      })
      ends.unshift(column.at(-1) ?? x)
    }
    return heads.map((head, k) => head(ends[k] ?? x))
  }
}

/** Cross-entropy, and minus the mean Dice of the classes but background over the whole batch. */
function lossOf(logits: tf.Tensor5D, batch: Batch, classes: number): tf.Scalar {
  const [items = 1, , ...patch] = batch.shape
  const extents = logits.shape.slice(1, 4)
  const labels = Int32Array.from(labelsAt(batch.labels, items, patch, extents))
  const truth = tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), classes), 'float32')
  const rows = tf.reshape(logits, [-1, classes])
  const entropy = tf.neg(tf.mean(tf.sum(tf.mul(truth, tf.logSoftmax(rows)), 1)))
  const probabilities = tf.softmax(rows)
  const both = tf.sum(tf.mul(probabilities, truth), 0)
  const total = tf.add(tf.sum(probabilities, 0), tf.sum(truth, 0))
  const dice = tf.div(tf.add(tf.mul(both, 2), 1e-5), tf.add(total, 1e-5))
  return tf.sub(entropy, tf.mean(tf.slice(dice, [1], [classes - 1])))
}

export interface StockTrainer {
  /** Gives the loss. */
  step(batch: Batch): number
  readonly parameters: number
  dispose(): void
}

/** Nesterov momentum with stock `tf.train.momentum`, which has neither weight decay nor clipping. */
export function stockTrainer(sizes: StockSizes): StockTrainer {
  const before = new Set(Object.keys(tf.engine().registeredVariables))
  const network = sizes.kind === 'plain' ? plain(sizes) : sparse(sizes)
  const variables = Object.entries(tf.engine().registeredVariables)
    .filter(([name]) => !before.has(name))
    .map(([, one]) => one)
  const optimizer = tf.train.momentum(1e-2, 0.99, true)
  const step = (batch: Batch): number => {
    const [items = 1, channels = 1, ...patch] = batch.shape
    const [value = NaN] = tf.tidy(() => {
      const images = tf.transpose(tf.tensor(batch.images, [items, channels, ...patch]), [0, 2, 3, 4, 1])
      const loss = (): tf.Scalar =>
        tf.addN(
          network(images as tf.Tensor5D).map((logits, k) =>
            tf.mul(lossOf(logits, batch, sizes.classes), sizes.supervise[k] ?? 0),
          ),
        )
      return optimizer.minimize(loss, true, variables)?.dataSync() ?? []
    })
    return value
  }
  const parameters = variables.reduce((sum, one) => sum + one.size, 0)
  return {
    step,
    parameters,
    dispose: () => {
      optimizer.dispose()
      tf.dispose(variables)
    },
  }
}
