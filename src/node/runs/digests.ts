// Digests of all that decides what a run learns: what was changed since it began is found, and named, before it goes on.
import { createHash } from 'node:crypto'
import type { Graph } from '../../compiler/ir/graph.ts'
import type { Recipe } from '../../compiler/semantics/declarations/train.ts'
import type { LabelledCase } from '../../data/case.ts'
import { encode } from '../../weights/dtypes.ts'

/** SHA-256, in hexadecimal. */
type Digest = string

export interface CaseDigests {
  readonly image: Digest
  readonly labels: Digest
}

export interface RunDigests {
  /** Of the fields of `run.json` that decide what is learned. */
  readonly fields: Readonly<Record<SettledField, Digest>>
  /** Of the texts beneath `spec/`, by path. */
  readonly spec: Readonly<Record<string, Digest>>
  /** Of the text of `pipeline.json`, where there is one. */
  readonly pipeline?: Digest
  /** Of the recipe with the numbers that take the place of its own, and of what the network computes. */
  readonly recipe: Digest
  readonly graph: Digest
  /** Of every case of the split, by name. */
  readonly cases: Readonly<Record<string, CaseDigests>>
}

/** Not where the data lie: a dataset may move, its cases are known by their own digests. */
export const settledFields = [
  'entry',
  'recipe',
  'arguments',
  'instead',
  'seed',
  'dataset',
  'normalisation',
  'split',
  'orientation',
] as const
export type SettledField = (typeof settledFields)[number]

/** Of a value as JSON, whatever the order of its names. */
export const digestOf = (value: unknown): Digest => digestOfText(JSON.stringify(value ?? null, inOrder))

export const digestOfText = (text: string): Digest => createHash('sha256').update(text).digest('hex')

const inOrder = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value

export function fieldDigests(
  description: Readonly<Partial<Record<SettledField, unknown>>>,
): RunDigests['fields'] {
  const of = (field: SettledField): Digest => digestOf(description[field])
  return {
    entry: of('entry'),
    recipe: of('recipe'),
    arguments: of('arguments'),
    instead: of('instead'),
    seed: of('seed'),
    dataset: of('dataset'),
    normalisation: of('normalisation'),
    split: of('split'),
    orientation: of('orientation'),
  }
}

/**
 * Of what training sees of a case, the numbers as they were read and where they lie: packing a file anew, or keeping it under another
 * ending, changes nothing that is learned, and one voxel does.
 */
export function caseDigests({ image, labels }: LabelledCase): CaseDigests {
  const { geometry, channels, data } = image
  return {
    image: digestOfBytes({ geometry, channels }, encode(data)),
    labels: digestOfBytes({ extents: labels.geometry.extents }, labels.data),
  }
}

const digestOfBytes = (head: object, bytes: Uint8Array): Digest =>
  createHash('sha256').update(JSON.stringify(head, inOrder)).update(bytes).digest('hex')

export const graphDigest = (graph: Graph): Digest => digestOfText(structureOf(graph))
export const recipeDigest = (recipe: Recipe): Digest => digestOf(recipe)

/** What a graph computes, without where it was written. */
export function structureOf({ nodes, parameters, fusions, outputs }: Graph): string {
  const computed = nodes.map(({ op, attributes, inputs }) => [op, attributes, inputs])
  const learned = parameters.map(({ path, shape, mask }) => [path, shape, mask])
  const given = outputs.map(({ name, node, aux }) => [name, node, aux])
  return JSON.stringify([computed, learned, fusions.map(({ sparsity }) => sparsity), given])
}

/** As much of a digest as people compare. */
export const shownDigest = (digest: string): string => `SHA-256 ${digest.slice(0, 12)}…`
