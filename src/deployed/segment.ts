// A deployed model at work: files of a case to the file of its labels. What runs the networks is given.
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Precision } from '../data/pipeline/blend.ts'
import { voxelsOf } from '../data/pipeline/grid.ts'
import type { Network } from '../data/pipeline/network.ts'
import { demandOf, segmentVolume, type SegmentOptions } from '../data/pipeline/pipeline.ts'
import { volumesOf } from '../data/pipeline/volumes.ts'
import { remarkWarnings } from '../data/remarks.ts'
import type { Deployment } from './deployment.ts'
import { labelFile, readHeaders, readVolume, type ByteSource, type CaseHeaders } from './volume.ts'
import { wordsOf } from './words.ts'

export interface Running {
  readonly networks: readonly Network[]
  readonly precision: Precision
  readonly mirrored: boolean
  readonly step: number
  onTile?(done: number, all: number): void
}

/** What a case takes, before anything but its headers is read. */
export interface Demand {
  readonly tiles: number
  /** Arrays of images, scores and labels, in bytes. */
  readonly arrays: number
  /** Of all networks while they run. */
  readonly networks: number
}

export interface OpenedCase {
  readonly headers: CaseHeaders
  readonly demand: Demand
}

export interface Segmentation {
  /** The label map as an unpacked NIfTI file. */
  readonly file: Uint8Array<ArrayBuffer>
  /** Millilitres, by `structuresOf`. */
  readonly volumes: readonly number[]
  /** What the files leave open. */
  readonly warnings: readonly string[]
}

/** Of files one for each channel, in the order of the channels. A text says what is wrong. */
export async function openCase(
  sources: readonly ByteSource[],
  deployment: Deployment,
  { precision, step }: Pick<Running, 'precision' | 'step'>,
): Promise<OpenedCase | string> {
  const { channels, reader, outputs, members, pipeline, networkBytes } = deployment
  if (sources.length !== channels.length)
    return `the model takes ${channels.length} images (${channels.join(', ')}), and ${sources.length} are given`
  const headers = await readHeaders(sources, reader)
  if (isProblem(headers)) return wordsOf(headers)
  const counts = { classes: outputs.length, networks: members.length, precision, step }
  const { tiles, image, scores } = demandOf(headers, pipeline, counts)
  const labels = 2 * voxelsOf(headers.extents)
  const demand = { tiles, arrays: image + scores + labels, networks: members.length * networkBytes }
  return { headers, demand }
}

export async function segmentCase(
  { headers }: OpenedCase,
  { outputs, pipeline, channels }: Deployment,
  running: Running,
): Promise<Segmentation | string> {
  const read = await readVolume(headers)
  if (isProblem(read)) return wordsOf(read)
  const { volume, remarks } = read
  const options: SegmentOptions = { ...running, classes: outputs.length }
  const labels = await segmentVolume(volume, pipeline, options)
  if (typeof labels === 'string') return wordsOf(unfit(labels, channels))
  return {
    file: labelFile(headers.grid, labels),
    volumes: volumesOf(labels, volume.spacing, { outputs, pipeline }),
    warnings: remarkWarnings([...headers.remarks, ...remarks]).map(wordsOf),
  }
}

const unfit = (reason: string, channels: readonly string[]): Problem =>
  problem('volume-unfit', { name: channels.join(', '), reason })
