// The lowering to TensorFlow.js against the reference, case by case on every backend that loads: values, and gradients against differences.
import { beforeAll, describe, expect, test } from 'vitest'
import type { PrimitiveName } from '../../src/compiler/ops/registry.ts'
import { distance } from '../support/onnx.ts'
import { allCases, caseWeights, expectedOf, graphOfCase, inputsOfCase, type NamedCase } from './support.ts'
import { backends, use } from './tfjs-backends.ts'
import { oracleOf, wrongDerivatives, type Oracle } from './tfjs-oracle.ts'
import { gradientsAt, valueAt, type Setting } from './tfjs-runner.ts'

/** Single precision, sums of some thousand terms. */
const tolerance = 5e-5
/** Numbers of magnitude one that cancel leave 1e-7 of it. */
const least = 1e-2

const layouts = ['channels first', 'channels last'] as const

function farValues(one: NamedCase, setting: Setting): string[] {
  const graph = graphOfCase(one)
  const parameters = graph.parameters.map((parameter) => {
    const data = caseWeights.numbersOf(parameter)
    if (!(data instanceof Float64Array)) throw new Error('weights of cases are in double precision')
    return { shape: parameter.shape, data }
  })
  const given = valueAt(graph, { inputs: inputsOfCase(one), parameters }, setting)
  const off = distance(expectedOf(one), given, least)
  return off <= tolerance ? [] : [`${one.id}, ${setting.layout}: value off by ${off}`]
}

function farGradients(one: NamedCase, oracle: Oracle, setting: Setting): string[] {
  const { graph, point, cotangent, derivatives } = oracle
  const gradients = gradientsAt(graph, point, cotangent, setting)
  return wrongDerivatives(gradients, derivatives, cotangent).map(
    (text) => `${one.id}, ${setting.layout}: ${text}`,
  )
}

/** Cases that only this backend has: products that are made one by one, and ranks that its kernels do not know. */
const ownCases: readonly NamedCase[] = [
  {
    name: 'many tokens in two heads',
    inputs: { a: [2, 96, 40], b: [2, 96, 40] },
    batch: 2,
    expression: '[a, b] -> matmul(transpose_b = true)',
  },
  {
    name: 'many tokens, a table for each head',
    inputs: { a: [2, 96, 40] },
    expression: '[a, parameter([2, 40, 64])] -> matmul',
  },
].map((one) => ({ ...one, op: 'matmul', id: `matmul: ${one.name}` }))

const ranks: readonly NamedCase[] = [
  {
    name: 'eight axes',
    inputs: { x: [2, 2, 3, 2, 2, 2, 3] },
    batch: 2,
    expression:
      'x -> permute([6, 0, 5, 1, 4, 2, 3]) -> gelu -> scale(0.5) -> roll(3, 1) -> softmax(axis = 5) -> layer_norm(axis = 2)',
  },
  {
    name: 'eight axes that repeat in turn',
    inputs: { a: [2, 1, 3, 1, 2, 1, 3], b: [1, 2, 1, 2, 1, 3, 1] },
    batch: 2,
    expression: '[[a, b] -> mul, [a, b] -> add] -> mul -> mean(axes = [1, 3])',
  },
].map((one) => ({ ...one, op: 'mul', id: `mul: ${one.name}` }))

const cases = [...allCases(), ...ownCases, ...ranks]
const operators = [...new Set(cases.map(({ op }) => op))]

const oracles = new Map<string, Oracle>()
function oracle(one: NamedCase): Oracle {
  const found = oracles.get(one.id) ?? oracleOf(one)
  oracles.set(one.id, found)
  return found
}

function farCases(op: PrimitiveName, rule: (one: NamedCase) => string[]): string[] {
  return cases
    .filter((one) => one.op === op)
    .flatMap((one) => {
      try {
        return rule(one)
      } catch (error) {
        return [`${one.id}: ${String(error)}`]
      }
    })
}

describe.each(backends)('TensorFlow.js agrees with the reference on $title', ({ name, isThere }) => {
  beforeAll(async () => {
    if (isThere) await use(name)
  })

  test.skipIf(!isThere).each(operators)('%s', (op) => {
    const far = farCases(op, (one) =>
      layouts.flatMap((layout) => {
        const setting = { backend: name, layout }
        return [...farValues(one, setting), ...farGradients(one, oracle(one), setting)]
      }),
    )
    expect(far).toEqual([])
  })
})
