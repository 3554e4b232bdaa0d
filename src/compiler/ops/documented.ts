// What operators say of themselves, as people read it: docs/operators.md and `weft explain` are made of this.
import type { AttributeSpec } from './attrs.ts'
import type { InputArity } from './op.ts'
import { formatPlain } from './words.ts'

export interface Documented {
  readonly name: string
  readonly doc: string
  readonly arity: InputArity
  readonly attributes: Readonly<Record<string, AttributeSpec<unknown>>>
}

/** `conv(channels, kernel, stride = 1)` */
export function signature({ name, attributes }: Documented): string {
  const each = Object.entries(attributes).map(([attribute, spec]) => {
    const value = defaultText(spec)
    return value === undefined ? attribute : `${attribute} = ${value}`
  })
  return `${name}(${each.join(', ')})`
}

export function defaultText({ default: value, implied }: AttributeSpec<unknown>): string | undefined {
  if (implied !== undefined) return implied
  return typeof value === 'string' || value === undefined ? value : formatPlain(value)
}

/** `one tensor`, `a and b`, `q, k, v and more tensors`. */
export function inputsText({ min, max, names }: InputArity): string {
  const [first = '', ...others] = names.map((name) => `\`${name}\``)
  if (max === Infinity)
    return min === 1
      ? 'one tensor or more'
      : `${[first, ...others].slice(0, min).join(', ')}, and any number of \`${names.at(-1) ?? ''}\``
  if (max === 0) return 'no tensor'
  return others.length === 0 ? 'one tensor' : `${first} and ${others.join(' and ')}`
}
