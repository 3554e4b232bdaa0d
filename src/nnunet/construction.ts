// What a class of an architecture is called with, and what becomes of it in Weft.
import type { Arguments, Objection } from './taken.ts'

/** A class on its way to an application. */
export interface Construction {
  readonly args: Arguments
  readonly objections: Objection[]
  /** Arguments whose strings are imported; others stay strings, which nothing can call. */
  readonly imports: ReadonlySet<string>
  readonly patch: readonly number[]
}

export type Given = readonly (readonly [name: string, text: string])[]

/** `NNUNet(patch = [32, 32], …)`: the network of the library, and the arguments beside channels and classes, in its order. */
export interface Application {
  readonly network: string
  readonly library: string
  /** What the arguments name of the library besides. */
  readonly uses: readonly string[]
  readonly arguments: Given
  /** Outputs in training, the finest first. */
  readonly outputCount: number
}

/** An argument that differs from the default, or none. */
export const unless = (isDefault: boolean, name: string, text: string): Given =>
  isDefault ? [] : [[name, text]]

/** The imports that these applications need. */
export function importLines(applications: readonly Application[]): readonly string[] {
  const libraries = [...new Set(applications.map(({ library }) => library))].toSorted()
  return libraries.map((library) => {
    const own = applications.filter((one) => one.library === library)
    const names = new Set(own.flatMap(({ network, uses }) => [network, ...uses]))
    return `import { ${[...names].toSorted().join(', ')} } from ${JSON.stringify(library)}`
  })
}
