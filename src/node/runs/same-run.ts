// Whether a run that is gone on with is the one that was begun: what is said again of it, what its spec means now, and its dataset.
import { isProblem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import type { Recipe } from '../../compiler/semantics/declarations/train.ts'
import type { SourceFile } from '../../compiler/text/source.ts'
import type { Split } from '../../data/split.ts'
import { openDataSource, type DataSource } from './data-source.ts'
import { digestOf, graphDigest, recipeDigest, shownDigest, structureOf, type RunDigests } from './digests.ts'
import { specDigests, type Overrides, type RunDescription, type RunFolder } from './run-folder.ts'

/** What the command line says again of a run that goes on; what it leaves out is as it was. */
export interface Again {
  readonly graph?: Graph
  readonly recipe?: Recipe
  readonly instead?: Overrides
  readonly seed?: number
  readonly data?: string
  /** Share or number of cases. */
  readonly validation?: number
}

export interface Difference {
  readonly what: string
  readonly there: string
  readonly here: string
}

/** The first thing that is said again and is not what the run began with. */
export function difference(
  { description }: RunFolder,
  before: { readonly graph: Graph; readonly recipe: Recipe },
  again: Again,
): Difference | undefined {
  const { instead, seed, data, split } = description
  const pairs: readonly (readonly [what: string, there: unknown, here: unknown])[] = [
    ['the network', before.graph.network, again.graph?.network],
    ...differentArguments(before.graph, again.graph),
    ['the recipe', before.recipe.name, again.recipe?.name],
    ...differentSettings(before.recipe, again.recipe),
    ['the graph', structureOf(before.graph), again.graph && structureOf(again.graph)],
    ...(['epochs', 'steps', 'batch', 'orientation'] as const).map(
      (name) => [`--${name}`, instead[name] ?? before.recipe[name], again.instead?.[name]] as const,
    ),
    ['the seed', seed, again.seed],
    ['the data', data, again.data && originOf(again.data)],
    ['the number of validation cases', split.validation.length, validationCases(again.validation, split)],
  ]
  for (const [what, there, here] of pairs)
    if (here !== undefined && JSON.stringify(there) !== JSON.stringify(here))
      return { what, there: shown(there), here: shown(here) }
  return undefined
}

/** The channels and classes of the dataset, where it says others now. */
export function changedData(
  { dataset }: RunDescription,
  { description }: DataSource,
): Difference | undefined {
  for (const part of ['channels', 'classes'] as const) {
    const [there, here] = [dataset[part].join(', '), description[part].join(', ')]
    if (there !== here)
      return { what: `the list of ${part} of the data`, there: shown(there), here: shown(here) }
  }
  return undefined
}

/** The same text may mean something else to another version of Weft. */
export function changedSpec(
  digests: RunDigests,
  now: { readonly graph: Graph; readonly recipe: Recipe; readonly sources: ReadonlyMap<string, SourceFile> },
): Difference | undefined {
  return (
    changedDigest(
      'the list of files of its spec',
      digestOf(digests.spec),
      digestOf(specDigests(now.sources)),
    ) ??
    changedDigest('the graph that its spec describes', digests.graph, graphDigest(now.graph)) ??
    changedDigest('the recipe that its spec describes', digests.recipe, recipeDigest(now.recipe))
  )
}

const changedDigest = (what: string, there: string, here: string): Difference | undefined =>
  there === here ? undefined : { what, there: shownDigest(there), here: shownDigest(here) }

/** A setting that one of the two lacks is one that differs. */
function differentSettings(
  before: Recipe,
  now: Recipe | undefined,
): (readonly [what: string, there: unknown, here: unknown])[] {
  if (now === undefined) return []
  const [old, given] = [before, now].map((one) => new Map<string, unknown>(Object.entries(one)))
  const names = new Set([...(old?.keys() ?? []), ...(given?.keys() ?? [])])
  return [...names].map((name) => [
    `the recipe's ${name}`,
    old?.get(name) ?? 'not given',
    given?.get(name) ?? 'not given',
  ])
}

function differentArguments(
  before: Graph,
  now: Graph | undefined,
): (readonly [what: string, there: unknown, here: unknown])[] {
  return before.arguments.map(({ name, value }) => [
    `the argument ${name}`,
    value,
    now?.arguments.find((one) => one.name === name)?.value,
  ])
}

function originOf(data: string): string {
  const source = openDataSource(data)
  return isProblem(source) ? data : source.origin
}

function validationCases(given: number | undefined, { training, validation }: Split): number | undefined {
  if (given === undefined || given >= 1 || given === 0) return given
  return Math.max(1, Math.round(given * (training.length + validation.length)))
}

const shownLimit = 60

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > shownLimit ? 'another one' : text
}
