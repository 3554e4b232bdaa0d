// What holds for every operator: documented, costed, with a schema that its own explicit attributes satisfy and re-read to themselves.
import { readdirSync, readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import type { Plain } from '../../src/compiler/ops/attrs.ts'
import type { AnyAttributes, Inference } from '../../src/compiler/ops/op.ts'
import type { TensorType } from '../../src/compiler/ir/tensor.ts'
import { callPrimitive, type Callable } from '../../src/compiler/ops/call.ts'
import { composites } from '../../src/compiler/ops/composites.ts'
import {
  isPrimitiveName,
  primitiveOf,
  primitives,
  type PrimitiveName,
} from '../../src/compiler/ops/registry.ts'
import { attributesSchema } from '../../src/compiler/ops/schema.ts'
import { readCall } from './call-text.ts'

const all: Readonly<Record<string, Callable & { readonly doc: string }>> = { ...primitives, ...composites }
const cases = new URL('cases/', import.meta.url)

interface InferredCase {
  readonly inputs: readonly TensorType[]
  readonly inference: Inference<AnyAttributes>
}

/** Every case that works. */
function inferredCases(name: PrimitiveName): readonly InferredCase[] {
  const calls = readFileSync(new URL(`${name}.txt`, cases), 'utf8').split('\n')
  return calls
    .filter((line) => line !== '' && !line.startsWith(' '))
    .map(readCall)
    .flatMap(({ args, inputs }) => {
      const result = callPrimitive(primitiveOf(name), inputs, args)
      return result.kind === 'inferred' ? [{ inputs, inference: result.inference }] : []
    })
}

describe.each(Object.entries(all))('%s', (name, op) => {
  test('is registered under its name, in a file of its name', () => {
    expect(op.name).toBe(name)
    const folder = isPrimitiveName(name) ? 'primitive' : 'composite'
    const files = readdirSync(new URL(`../../src/compiler/ops/${folder}/`, import.meta.url))
    expect(files).toContain(`${name.replaceAll('_', '-')}.ts`)
  })

  test('is documented in sentences', () => {
    expect(op.doc).toMatch(/\.$/)
    for (const spec of Object.values(op.attributes)) expect(spec.doc).toMatch(/^[A-Z].*\.$/)
  })

  test('names as many inputs as it takes', () => {
    const { min, max, names } = op.arity
    expect(min).toBeLessThanOrEqual(max)
    const counts = max === Infinity ? [min, min + 1] : [max]
    expect(counts).toContain(names.length)
  })
})

describe.each(Object.keys(primitives).filter(isPrimitiveName))('%s', (name) => {
  const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(
    attributesSchema(primitiveOf(name)),
  )

  test('explicit attributes satisfy the schema', () => {
    for (const { inference } of inferredCases(name)) {
      validate(inference.attributes)
      expect(validate.errors).toBe(null)
    }
  })

  test('explicit attributes give the same result again', () => {
    for (const { inputs, inference } of inferredCases(name)) {
      const op = primitiveOf(name)
      expect(op.infer({ attributes: inference.attributes, inputs })).toEqual(inference)
      // Explicit attributes are plain data by construction.
      const named = inference.attributes as Readonly<Record<string, Plain>>
      expect(callPrimitive(op, inputs, { positional: [], named })).toEqual({ kind: 'inferred', inference })
    }
  })
})

test('a schema refuses what is not explicit', () => {
  const validate = new Ajv().compile(attributesSchema(primitives.leaky_relu))
  expect(validate({ slope: 0.01 })).toBe(true)
  expect(validate({ slope: '0.01' })).toBe(false)
  expect(validate({})).toBe(false)
  expect(validate({ slope: 0.01, alpha: 1 })).toBe(false)
})
