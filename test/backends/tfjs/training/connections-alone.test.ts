// Weights in blocks of connections, trained on those that are there alone: the same numbers as by convolutions of whole weights with zeros.
import { dispose, memory, mul, sum, tensor, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { createModel, type TfjsModel } from '../../../../src/backends/tfjs/model.ts'
import type { Connections } from '../../../../src/backends/tfjs/picked-units.ts'
import { initialConnections } from '../../../../src/backends/tfjs/training/connections.ts'
import { createTrainer, type TrainableModel } from '../../../../src/backends/tfjs/training/trainer.ts'
import { isProblem } from '../../../../src/compiler/diagnostics/diagnostic.ts'
import { connectionOfRow, isMasked } from '../../../../src/compiler/ir/connections.ts'
import type { Graph } from '../../../../src/compiler/ir/graph.ts'
import type { Recipe } from '../../../../src/compiler/semantics/declarations/train.ts'
import type { Batch } from '../../../../src/data/case.ts'
import { initialise } from '../../../../src/weights/initialise.ts'
import { backends, use } from '../../../conformance/tfjs-backends.ts'
import { graphOf } from '../../../support/compile-text.ts'
import { distance, noise } from './fixtures.ts'

/** Convolutions behind a concat and a shift, in groups and with a stride, and one that reads a tensor others read too. */
const spec = (granularity: string): string => `
network Net {
  input image: [1, 6, 10, 10]
  backbone encoder {
    level[0] = image -> conv(24, 1)
  }
  fusion lattice {
    node[0, 0] = encoder[0]
    node[0, 1] {
      edge forward = node[0, 0]
      edge again = node[0, 0] -> conv(16, 1)
      fuse = concat -> shift(offsets = [-1, 0, 1], axis = 1) -> conv(40, 3) -> leaky_relu(0.01)
          -> conv(32, 3, groups = 2) -> leaky_relu(0.01) -> conv(32, [1, 3, 3], stride = [1, 2, 2])
    }
    sparsity 75% {
      granularity = ${granularity}
      drop = l1(rate = 0.5, decay = constant)
      grow = gradient
      every = 2 steps
    }
  }
  output logits = lattice[0, 1] -> conv(3, 1)
}
`

const numbersOf = (one: Tensor | undefined): Float32Array => Float32Array.from(one?.dataSync() ?? [])

function opened(graph: Graph, backend: TfjsModel['backend']): TfjsModel {
  const model = createModel(graph, initialise(graph, 3), { backend })
  if (isProblem(model)) throw new Error(model.name)
  return model
}

const connectionsOf = (graph: Graph): Connections =>
  new Map(
    graph.parameters.flatMap((one) => {
      const active = initialConnections(one, 3)
      return active === undefined ? [] : [[one.path, active] as const]
    }),
  )

const patch = [6, 10, 10]
const pull = noise(2 * 3 * 6 * 25, 2)
const pulled = ({ logits }: Readonly<Record<string, Tensor>>): Scalar =>
  tidy(() => {
    if (logits === undefined) throw new Error('no logits')
    return sum(mul(logits, tensor(pull, logits.shape)))
  })

const recipe: Recipe = {
  name: 'r',
  network: 'Net',
  loss: [{ loss: 'cross_entropy', weight: 1, batch: false }],
  supervise: [{ output: 'logits', weight: 1 }],
  optimizer: { kind: 'sgd', lr: 0.05, momentum: 0.9, nesterov: true, weightDecay: 1e-3 },
  schedule: { kind: 'constant' },
  batch: 2,
  steps: 5,
  epochs: 1,
  foreground: 0,
  augment: [],
  orientation: 'strict',
  // Less than any step's norm: what clipping measures counts.
  clip: 0.02,
}

const batchAt = (step: number): Batch => ({
  images: noise(2 * 600, 10 + step),
  labels: Uint8Array.from(noise(2 * 6 * 25, 20 + step), (one) => (one < -0.5 ? 0 : one < 0.5 ? 1 : 2)),
  shape: [2, 1, ...patch],
})

// Plain JavaScript picks as wasm does, and takes seconds for a step.
describe.each(backends.filter((one) => one.isThere && one.name !== 'cpu'))('on $title', ({ name }) => {
  test.each(['block(outs = 16)', 'channel'])(
    '%s: values and gradients are those of whole weights',
    async (granularity) => {
      await use(name)
      const { graph } = graphOf(spec(granularity))
      const model = opened(graph, name)
      const connections = connectionsOf(graph)
      const image = tensor(noise(2 * 600, 1), [2, 1, ...patch])
      const whole = model.gradients({ image }, pulled, { seed: 1 })
      const alone = model.gradients({ image }, pulled, { seed: 1, connections })
      expect(distance(numbersOf(alone.value), numbersOf(whole.value))).toBeLessThan(1e-4)
      const elsewhere: [path: string, alone: boolean, whole: boolean][] = []
      for (const parameter of graph.parameters) {
        const found = numbersOf(alone.gradients[parameter.path])
        const full = numbersOf(whole.gradients[parameter.path])
        const active = connections.get(parameter.path)
        const connectionAt = isMasked(parameter) ? connectionOfRow(parameter) : undefined
        const isThere = (at: number): boolean =>
          connectionAt === undefined ||
          active?.[connectionAt(Math.floor(at / (parameter.mask?.elements ?? 1)))] === 1
        const there = (numbers: Float32Array): Float32Array => numbers.filter((_, at) => isThere(at))
        expect(distance(there(found), there(full))).toBeLessThan(1e-4)
        const isElsewhere = (one: number, at: number): boolean => one !== 0 && !isThere(at)
        elsewhere.push([parameter.path, found.some(isElsewhere), full.some(isElsewhere)])
      }
      // Nothing else was computed.
      expect(elsewhere).toContainEqual(['lattice.node[0,1].fuse.conv[0].weight', false, true])
      dispose([image, whole.value, alone.value, whole.gradients, alone.gradients])
      model.dispose()
    },
  )

  // The 3rd and the 5th step begin by rewiring, by the gradients of the steps before.
  test('steps across updates give the weights that whole convolutions give, and leave nothing behind', async () => {
    await use(name)
    const { graph } = graphOf(spec('block(outs = 16)'))
    const [model, other] = [opened(graph, name), opened(graph, name)]
    const whole: TrainableModel = {
      variables: other.variables,
      run: (inputs, { outputs, training: { seed } }) => other.run(inputs, { outputs, training: { seed } }),
    }
    const options = { graph, recipe, targets: {}, seed: 3, totalSteps: 5 }
    const [trainer, peer] = [
      createTrainer({ ...options, model }),
      createTrainer({ ...options, model: whole }),
    ]
    const held: number[] = []
    for (let step = 1; step <= 5; step++) {
      const [found, expected] = [await trainer.step(batchAt(step)), await peer.step(batchAt(step))]
      if (isProblem(found) || isProblem(expected)) throw new Error('a step was not taken')
      expect(found.loss).toBeCloseTo(expected.loss, 5)
      expect(found.gradientNorm / expected.gradientNorm).toBeCloseTo(1, 4)
      expect(found.topology).toEqual(expected.topology)
      held.push(memory().numTensors)
    }
    expect(new Set(held.slice(1)).size).toBe(1)
    expect(trainer.topology()?.weights.some(({ active, total }) => active < total)).toBe(true)
    for (const [path, one] of model.variables)
      expect(distance(one.dataSync(), other.variables.get(path)?.dataSync() ?? []), path).toBeLessThan(1e-4)
    for (const one of [trainer, peer, model, other]) one.dispose()
    expect(memory().numTensors).toBeLessThan(held[0] ?? 0)
  })
})
