// Whole training steps: a pointwise network on every backend, its runs interrupted, and what stops them.
import {
  add,
  concat,
  matMul,
  memory,
  relu,
  reshape,
  tensor,
  tidy,
  variable,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, test } from 'vitest'
import { Activation } from '../../../../src/backends/tfjs/activation.ts'
import {
  createTrainer,
  reachedParameters,
  type StepResult,
  type TrainableModel,
  type Trainer,
} from '../../../../src/backends/tfjs/training/trainer.ts'
import { isProblem } from '../../../../src/compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../../../src/compiler/ir/graph.ts'
import type { Recipe } from '../../../../src/compiler/semantics/declarations/train.ts'
import type { Batch } from '../../../../src/data/case.ts'
import { activeConnections } from '../../../../src/weights/connections.ts'
import { initialise } from '../../../../src/weights/initialise.ts'
import { backends, use } from '../../../conformance/tfjs-backends.ts'
import { graphOf } from '../../../support/compile-text.ts'
import { noise } from './fixtures.ts'

/** Pointwise, so that a few matrix products compute it; sparse where it fuses. */
const spec = `
network Net {
  input image: [2, 6, 6]
  backbone encoder {
    level[0] = image -> conv(8, 1)
  }
  fusion lattice {
    node[0, 0] = encoder[0]
    node[0, 1] {
      edge forward = node[0, 0]
      edge again = node[0, 0] -> conv(4, 1)
      fuse = concat -> conv(8, 1) -> relu
    }
    sparsity 50% {
      drop = l1(rate = 0.5, decay = cosine(to = 0.1))
      grow = gradient
      every = 3 steps
    }
  }
  output logits = lattice[0, 1] -> conv(3, 1)
  aux output ds = encoder[0] -> conv(3, 1)
  aux output unused = encoder[0] -> conv(2, 1)
}
`

const recipe: Recipe = {
  name: 'r',
  network: 'Net',
  loss: [
    { loss: 'dice', weight: 1, batch: true },
    { loss: 'cross_entropy', weight: 1, batch: false },
  ],
  supervise: [
    { output: 'logits', weight: 1 },
    { output: 'ds', weight: 0.5 },
  ],
  optimizer: { kind: 'sgd', lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 3e-5 },
  schedule: { kind: 'poly', power: 0.9 },
  batch: 2,
  steps: 4,
  epochs: 3,
  foreground: 0,
  augment: [],
  orientation: 'strict',
  clip: 12,
}
const totalSteps = 12

/** The nodes of `spec` as matrix products, channels last. */
function pointwise(graph: Graph, variables: ReadonlyMap<string, Variable>): TrainableModel {
  const parameter = (id: number | undefined): Tensor => {
    const found = variables.get(graph.parameters[id ?? -1]?.path ?? '')
    if (found === undefined) throw new Error('no such parameter')
    return found
  }
  const product = (x: Tensor, weight: Tensor, bias: Tensor): Tensor => {
    const [outputs = 1, inputs = 1] = weight.shape
    const rows = matMul(reshape(x, [-1, inputs]), reshape(weight, [outputs, inputs]), false, true)
    return reshape(add(rows, bias), [...x.shape.slice(0, -1), outputs])
  }
  return {
    variables,
    run: (inputs) => {
      const made = new Map<number, Tensor>()
      for (const node of graph.nodes) {
        const [a, b] = node.inputs.map((id) => made.get(id))
        if (node.op === 'input') made.set(node.id, Activation.first(inputs.get('image') ?? tensor(0)).last())
        else if (a === undefined) throw new Error(node.op)
        else if (node.op === 'conv')
          made.set(node.id, product(a, parameter(node.parameters[0]), parameter(node.parameters[1])))
        else if (node.op === 'relu') made.set(node.id, relu(a))
        else if (node.op === 'concat' && b !== undefined) made.set(node.id, concat([a, b], 3))
        else throw new Error(node.op)
      }
      return new Map(
        graph.outputs.map(({ name, node }) => [name, Activation.last(made.get(node) ?? tensor(0))]),
      )
    },
  }
}

interface Run {
  readonly variables: Map<string, Variable>
  readonly trainer: Trainer
}

