// Attributes that are whole tables of numbers: lists of equal lengths within lists. They may hold a hundred thousand numbers, so everything
// here goes through them once.
import { isProblem, type Problem } from '../diagnostics/diagnostic.ts'
import { wrongType } from './attribute-kinds.ts'
import type { AttributeContext, Plain } from './attrs.ts'
import { isList } from './words.ts'

/** A number, or lists of equal lengths down to numbers. */
export type Numbers = number | NumberList
export type NumberList = readonly Numbers[]

const isMany = (values: Numbers): values is NumberList => typeof values !== 'number'

/** The extents of the table; none for a number. */
export function extentsIn(values: Numbers): readonly number[] {
  const extents: number[] = []
  for (let at: Numbers | undefined = values; at !== undefined && isMany(at); at = at[0])
    extents.push(at.length)
  return extents
}

/** All of them in order, the last axis fastest. */
export function numbersIn(values: Numbers): number[] {
  const all: number[] = []
  const visit = (one: Numbers): void => {
    if (isMany(one)) one.forEach(visit)
    else all.push(one)
  }
  visit(values)
  return all
}

/** Reads a table whose numbers `readOne` checks; the first problem wins. */
export function readNumbers(
  raw: Plain,
  context: AttributeContext,
  type: string,
  readOne: (raw: Plain) => number | Problem,
): Numbers | Problem {
  if (!isList(raw)) return readOne(raw)
  if (raw.length === 0) return wrongType(raw, context, type)
  const all: Numbers[] = []
  for (const entry of raw) {
    const one = readNumbers(entry, context, type, readOne)
    if (isProblem(one)) return one
    all.push(one)
  }
  const first = extentsIn(all[0] ?? 0).join('×')
  return all.every((one) => extentsIn(one).join('×') === first) ? all : wrongType(raw, context, type)
}
