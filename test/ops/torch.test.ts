// Shapes, parameter shapes and MACs against figures taken from PyTorch (torch-shapes.json says how).
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Plain } from '../../src/compiler/ops/attrs.ts'
import { callPrimitive } from '../../src/compiler/ops/call.ts'
import { primitiveOf, type PrimitiveName } from '../../src/compiler/ops/registry.ts'

interface Table {
  /** Each a JSON array, as text to stay on one line. */
  readonly rows: readonly string[]
}

const tables = JSON.parse(readFileSync(new URL('torch-shapes.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, Table>
>

const columns = {
  conv: ['channels', 'kernel', 'stride', 'padding', 'dilation', 'groups', 'bias'],
  conv_transpose: ['channels', 'kernel', 'stride', 'padding', 'output_padding', 'dilation', 'groups', 'bias'],
  max_pool: ['kernel', 'stride', 'padding', 'dilation', 'ceil_mode'],
  avg_pool: ['kernel', 'stride', 'padding', 'ceil_mode'],
  resize: ['scale', 'mode'],
} as const satisfies Partial<Record<PrimitiveName, readonly string[]>>

const withWeights = new Set<PrimitiveName>(['conv', 'conv_transpose'])

/** What the compiler says, in the form of the table's last column. */
function computed(name: keyof typeof columns, row: readonly Plain[]): unknown {
  const op = primitiveOf(name)
  const named = Object.fromEntries(columns[name].map((column, at) => [column, row[at + 1] ?? 0]))
  const inputs = [{ dtype: 'float32', batched: true, shape: row[0] as readonly number[] } as const]
  const result = callPrimitive(op, inputs, { positional: [], named })
  if (result.kind === 'faults') return null
  const { output, parameters, attributes } = result.inference
  if (!withWeights.has(name)) return output.shape
  const { macs } = op.cost({
    attributes,
    parameters,
    inputs: inputs.map(({ shape }) => shape),
    output: output.shape,
  })
  return [output.shape, parameters.map(({ shape }) => shape), macs]
}

test.each(Object.keys(columns) as (keyof typeof columns)[])('%s agrees with PyTorch', (name) => {
  const rows = (tables[name]?.rows ?? []).map((text) => JSON.parse(text) as readonly Plain[])
  expect(rows.length).toBeGreaterThan(100)
  const wrong = rows.flatMap((row) => {
    const [expected, found] = [JSON.stringify(row.at(-1)), JSON.stringify(computed(name, row))]
    return expected === found
      ? []
      : [`${JSON.stringify(row.slice(0, -1))}: PyTorch ${expected}, here ${found}`]
  })
  expect(wrong).toEqual([])
})
