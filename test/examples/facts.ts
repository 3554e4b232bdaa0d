// The facts of all examples, by the example's name, in alphabetical order. The folder is the list: files are added side by side.
import { readdirSync } from 'node:fs'
import type { ExampleFacts } from './example-facts.ts'

async function readFacts(): Promise<ReadonlyMap<string, ExampleFacts>> {
  const names = readdirSync(new URL('facts/', import.meta.url)).map((file) => file.replace(/\.ts$/, ''))
  const entries = names.toSorted().map(async (name) => {
    const { facts } = (await import(`./facts/${name}.ts`)) as { facts: ExampleFacts }
    return [name, facts] as const
  })
  return new Map(await Promise.all(entries))
}

export const factsOf = await readFacts()

/** A list of every example's facts as one, each entry with the name of its example. */
export function ofAll<T>(
  list: (facts: ExampleFacts) => readonly T[],
): (readonly [example: string, one: T])[] {
  return [...factsOf].flatMap(([example, facts]) => list(facts).map((one) => [example, one] as const))
}

/** Every small network, with its arguments. */
export const smallNetworks = ofAll(({ small }) => small).map(
  ([example, [network, args]]) => [example, network, args] as const,
)
