// How much there is of each structure of a label map.
import type { Triple } from './grid.ts'
import type { Pipeline } from './pipeline.ts'

/** Channels of the scores, with the labels that each stands for. */
export interface Structure {
  readonly name: string
  readonly labels: readonly number[]
}

export interface Structures {
  readonly outputs: readonly Structure[]
  readonly pipeline: Pick<Pipeline, 'labelling'>
}

/** What is told of, the background first. */
export function structuresOf({ outputs, pipeline }: Structures): readonly Structure[] {
  return pipeline.labelling.kind === 'labels' ? outputs : [{ name: 'background', labels: [0] }, ...outputs]
}

/** Millilitres of each structure, the background's first, of voxels of the given millimetres. */
export function volumesOf(labels: Uint8Array, spacing: Triple, structures: Structures): readonly number[] {
  const counts = new Float64Array(256)
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1
  const [depth, height, width] = spacing
  return structuresOf(structures).map(
    ({ labels: own }) =>
      (own.reduce((sum, label) => sum + (counts[label] ?? 0), 0) * depth * height * width) / 1000,
  )
}
