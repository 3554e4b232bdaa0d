// Conformance cases as graphs with numbers: what a backend's tests run, and what the reference interpreter says of them.
import { evaluate } from '../../src/backends/reference/evaluate.ts'
import type { Tensor } from '../../src/backends/reference/tensor.ts'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import type { Graph, Parameter } from '../../src/compiler/ir/graph.ts'
import { isPrimitiveName, type PrimitiveName } from '../../src/compiler/ops/registry.ts'
import type { Weights } from '../../src/weights/weights.ts'
import { graphOf } from '../support/check.ts'
import type { ConformanceCase } from './case.ts'
import { casesOf } from './cases.ts'

export interface NamedCase extends ConformanceCase {
  readonly op: PrimitiveName
  /** `conv: 1D, odd extent`; unique. */
  readonly id: string
}

export function allCases(): readonly NamedCase[] {
  return Object.entries(casesOf).flatMap(([op, cases]) => (isPrimitiveName(op) ? named(op, cases) : []))
}

function named(op: PrimitiveName, cases: readonly ConformanceCase[]): readonly NamedCase[] {
  return cases.map((one) => ({ ...one, op, id: `${op}: ${one.name}` }))
}

/** The case as the compiler sees it: one network with the output `y`. */
export function graphOfCase({ inputs, expression }: ConformanceCase): Graph {
  const declared = Object.entries(inputs).map(([name, shape]) => `  input ${name}: [${shape.join(', ')}]\n`)
  return graphOf(`network Case {\n${declared.join('')}  output y = ${expression}\n}\n`)
}

/**
 * Element `position` of tensor `seed`: 4096 steps within ±2, far apart for neighbours, no two tensors alike. Exact in single precision and
 * in any language, so that backends and peers compute with the very same numbers (Knuth's multiplicative hash, its upper 12 bits).
 */
export function element(position: number, seed: number): number {
  const hash = (Math.imul(position + 1, 0x9e3779b1) + Math.imul(seed + 1, 0x85ebca6b)) >>> 20
  return (hash - 2048) / 1024
}

export function inputsOfCase({ inputs, batch = 1, level = 0 }: ConformanceCase): Map<string, Tensor> {
  const entries = Object.entries(inputs).map(([name, extents], k) => {
    const shape = [batch, ...extents]
    return [name, { shape, data: elements(shape, (position) => element(position, k) + level) }] as const
  })
  return new Map(entries)
}

/** By the parameter's place in the graph, its name and its shape. Exact in single precision too. */
export const caseWeights: Weights = {
  numbersOf: (parameter) => elements(parameter.shape, (position) => weight(position, parameter)),
}

function weight(position: number, { id, name, shape }: Parameter): number {
  const value = element(position, 100 + id)
  if (name === 'value') return value
  // Between 0.5 and 1.5: variances are positive, scales not far from 1.
  if (name === 'running_var' || (name === 'weight' && shape.length === 1)) return 1 + value / 4
  const fan = shape.slice(1).reduce((all, extent) => all * extent, 1)
  return value * 2 ** -Math.ceil(Math.log2(fan) / 2)
}

function elements(shape: readonly number[], rule: (position: number) => number): Float64Array {
  const count = shape.reduce((all, extent) => all * extent, 1)
  return Float64Array.from({ length: count }, (_, position) => rule(position))
}

/** What the reference interpreter says of the case. */
export function expectedOf(one: ConformanceCase): Tensor {
  const result = evaluate(graphOfCase(one), caseWeights, inputsOfCase(one))
  if (isProblem(result)) throw new Error(`${one.name}: ${result.name}`)
  const y = result.get('y')
  if (y === undefined) throw new Error(`${one.name} has no output`)
  return y
}
