// What calls need to know of every operator, read off the registries once: attribute names in order, and the words of each.
import { composites } from '../../ops/composites.ts'
import { primitives } from '../../ops/registry.ts'

export interface OperatorTable {
  readonly names: readonly string[]
  readonly words: ReadonlyMap<string, ReadonlySet<string>>
}

export const operatorTables: ReadonlyMap<string, OperatorTable> = new Map(
  Object.entries({ ...primitives, ...composites }).map(([name, { attributes }]) => {
    const entries = Object.entries(
      attributes as Readonly<Record<string, { readonly words: readonly string[] }>>,
    )
    const words = entries.map(([attribute, spec]) => [attribute, new Set(spec.words)] as const)
    return [name, { names: entries.map(([attribute]) => attribute), words: new Map(words) }]
  }),
)
