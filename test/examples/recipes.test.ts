// The recipes that come with the examples train: a step of each on wasm, of the network at its small size.
import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { createModel } from '../../src/backends/tfjs/model.ts'
import { createTrainer } from '../../src/backends/tfjs/training/trainer.ts'
import { compileRecipe } from '../../src/compiler/compile.ts'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { activationOf } from '../../src/compiler/semantics/declarations/losses.ts'
import type { Batch } from '../../src/data/case.ts'
import { targetsOf } from '../../src/data/targets.ts'
import { initialise } from '../../src/weights/initialise.ts'
import { elementCount } from '../../src/weights/numbers.ts'
import { element } from '../conformance/support.ts'
import { use } from '../conformance/tfjs-backends.ts'
import { describeDiagnostic, repository, repositoryHost } from './compile-example.ts'
import type { Arguments } from './example-facts.ts'
import { factsOf } from './facts.ts'

const minute = 60_000

/** Recipes that supervise outputs which a smaller network of their example does not have. */
const deeper: Readonly<Record<string, Arguments>> = {
  'examples/e2enet.weft': { base: '5', patch: '[32, 32, 32]' },
}

/** Each recipe, with the arguments of its network's first small size. */
const recipes = [...factsOf].flatMap(([example, { small }]) => {
  const file = `examples/${example}.weft`
  const found = readFileSync(repository + file, 'utf8').matchAll(/^train (\w+) for (\w+)/gm)
  return Array.from(found, ([, recipe = '', network = '']): [string, string, Arguments] => [
    file,
    recipe,
    deeper[file] ?? small.find(([name]) => name === network)?.[1] ?? {},
  ])
})

function batchOf(extents: readonly number[], classes: number): Batch {
  const [, ...patch] = extents
  const images = Float32Array.from({ length: elementCount(extents) }, (_, k) => element(k, 0))
  const labels = Uint8Array.from({ length: elementCount(patch) }, (_, k) => (k >> 2) % classes)
  return { images, labels, shape: [1, ...extents] }
}

beforeAll(() => use('wasm'))

test('there are some', () => {
  expect(recipes.length).toBeGreaterThan(3)
})

test.each(recipes)(
  '%s %s',
  async (file, name, args) => {
    const { graph, recipe, diagnostics, sources } = compileRecipe(file, repositoryHost, {
      recipe: name,
      arguments: args,
    })
    if (graph === undefined || recipe === undefined)
      throw new Error(diagnostics.map((one) => describeDiagnostic(one, sources)).join('\n'))
    const model = createModel(graph, initialise(graph, 1), { backend: 'wasm' })
    if (isProblem(model)) throw new Error(JSON.stringify(model))
    const shapeOf = (node: number | undefined): number[] =>
      graph.nodes[node ?? -1]?.type.shape.map(Number) ?? []
    const [channels = 0] = shapeOf(graph.outputs.find((one) => !one.aux)?.node)
    const activation = activationOf(recipe.loss)
    const classes = Array.from(
      { length: activation === 'softmax' ? channels : channels + 1 },
      (_, k) => `${k}`,
    )
    const targets = targetsOf({ classes }, activation)
    const totalSteps = recipe.steps * recipe.epochs
    const trainer = createTrainer({ model, graph, recipe, targets, seed: 1, totalSteps })
    const result = await trainer.step(batchOf(shapeOf(graph.inputs[0]?.node), classes.length))
    trainer.dispose()
    model.dispose()
    if (isProblem(result)) throw new Error(JSON.stringify(result))
    expect(result.outputs.map((one) => one.output)).toEqual(recipe.supervise.map((one) => one.output))
    expect(result.loss).toBeLessThan(Infinity)
    expect(result.gradientNorm).toBeGreaterThan(0)
    expect(result.gradientNorm).toBeLessThan(Infinity)
  },
  2 * minute,
)
