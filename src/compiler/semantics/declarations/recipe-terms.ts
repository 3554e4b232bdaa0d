// Terms of recipes as data: a word with named numbers, `sgd(lr = 1e-2, nesterov = true)`.
import type { Plain, Term } from '../../ops/attrs.ts'
import { toPlain } from '../calls/operator-arguments.ts'
import type { Value } from '../values/values.ts'

type Fields = Readonly<Record<string, number | boolean>>

/** The arguments of a term by name, defaults filled in; undefined where a name, a type or a sign is wrong. */
export function fieldsOf<F extends Fields>(
  term: Term,
  defaults: F,
): { readonly [K in keyof F]: F[K] extends boolean ? boolean : number } | undefined {
  const names = Object.keys(defaults)
  const given = new Map<string, Plain>([
    ...term.positional.map((value, k) => [names[k] ?? '', value] as const),
    ...Object.entries(term.named),
  ])
  const result: Record<string, number | boolean> = { ...defaults }
  for (const [name, value] of given) {
    const before = result[name]
    if (before === undefined || typeof before !== typeof value) return undefined
    if (typeof value === 'number' && value < 0) return undefined
    if (typeof value === 'number' || typeof value === 'boolean') result[name] = value
  }
  // Every field was checked against the type of its default.
  return result as { readonly [K in keyof F]: F[K] extends boolean ? boolean : number }
}

export const termOf = (value: Value): Term | undefined => {
  const plain = value.kind === 'term' ? toPlain(value) : undefined
  return typeof plain === 'object' && 'kind' in plain && plain.kind === 'term' ? plain : undefined
}