const { graph } = graphOf(spec)
const open: Run[] = []
afterEach(() => {
  for (const { variables, trainer } of open.splice(0)) {
    trainer.dispose()
    for (const one of variables.values()) one.dispose()
  }
})

type Numbers = ReadonlyMap<string, Float32Array>

/** Weights that a seed gives, or those of another run. */
function begin(weights?: Numbers, changes: Partial<Recipe> = {}): Run {
  const fresh = initialise(graph, 7)
  const variables = new Map(
    graph.parameters.map((one): [string, Variable] => {
      const numbers = weights?.get(one.path) ?? (fresh.numbersOf(one) as Float32Array)
      return [one.path, tidy(() => variable(tensor(numbers, [...one.shape])))]
    }),
  )
  const model = pointwise(graph, variables)
  const trainer = createTrainer({
    model,
    graph,
    recipe: { ...recipe, ...changes },
    targets: {},
    seed: 7,
    totalSteps,
  })
  const run = { variables, trainer }
  open.push(run)
  return run
}

const masksOf = ({ trainer }: Run): (readonly [path: string, active: Uint8Array])[] =>
  [...trainer.state().tensors].flatMap(([name, { data }]) =>
    name.startsWith('mask/') && data instanceof Uint8Array ? [[name.slice(5), data] as const] : [],
  )

const numbersOf = ({ variables }: Run): Numbers =>
  new Map([...variables].map(([path, one]) => [path, Float32Array.from(one.dataSync())]))

/** Voxels whose classes follow from the signs of their two channels, another draw for each step. */
function batchOf(step: number): Batch {
  const images = noise(2 * 2 * 36, 100 + step)
  const at = (item: number, channel: number, voxel: number): number =>
    images[(item * 2 + channel) * 36 + voxel] ?? 0
  const labels = Uint8Array.from({ length: 72 }, (_, k) => {
    const [item, voxel] = [Math.floor(k / 36), k % 36]
    return at(item, 0, voxel) < 0 ? 0 : at(item, 1, voxel) < 0 ? 1 : 2
  })
  return { images, labels, shape: [2, 2, 6, 6] }
}

async function steps({ trainer }: Run, from: number, to: number): Promise<StepResult[]> {
  const results: StepResult[] = []
  for (let step = from; step <= to; step++) {
    const result = await trainer.step(batchOf(step))
    if (isProblem(result)) throw new Error(result.name)
    results.push(result)
  }
  return results
}

