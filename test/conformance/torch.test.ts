// The reference interpreter against PyTorch, case by case, at double precision. PyTorch's values are in torch-values.json, which is made anew
// where cases change (PyTorch 2 for Python 3 is needed for that, and for nothing else):
//
//     WEFT_CASES=/tmp/cases.json npx vitest run test/conformance/torch.test.ts
//     python3 test/conformance/peers/torch_values.py /tmp/cases.json test/conformance/torch-values.json
//     npx prettier --write test/conformance/torch-values.json
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Tensor } from '../../src/backends/reference/tensor.ts'
import { primitives } from '../../src/compiler/ops/registry.ts'
import { allCases, expectedOf, graphOfCase, inputsOfCase, type NamedCase } from './support.ts'

/** What the file keeps of a tensor. */
interface Summary {
  /** So that a changed case cannot be measured against old values. */
  readonly expression: string
  readonly shape: readonly number[]
  readonly mean: number
  readonly std: number
  /** Mean of element · cos(position): no two elements can change places unseen. */
  readonly moment: number
  /** Up to 32 elements, at floor(k · count / samples). */
  readonly samples: readonly number[]
}

/**
 * Of the standard deviation. Both sides compute with 53 bits and sum at most some thousand terms in different orders, each worth 1e-16.
 */
const tolerance = 1e-12

const cases = allCases()
const asked = process.env['WEFT_CASES']
if (asked !== undefined) writeFileSync(asked, JSON.stringify(cases.filter(forTorch).map(described)))

function forTorch({ byHand }: NamedCase): boolean {
  return byHand === undefined
}

/** A case as the peer reads it: nodes with explicit attributes. Numbers follow from the formula in support.ts, which the peer knows too. */
function described(one: NamedCase): object {
  const { nodes, parameters, inputs, outputs } = graphOfCase(one)
  const order = Object.keys(one.inputs)
  return {
    id: one.id,
    expression: one.expression,
    level: one.level ?? 0,
    inputs: inputs.map(({ name, node }) => ({
      node,
      seed: order.indexOf(name),
      shape: inputsOfCase(one).get(name)?.shape,
    })),
    parameters: parameters.map(({ id, name, shape }) => ({ id, name, shape })),
    nodes: nodes.map(({ op, attributes, inputs, parameters, type }) => ({
      op,
      attributes,
      inputs,
      parameters,
      batched: type.batched,
    })),
    output: outputs[0]?.node,
  }
}

const recorded = JSON.parse(readFileSync(new URL('torch-values.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, Summary>
>

function summary({ shape, data }: Tensor): Omit<Summary, 'expression'> {
  const average = (rule: (value: number, position: number) => number): number =>
    data.reduce((sum, value, position) => sum + rule(value, position), 0) / data.length
  const mean = average((value) => value)
  const samples = Math.min(32, data.length)
  return {
    shape,
    mean,
    std: Math.sqrt(average((value) => (value - mean) ** 2)),
    moment: average((value, position) => value * Math.cos(position)),
    samples: Array.from({ length: samples }, (_, k) => data[Math.floor((k * data.length) / samples)] ?? NaN),
  }
}

/** Of a result whose elements are all the same a thousandth of its magnitude counts; zeros have to be zeros. */
function scaleOf({ std, mean }: Summary): number {
  return Math.max(std, 1e-3 * Math.abs(mean)) || Number.MIN_VALUE
}

describe('the reference agrees with PyTorch', () => {
  test.each(cases.filter(forTorch))('$id', (one) => {
    const wanted = recorded[one.id]
    if (wanted === undefined) throw new Error('torch-values.json lacks this case')
    expect(one.expression).toBe(wanted.expression)
    const given = summary(expectedOf(one))
    expect(given.shape).toEqual(wanted.shape)
    const figures = ({ mean, std, moment, samples }: typeof given): number[] => [
      mean,
      std,
      moment,
      ...samples,
    ]
    const wantedFigures = figures(wanted)
    const differences = figures(given).map((figure, k) => Math.abs(figure - (wantedFigures[k] ?? NaN)))
    expect(Math.max(...differences) / scaleOf(wanted)).toBeLessThanOrEqual(tolerance)
  })

  test('and no value is left over', () => {
    const known = new Set(cases.filter(forTorch).map(({ id }) => id))
    expect(Object.keys(recorded).filter((id) => !known.has(id))).toEqual([])
  })
})

describe('the reference agrees with values worked out by hand', () => {
  test.each(cases.filter((one) => !forTorch(one)))('$id', (one) => {
    expect([...expectedOf(one).data]).toEqual(one.byHand)
  })
})

describe('cases', () => {
  test('each primitive has a file of cases, each file a primitive', () => {
    const files = readdirSync(new URL('cases/', import.meta.url)).map((name) => name.replace(/\.ts$/, ''))
    expect(files.toSorted()).toEqual(Object.keys(primitives).toSorted())
  })

  test('each has its operator in its graph, and a name of its own', () => {
    const without = cases.filter((one) => !graphOfCase(one).nodes.some(({ op }) => op === one.op))
    expect(without.map(({ id }) => id)).toEqual([])
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length)
  })
})
