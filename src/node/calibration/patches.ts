// Patches to see the values of a network on: of cases as training draws them, or noise where there are none.
import { channelsByInput } from '../../compiler/analysis/input-channels.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { channelWords, parametersOf } from '../../compiler/analysis/number-parameters.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import type { OrientationPolicy } from '../../compiler/semantics/declarations/train.ts'
import { foregroundOf, normalisationOf, type ChannelRule } from '../../data/normalise.ts'
import type { Pipeline } from '../../data/pipeline/pipeline.ts'
import { drawBatch, type PreparedCase } from '../../data/sampling.ts'
import type { LabelledCase, LazyCase } from '../../data/case.ts'
import { normal } from '../../weights/normal.ts'
import { stream } from '../../weights/streams.ts'
import { patchOf } from '../image-network.ts'
import type { RuntimeTensor } from '../onnx-runtime.ts'
import { openDataSource, type DataSource } from '../runs/data-source.ts'
import { preparedCase } from '../runs/prepared-case.ts'

export type Feeds = ReadonlyMap<string, RuntimeTensor>

/** So many patches, each of another case where there are as many: ranges of values change little after that. */
export const calibrationPatches = 16

/** What a network was trained with, where that is known. */
export interface CalibrationCases {
  /** A dataset's folder in nnU-Net's raw layout, or `phantom:…`. */
  readonly data: string
  readonly seed: number
  /** Names of those to take from. Default: all. */
  readonly cases?: readonly string[]
  /** Default: nnU-Net's, by the names of the channels. */
  readonly rules?: readonly ChannelRule[]
  readonly orientation?: OrientationPolicy | undefined
  /** In the place of the rules, of a run that resamples. */
  readonly pipeline?: Pipeline | undefined
}

/** Of each case one patch, half of them about a voxel of a class. Cases are read one at a time. */
export async function casePatches(
  graph: Graph,
  { data, seed, cases, rules: known, orientation, pipeline }: CalibrationCases,
): Promise<readonly Feeds[] | Problem> {
  const source = openDataSource(data, orientation)
  if (isProblem(source)) return source
  const misfit = channelsProblem(graph, source.description.channels)
  if (misfit !== undefined) return misfit
  const names = spread(cases ?? source.cases, calibrationPatches)
  const rules = known ?? (await rulesOf(source, names))
  if (isProblem(rules)) return rules
  const patches: Feeds[] = []
  for (let at = 0; at < calibrationPatches; at++) {
    const name = names[at % names.length] ?? ''
    const prepared: LazyCase<PreparedCase> = {
      name,
      load: async () => {
        const read = await source.readCase(name)
        return isProblem(read) ? read : preparedCase(read, { rules, dataset: source.description, pipeline })
      },
    }
    const patch = patchOf(graph)
    const channels = source.description.channels.length
    const drawn = await drawBatch({
      cases: [prepared],
      channels,
      patch,
      batch: 1,
      seed,
      step: at,
      foreground: 0.5,
      augment: [],
    })
    if (isProblem(drawn)) return drawn
    patches.push(dealtOut(graph, drawn.images, patch))
  }
  return patches
}

/** Numbers of mean 0 and standard deviation 1, as images have after normalisation; of nothing else are they like images. */
export function noisePatches(graph: Graph, seed: number): readonly Feeds[] {
  const patch = patchOf(graph)
  const count = channelsByInput(graph).reduce((sum, channels) => sum + channels, 0) * product(patch)
  return Array.from({ length: noiseCount }, (_, at) => {
    const random = stream(seed, 'calibration', String(at))
    return dealtOut(
      graph,
      Float32Array.from({ length: count }, () => normal(random)),
      patch,
    )
  })
}

/** One is like another. */
const noiseCount = 2

const product = (extents: readonly number[]): number => extents.reduce((all, extent) => all * extent, 1)

function spread(names: readonly string[], most: number): readonly string[] {
  const count = Math.min(most, names.length)
  return Array.from({ length: count }, (_, at) => names[Math.floor((at * names.length) / count)] ?? '')
}

async function rulesOf(
  source: DataSource,
  names: readonly string[],
): Promise<readonly ChannelRule[] | Problem> {
  const { channels } = source.description
  const foregrounds: (readonly Float32Array[])[] = []
  for (const name of names) {
    const read: LabelledCase | Problem = await source.readCase(name)
    if (isProblem(read)) return read
    foregrounds.push(foregroundOf(read, channels))
  }
  return normalisationOf(channels, foregrounds)
}

function channelsProblem(graph: Graph, channels: readonly string[]): Problem | undefined {
  const byInput = channelsByInput(graph)
  const taken = byInput.reduce((sum, count) => sum + count, 0)
  if (taken === channels.length) return undefined
  return problem('channels-differ', {
    network: graph.network,
    expected: taken,
    byInput,
    actual: channels.length,
    channels,
    parameters: parametersOf(graph, taken, channelWords),
  })
}

/** `images` are channels first: those of the first input, then those of the next. */
function dealtOut(graph: Graph, images: Float32Array, patch: readonly number[]): Feeds {
  const voxels = product(patch)
  const counts = channelsByInput(graph)
  let begin = 0
  return new Map(
    graph.inputs.map(({ name }, at): [string, RuntimeTensor] => {
      const channels = counts[at] ?? 0
      const data = images.slice(begin * voxels, (begin + channels) * voxels)
      begin += channels
      return [name, { shape: [1, channels, ...patch], data }]
    }),
  )
}