describe.each(backends.filter((one) => one.isThere))('on $title', ({ name }) => {
  test('the loss falls, and a step says what it did', async () => {
    await use(name)
    const run = begin()
    const results = await steps(run, 1, totalSteps)
    const [first, last] = [results[0], results.at(-1)]
    expect(last?.loss).toBeLessThan((first?.loss ?? 0) - 0.5)
    expect(results.map((one) => one.step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect(results.map((one) => one.epoch)).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3])
    expect(first?.learningRate).toBe(0.1)
    expect(results[6]?.learningRate).toBeCloseTo(0.1 * 0.5 ** 0.9, 12)
    expect(first?.outputs.map((one) => one.output)).toEqual(['logits', 'ds'])
    expect(first?.loss).toBeCloseTo((first?.outputs[0]?.loss ?? 0) + 0.5 * (first?.outputs[1]?.loss ?? 0), 12)
    expect(first?.overlap.labelled.reduce((total, one) => total + one, 0)).toBe(72)
    expect(results.map((one) => one.topology?.step).filter((one) => one !== undefined)).toEqual([4, 7, 10])
    expect(run.trainer.steps).toBe(totalSteps)
  })

  // After the 6th step the topology is due to change, by the gradients of that step.
  test.each([5, 6])(
    'a run that is restored after step %i goes on bit by bit as if it had not stopped',
    async (at) => {
      await use(name)
      const whole = begin()
      const expected = await steps(whole, 1, 8)
      const first = begin()
      await steps(first, 1, at)
      const [weights, state] = [numbersOf(first), first.trainer.state()]
      const second = begin(weights)
      expect(second.trainer.restore(state)).toEqual([])
      const results = await steps(second, at + 1, 8)
      expect(results).toEqual(expected.slice(at))
      expect(numbersOf(second)).toEqual(numbersOf(whole))
      expect(second.trainer.state()).toEqual(whole.trainer.state())
    },
  )

  test('steps leave no tensors behind', async () => {
    await use(name)
    const run = begin()
    await steps(run, 1, 1)
    const held = memory().numTensors
    await steps(run, 2, 11)
    expect(memory().numTensors).toBe(held)
  })

  // The 4th step begins by changing the topology.
  test.each([2, 4])(
    'a loss that is no number at step %i stops the run, with everything as it was',
    async (step) => {
      await use(name)
      const run = begin()
      await steps(run, 1, step - 1)
      const [weights, state, held] = [numbersOf(run), run.trainer.state(), memory().numTensors]
      const batch = batchOf(step)
      batch.images[5] = NaN
      const result = await run.trainer.step(batch)
      expect(isProblem(result) ? result : undefined).toMatchObject({
        name: 'training-diverged',
        parts: { step, loss: NaN },
      })
      expect(numbersOf(run)).toEqual(weights)
      expect(run.trainer.state()).toEqual(state)
      expect(memory().numTensors).toBe(held)
      const whole = begin()
      await steps(whole, 1, step)
      await steps(run, step, step)
      expect(numbersOf(run)).toEqual(numbersOf(whole))
    },
  )

  test('right before the topology changes every connection has been trained', async () => {
    await use(name)
    const run = begin()
    await steps(run, 1, 6)
    for (const [path, active] of masksOf(run)) {
      const numbers = run.variables.get(path)?.dataSync() ?? []
      const parameter = graph.parameters.find((one) => one.path === path)
      if (parameter?.mask === undefined) throw new Error(`no mask of ${path}`)
      const { shape, mask } = parameter
      expect(activeConnections(Float32Array.from(numbers), { shape, mask })).toEqual(active)
    }
    expect([...run.trainer.state().tensors.keys()].filter((one) => one.startsWith('slope/'))).toHaveLength(2)
    await steps(run, 7, totalSteps)
    // No step follows the last one, and so no update.
    expect([...run.trainer.state().tensors.keys()].filter((one) => one.startsWith('slope/'))).toEqual([])
  })

  test('a learning rate that is far too high is found', async () => {
    await use(name)
    const { trainer } = begin(undefined, {
      optimizer: { kind: 'sgd', lr: 1e30, momentum: 0, nesterov: false, weightDecay: 0 },
    })
    const results = []
    for (let step = 1; step <= 4; step++) results.push(await trainer.step(batchOf(step)))
    expect(results.find((one) => isProblem(one))).toMatchObject({
      name: 'training-diverged',
      parts: { loss: NaN },
    })
  })
})

test('only what the supervised outputs reach is trained', async () => {
  await use('cpu')
  const run = begin(undefined, { supervise: [{ output: 'ds', weight: 1 }] })
  expect(reachedParameters(graph, { ...recipe, supervise: [{ output: 'ds', weight: 1 }] })).toHaveLength(4)
  const kept = graphOf(spec.replace('output logits', 'keep dead = image -> conv(2, 1)\n  output logits'))
  expect(kept.graph.parameters).toHaveLength(graph.parameters.length + 2)
  expect(reachedParameters(kept.graph, recipe)).toEqual(reachedParameters(graph, recipe))
  const before = numbersOf(run)
  await steps(run, 1, 3)
  const changed = [...numbersOf(run)].filter(([path, one]) => String(one) !== String(before.get(path)))
  expect(changed).toHaveLength(4)
  expect([...run.trainer.state().tensors.keys()].filter((one) => one.startsWith('momentum/'))).toHaveLength(4)
})

test('a state of another network is not taken', async () => {
  await use('cpu')
  const run = begin()
  const state = run.trainer.state()
  const tensors = new Map(state.tensors)
  const name = [...tensors.keys()].find((one) => one.startsWith('momentum/')) ?? ''
  tensors.delete(name)
  expect(run.trainer.restore({ json: { step: 2 }, tensors })).toEqual([name])
  // An update that is due needs the gradients of the step before it.
  expect(run.trainer.restore({ json: { step: 3 }, tensors })).toEqual([
    name,
    'slope/lattice.node[0,1].again.conv.weight',
    'slope/lattice.node[0,1].fuse.conv.weight',
  ])
  expect(run.trainer.steps).toBe(0)
})
