// A tensor of given numbers, which nothing trains.
import { isProblem, type Problem } from '../../diagnostics/diagnostic.ts'
import { attribute, readEach, wrongType, type Declared } from '../attribute-kinds.ts'
import type { AttributeContext, AttributeSpec, Plain } from '../attrs.ts'
import { free } from '../elementwise.ts'
import type { Primitive } from '../op.ts'
import { isList } from '../words.ts'

/** A number, or lists of equal lengths down to numbers. */
export type Numbers = number | readonly Numbers[]

export type ConstantAttributes = { readonly values: Numbers }

const type = 'a number, or lists of equal lengths of numbers'

export const constant: Primitive<'constant', ConstantAttributes> = {
  name: 'constant',
  doc: 'A tensor of these numbers without a batch, as lists within lists; a number alone is a list of one. It is no parameter: never trained, and not counted as one.',
  arity: { min: 0, max: 0, names: [] },
  attributes: { values: numbers({ doc: 'The numbers.' }) },
  infer({ attributes }) {
    const output = { dtype: 'float32', batched: false, shape: shapeOf(attributes.values) } as const
    return { output, attributes, parameters: [] }
  },
  cost: free,
}

const isMany = (values: Numbers): values is readonly Numbers[] => typeof values !== 'number'

function shapeOf(values: Numbers): readonly number[] {
  const shape: number[] = []
  for (let at: Numbers | undefined = values; at !== undefined && isMany(at); at = at[0]) shape.push(at.length)
  return shape.length === 0 ? [1] : shape
}

/** All of them in order, the last axis fastest. */
export function numbersIn(values: Numbers): number[] {
  return isMany(values) ? values.flatMap(numbersIn) : [values]
}

function numbers(declared: Declared): AttributeSpec<Numbers> {
  const schema = { anyOf: [{ type: 'number' }, { type: 'array', minItems: 1 }] }
  return attribute(declared, { type, schema }, readNumbers)
}

function readNumbers(raw: Plain, context: AttributeContext): Numbers | Problem {
  if (typeof raw === 'number') return Number.isFinite(raw) ? raw : wrongType(raw, context, type)
  if (!isList(raw) || raw.length === 0) return wrongType(raw, context, type)
  const all = readEach(raw, (entry) => readNumbers(entry, context))
  if (isProblem(all)) return all
  const [first] = all.map(formOf)
  return all.every((one) => formOf(one) === first) ? all : wrongType(raw, context, type)
}

/** Equal for what has the same shape; a number differs from a list of one here. */
const formOf = (values: Numbers): string => (isMany(values) ? shapeOf(values).join('×') : '')
