// The value of a Weft node while it is lowered: in the compiler's order of axes, channels last, or both. Either is made on demand, once.
import { transposed } from './axes.ts'
import type { GraphBuilder, Handle } from './builder.ts'

export type Form = 'first' | 'last'

export class Value {
  /** As the compiler counts, without the batch. */
  readonly shape: readonly number[]
  readonly batched: boolean
  readonly #builder: GraphBuilder
  readonly #handles: Partial<Record<Form, Handle>> = {}
  readonly #made: Form

  constructor(
    builder: GraphBuilder,
    type: { readonly shape: readonly number[]; readonly batched: boolean },
    form: Form,
    handle: Handle,
  ) {
    this.#builder = builder
    this.shape = type.shape
    this.batched = type.batched
    this.#made = form
    this.#handles[form] = handle
  }

  /** The form that it was made in. */
  get form(): Form {
    return this.#made
  }

  /** The tensor in one form, with its extents: `[N, C, D, H, W]` or `[N, D, H, W, C]`; without `N` for tables. */
  in(form: Form): Handle {
    const dims = dimsIn(form, this.shape, this.batched)
    const known = this.#handles[form]
    if (known !== undefined) return this.#builder.as(known, dims)
    const made = transposed(this.#builder, this.in(this.#made), this.#order(form))
    this.#handles[form] = made
    return made
  }

  /** The tensor as it was made, whatever its extents: for what looks at single elements. */
  raw(): Handle {
    return this.#handles[this.#made] ?? this.in(this.#made)
  }

  /** The axes of the form it was made in, in the order of the other. */
  #order(form: Form): number[] {
    const lead = this.batched ? 1 : 0
    const rank = this.shape.length
    const spatial = Array.from({ length: rank - 1 }, (_, axis) => axis)
    const own = form === 'last' ? [...spatial.map((axis) => axis + 1), 0] : [rank - 1, ...spatial]
    return [...(lead === 1 ? [0] : []), ...own.map((axis) => axis + lead)]
  }
}

export function dimsIn(form: Form, shape: readonly number[], batched: boolean): readonly number[] {
  const own = form === 'first' ? shape : [...shape.slice(1), ...shape.slice(0, 1)]
  return batched ? [-1, ...own] : own
}

/** Where an axis of the shape stands in a form. */
export function placeOf(
  axis: number,
  form: Form,
  { shape, batched }: Pick<Value, 'shape' | 'batched'>,
): number {
  const own = form === 'first' ? axis : axis === 0 ? shape.length - 1 : axis - 1
  return own + (batched ? 1 : 0)
}
