// Whether one case at a time fits into memory, told from its headers: what is in memory as a whole is known before anything is read.
import { inferenceMemory } from '../../compiler/analysis/memory.ts'
import { problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import type { CaseShape } from '../../data/case.ts'
import { demandOf, networkExtents, type Pipeline } from '../../data/pipeline/pipeline.ts'
import { predictionBytes, type SlidingWindow } from '../../data/sliding-window.ts'
import { machineMemory, usableMemory } from '../machine-memory.ts'
import { classesOf, patchOf } from '../image-network.ts'

/** Bytes that are held at once with others. */
export interface Need {
  readonly what: string
  readonly bytes: number
}

const bytesPerNumber = 4
/** Numbers that one array of Node holds, on every version that is supported. */
const arrayLimit = 2 ** 32

const voxelsOf = ({ extents }: CaseShape): number => extents[0] * extents[1] * extents[2]

/** A case with its labels: as many bytes as a cache counts for it. */
export const caseBytes = (shape: CaseShape): number => voxelsOf(shape) * (bytesPerNumber * shape.channels + 1)

/** The image as it was read and as the network sees it. */
export const imageNeeds = (shape: CaseShape): Need => ({
  what: 'the image, as read and normalised,',
  bytes: 2 * bytesPerNumber * shape.channels * voxelsOf(shape),
})

/** Of a case whose voxels have one label each. */
export const labelNeeds = (shape: CaseShape): Need => ({ what: 'its labels', bytes: voxelsOf(shape) })

/** Surface distances are in double precision, and the places of surfaces in lists. */
export const distanceNeeds = (shape: CaseShape): Need => ({
  what: 'distances',
  bytes: 8 * voxelsOf(shape),
})

/** What segmenting a case holds at once. */
export function segmentingNeeds(
  graph: Graph,
  shape: CaseShape,
  { mirror = [] }: Pick<SlidingWindow, 'mirror'>,
): readonly Need[] {
  const [patch, classes] = [patchOf(graph), classesOf(graph)]
  const { slab, window, labels } = predictionBytes(shape.extents, shape.channels, { patch, classes, mirror })
  const planes = Math.min(shape.extents[0], patch.length === 3 ? (patch[0] ?? 1) : 1)
  return [
    imageNeeds(shape),
    { what: `the scores of ${classes} classes in ${planes} planes`, bytes: slab },
    { what: 'the predicted labels', bytes: labels },
    { what: 'the network and one window', bytes: window + (inferenceMemory(graph, 1).totalBytes ?? 0) },
  ]
}

/** Windows and memory of a case that is resampled, if nothing of it is cropped. */
export function pipelineDemand(
  graph: Graph,
  shape: CaseShape,
  pipeline: Pipeline,
  step: number,
): { readonly tiles: number; readonly needs: readonly Need[] } {
  const classes = classesOf(graph)
  const counts = { classes, networks: 1, precision: 'float32', step } as const
  const { tiles, image, scores } = demandOf(shape, pipeline, counts)
  return {
    tiles,
    needs: [
      { what: 'the image, as read and as the network sees it,', bytes: image },
      { what: `scores of ${classes} classes, and labels`, bytes: scores },
      { what: 'the network', bytes: inferenceMemory(graph, 1).totalBytes ?? 0 },
    ],
  }
}

/** What drawing patches from a case that is resampled holds at once. */
export function resamplingNeeds(shape: CaseShape, pipeline: Pipeline, stepBytes: number): readonly Need[] {
  const counts = { classes: 0, networks: 1, precision: 'float32', step: 1 } as const
  const seen = { ...shape, extents: networkExtents(shape, pipeline) }
  return [
    {
      what: 'the image, as read and as the network sees it,',
      bytes: demandOf(shape, pipeline, counts).image,
    },
    // As read, with what is outside as two bytes, and as the network sees them.
    { what: 'its labels', bytes: 3 * voxelsOf(shape) + voxelsOf(seen) },
    { what: 'one step', bytes: stepBytes },
  ]
}

/** What drawing patches from a case holds at once, beside a step of so many bytes. */
export const drawingNeeds = (shape: CaseShape, stepBytes: number): readonly Need[] => [
  imageNeeds(shape),
  labelNeeds(shape),
  { what: 'one step', bytes: stepBytes },
]

/** The problem of a case that needs more at once than there is. */
export function caseMemoryProblem(
  name: string,
  shape: CaseShape,
  needs: readonly Need[],
  memory: number = machineMemory(),
): Problem | undefined {
  const { extents } = shape
  const numbers = voxelsOf(shape) * shape.channels
  if (numbers > arrayLimit) {
    const image = { what: 'the image', bytes: bytesPerNumber * numbers }
    const limit = bytesPerNumber * arrayLimit
    return problem('case-too-large', { name, extents, needs: [image], limit, held: 'what one array holds' })
  }
  const { bytes: limit, held } = usableMemory(memory)
  const sum = needs.reduce((all, { bytes }) => all + bytes, 0)
  return sum <= limit ? undefined : problem('case-too-large', { name, extents, needs, limit, held })
}
