// `Mamba` of the library against the recurrence as the paper writes it (Gu and Dao, "Mamba", 2023, algorithm 2), token by token.
import { expect, test } from 'vitest'
import { evaluate } from '../../src/backends/reference/evaluate.ts'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { graphOf } from '../support/check.ts'
import { caseWeights, element } from './support.ts'

const [length, width, state, taps] = [7, 4, 3, 4]
const inner = 2 * width
const graph = graphOf(`import { Mamba } from "std/state-space"
network N {
  input x: [${length}, ${width}]
  output y = x -> Mamba(state = ${state}, kernel = ${taps})
}
`)

const row = (count: number, rule: (at: number) => number): number[] =>
  Array.from({ length: count }, (_, at) => rule(at))
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const silu = (x: number): number => x * sigmoid(x)

/** Rows of `[count, …]` of the parameter whose path ends so. */
function matrix(end: string, count: number): number[][] {
  const parameter = graph.parameters.find(({ path }) => path.endsWith(end))
  if (parameter === undefined)
    throw new Error(`no ${end} among ${graph.parameters.map(({ path }) => path).join()}`)
  const numbers = caseWeights.numbersOf(parameter)
  if (isProblem(numbers)) throw new Error(numbers.name)
  const size = numbers.length / count
  return row(count, (at) => at).map((at) => [...numbers.subarray(at * size, (at + 1) * size)])
}

const times = (rows: readonly number[][], x: readonly number[]): number[] =>
  rows.map((one) => one.reduce((sum, weight, at) => sum + weight * (x[at] ?? 0), 0))

test('Mamba is the recurrence of its paper, with the parameters of the official layer', () => {
  const x = row(length, (t) => t).map((t) => row(width, (k) => element(t * width + k, 0)))
  const both = x.map((token) => times(matrix('main_gate.linear.weight', 2 * inner), token))
  const filters = matrix('u.conv.weight', inner)
  const bias = matrix('u.conv.bias', 1)[0] ?? []
  const u = row(length, (t) => t).map((t) =>
    row(inner, (d) =>
      silu(
        (bias[d] ?? 0) +
          row(taps, (k) => (filters[d]?.[k] ?? 0) * (both[t - taps + 1 + k]?.[d] ?? 0)).reduce(
            (a, b) => a + b,
          ),
      ),
    ),
  )
  const chosen = u.map((token) => times(matrix('narrow_write_read.linear.weight', 1 + 2 * state), token))
  const stepWeight = matrix('step.linear.weight', inner)
  const stepBias = matrix('step.linear.bias', 1)[0] ?? []
  const rates = matrix('slow.parameter.value', inner).map((one) => one.map((value) => -Math.exp(value)))
  const skip = matrix('SelectiveScan.parameter.value', 1)[0] ?? []
  const last = matrix('Mamba.linear.weight', width)
  const states = row(inner * state, () => 0)
  const expected = x.flatMap((_, t) => {
    const [narrow = 0, ...rest] = chosen[t] ?? []
    const mixed = row(inner, (d) => {
      const step = Math.log1p(Math.exp((stepWeight[d]?.[0] ?? 0) * narrow + (stepBias[d] ?? 0)))
      let sum = (skip[d] ?? 0) * (u[t]?.[d] ?? 0)
      for (let n = 0; n < state; n++) {
        const before = states[d * state + n] ?? 0
        const now = Math.exp(step * (rates[d]?.[n] ?? 0)) * before + step * (rest[n] ?? 0) * (u[t]?.[d] ?? 0)
        states[d * state + n] = now
        sum += now * (rest[state + n] ?? 0)
      }
      return sum * silu(both[t]?.[inner + d] ?? 0)
    })
    return times(last, mixed)
  })
  const found = evaluate(
    graph,
    caseWeights,
    new Map([['x', { shape: [1, length, width], data: Float64Array.from(x.flat()) }]]),
  )
  if (isProblem(found)) throw new Error(found.name)
  const y = [...(found.get('y')?.data ?? [])]
  expect(y).toHaveLength(expected.length)
  for (const [at, value] of expected.entries()) expect(y[at]).toBeCloseTo(value, 11)
})
