// Every value of an exported model, segment by segment, so that neither all values nor all weights are in memory at once.
import { emitOnnxSegments, type EmittedOnnx } from '../backends/onnx/emit.ts'
import type { OnnxGraph } from '../backends/onnx/model.ts'
import type { Sources } from '../compiler/analysis/charge.ts'
import { isProblem } from '../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../compiler/ir/graph.ts'
import { runEmitted, type ModelFailure, type ModelOptions } from './onnx-model.ts'
import type { OnnxRuntime, RuntimeTensor, SessionOptions } from './onnx-runtime.ts'

type Values = ReadonlyMap<string, RuntimeTensor>

/** Values and weights of a segment come to about as much. */
const segmentBytes = 2 ** 27

export interface SegmentedModel {
  readonly kind: 'segmented'
  readonly model: OnnxGraph
  /** What each segment computes, by name, in order; or what the runtime does not do. */
  run(feeds: Values): AsyncGenerator<Values | ModelFailure, void, undefined>
}

export function segmentedModel(
  runtime: OnnxRuntime,
  { graph, sources }: { readonly graph: Graph; readonly sources: Sources },
  options: ModelOptions,
  session: SessionOptions = {},
): SegmentedModel | ModelFailure {
  const cut = emitOnnxSegments(graph, sources, { ...options, fileName: 'model.onnx' }, segmentBytes)
  if (cut.kind === 'refused') return cut
  const run = (feeds: Values): ReturnType<SegmentedModel['run']> =>
    runAll(runtime, cut.segments, feeds, session)
  return { kind: 'segmented', model: cut.model, run }
}

async function* runAll(
  runtime: OnnxRuntime,
  segments: readonly EmittedOnnx[],
  feeds: Values,
  session: SessionOptions,
): AsyncGenerator<Values | ModelFailure, void, undefined> {
  const known = new Map(feeds)
  for (const [k, segment] of segments.entries()) {
    const values = await runSegment(runtime, segment, known, session)
    if ('kind' in values) {
      yield values
      return
    }
    yield values
    for (const [name, value] of values) known.set(name, value)
    const needed = new Set(segments.slice(k + 1).flatMap(({ model }) => model.inputs.map(({ name }) => name)))
    for (const name of known.keys()) if (!needed.has(name)) known.delete(name)
  }
}

async function runSegment(
  runtime: OnnxRuntime,
  segment: EmittedOnnx,
  known: Values,
  session: SessionOptions,
): Promise<Values | ModelFailure> {
  const running = await runEmitted(runtime, segment, session)
  if (running.kind !== 'running') return running
  try {
    const read = segment.model.inputs.map(({ name }): [string, RuntimeTensor] => {
      const value = known.get(name)
      if (value === undefined) throw new Error(`no segment gives ${name}`)
      return [name, value]
    })
    const given = await running.session.run(new Map(read))
    return isProblem(given) ? { kind: 'failed', problem: given } : given
  } finally {
    await running.close()
  }
}
