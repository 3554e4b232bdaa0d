// Terms of recipes as data: a word with named numbers, `sgd(lr = 1e-2, nesterov = true)`.
import type { Plain, Term } from '../../ops/attrs.ts'
import { toPlain } from '../calls/operator-arguments.ts'
import type { Value } from '../values/values.ts'

/** In the place of a default: what may be given and has none. */
export const optional = { number: { optional: 'number' }, numbers: { optional: 'numbers' } } as const

type Field = number | boolean | (typeof optional)[keyof typeof optional]
type Fields = Readonly<Record<string, Field>>

type Given<F extends Field> = F extends boolean
  ? boolean
  : F extends typeof optional.number
    ? number | undefined
    : F extends typeof optional.numbers
      ? readonly number[] | undefined
      : number

/** The arguments of a term by name, defaults filled in; undefined where a name, a type or a sign is wrong. */
export function fieldsOf<F extends Fields>(
  term: Term,
  defaults: F,
): { readonly [K in keyof F]: Given<F[K]> } | undefined {
  const names = Object.keys(defaults)
  const given = new Map<string, Plain>([
    ...term.positional.map((value, k) => [names[k] ?? '', value] as const),
    ...Object.entries(term.named),
  ])
  const result: Record<string, number | boolean | readonly number[]> = {}
  for (const name of names) {
    const own = defaults[name]
    if (typeof own !== 'object' && own !== undefined) result[name] = own
  }
  for (const [name, value] of given) {
    const own = Object.hasOwn(defaults, name) ? defaults[name] : undefined
    const read = own === undefined ? undefined : readField(own, value)
    if (read === undefined) return undefined
    result[name] = read
  }
  // Every field was checked against its default.
  return result as { readonly [K in keyof F]: Given<F[K]> }
}

function readField(own: Field, value: Plain): number | boolean | readonly number[] | undefined {
  if (typeof own === 'boolean') return typeof value === 'boolean' ? value : undefined
  if (typeof own === 'number' || own.optional === 'number') return isSize(value) ? value : undefined
  return Array.isArray(value) && value.length > 0 && value.every(isSize) ? value : undefined
}

const isSize = (value: Plain): value is number => typeof value === 'number' && value >= 0

export const termOf = (value: Value): Term | undefined => {
  const plain = value.kind === 'term' ? toPlain(value) : undefined
  return typeof plain === 'object' && 'kind' in plain && plain.kind === 'term' ? plain : undefined
}
