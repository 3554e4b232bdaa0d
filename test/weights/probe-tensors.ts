// The numbers of the reference implementations' probes. Formulas and their order of evaluation are those of the reference's own description;
// all in double precision.
import type { NamedTensors, TensorEntry } from '../../src/weights/named-tensors.ts'
import { elementCount } from '../../src/weights/numbers.ts'
import type { NamedShape, ProbeRecord } from './probe-record.ts'

/** The record's parameters and buffers, computed when they are read. */
export function probeTensors(record: ProbeRecord): NamedTensors {
  const { weight } = record.phase
  const formulas = new Map<string, () => Float64Array>()
  const entries = new Map<string, TensorEntry>()
  const add = (name: string, shape: readonly number[], value: (s: number) => number, k: number): void => {
    entries.set(name, { dtype: 'F64', shape })
    formulas.set(name, () => {
      // Tens of millions of numbers: a loop takes half the time of `Float64Array.from`.
      const numbers = new Float64Array(elementCount(shape))
      for (let i = 0; i < numbers.length; i++) numbers[i] = value(wave(weight, i, k))
      return numbers
    })
  }
  for (const [k, [name, shape]] of record.param_order.entries())
    add(name, shape, parameterValue(name, shape), k)
  for (const [k, [name, shape]] of buffersOf(record).entries()) add(name, shape, bufferValue(name, record), k)
  return {
    entries,
    read: (name) => {
      const formula = formulas.get(name)
      if (formula === undefined) throw new Error(`${record.name} has no ${name}`)
      return formula()
    },
  }
}

function wave([w0 = 0, w1 = 0, w2 = 0, w3 = 0]: readonly number[], i: number, k: number): number {
  const r = i % 1009
  return Math.sin(w0 + w1 * i + w2 * k + w3 * (r * r))
}

function parameterValue(name: string, shape: readonly number[]): (s: number) => number {
  if (shape.length >= 2) {
    const scale = Math.sqrt(2 / elementCount(shape.slice(1)))
    return (s) => s * scale
  }
  return name.endsWith('weight') ? (s) => 1 + 0.1 * s : (s) => 0.05 * s
}

/** Statistics that are not given by formula are those of a new network: mean 0, variance 1. */
function bufferValue(name: string, { buffer_order: given }: ProbeRecord): (s: number) => number {
  const isMean = name.endsWith('running_mean')
  if (given === undefined) return () => (isMean ? 0 : 1)
  return isMean ? (s) => 0.1 * s : (s) => 1 + 0.3 * s
}

export function buffersOf({
  buffer_order: given,
  config,
  param_order: parameters,
}: ProbeRecord): readonly NamedShape[] {
  if (given !== undefined) return given
  if (!JSON.stringify(config).includes('BatchNorm')) return []
  // In these networks only batch norms have a weight of one axis.
  const norms = parameters.filter(([name, shape]) => name.endsWith('.weight') && shape.length === 1)
  return norms.flatMap(([name, shape]) =>
    ['running_mean', 'running_var'].map((leaf) => [name.replace(/weight$/, leaf), shape] as const),
  )
}

/** The input tensor of `input_shape`, batch included. */
export function probeInput({ phase, input_shape: shape }: ProbeRecord): Float64Array {
  const [x0 = 0, x1 = 0] = phase.input
  return Float64Array.from({ length: elementCount(shape) }, (_, i) => Math.sin(x1 * i + x0))
}
