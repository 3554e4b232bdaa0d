// Exported models in tests: bytes in memory, opened in ONNX Runtime. Where the runtime is absent the tests that need it are skipped, visibly.
import type { EmittedFile } from '../../src/backends/backend.ts'
import { emitOnnx, type OnnxOptions } from '../../src/backends/onnx/emit.ts'
import type { Tensor } from '../../src/backends/reference/tensor.ts'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../src/compiler/ir/graph.ts'
import { sourceFile } from '../../src/compiler/text/source.ts'
import { loadOnnxRuntime, type OnnxRuntime, type RuntimeSession } from '../../src/node/onnx-runtime.ts'
import type { Weights } from '../../src/weights/weights.ts'

const loaded = await loadOnnxRuntime()
export const runtime: OnnxRuntime | undefined = isProblem(loaded) ? undefined : loaded
if (runtime === undefined)
  process.stderr.write('ONNX Runtime is not installed: tests that run exported models are skipped\n')

export type TestOptions = Partial<OnnxOptions> & { readonly weights: Weights }

/** The files of a model; a refusal throws with its messages. */
export function emitted(
  graph: Graph,
  options: TestOptions,
): Extract<ReturnType<typeof emitOnnx>, { kind: 'emitted' }> {
  const spans = graph.nodes.flatMap(({ origin }) => [origin.span, ...origin.calls])
  const files = new Map(spans.map(({ file }) => [file, sourceFile(file, ' \n'.repeat(10_000))]))
  const provenance = { weftVersion: '0', weights: 'test' }
  const found = emitOnnx(
    graph,
    { entry: graph.outputs[0]?.span.file ?? '', files },
    { fileName: 'model.onnx', provenance, ...options },
  )
  if (found.kind === 'refused') throw new Error(found.diagnostics.map(({ message }) => message).join('\n'))
  return found
}

/** The bytes of a file; a problem throws. */
export function contentOf(file: EmittedFile | undefined): Uint8Array {
  const chunks = [...(file?.chunks() ?? [])].map((chunk) => {
    if (isProblem(chunk)) throw new Error(JSON.stringify(chunk))
    return chunk
  })
  return Buffer.concat(chunks)
}

export function bytesOf(graph: Graph, options: TestOptions): Uint8Array {
  return contentOf(emitted(graph, options).files[0])
}

export async function openModel(graph: Graph, options: TestOptions): Promise<RuntimeSession> {
  const session = await runtime?.open(bytesOf(graph, options), { threads: 2 })
  if (session === undefined || isProblem(session)) throw new Error(JSON.stringify(session))
  return session
}

/** Every output of the exported model. */
export async function runExported(
  graph: Graph,
  inputs: ReadonlyMap<string, Tensor>,
  options: TestOptions,
): Promise<Map<string, Tensor>> {
  const session = await openModel(graph, options)
  const feeds = new Map(
    [...inputs].map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }]),
  )
  const outputs = await session.run(feeds)
  await session.release()
  if (isProblem(outputs)) throw new Error(JSON.stringify(outputs))
  return new Map(
    [...outputs].map(([name, { shape, data }]) => [name, { shape, data: Float64Array.from(data) }]),
  )
}

/** Greatest difference in standard deviations of the expected value, or in `least` where that is more; infinite where shapes differ. */
export function distance(expected: Tensor, given: Tensor | undefined, least = 1e-9): number {
  if (given === undefined || given.shape.join() !== expected.shape.join()) return Infinity
  const { data } = expected
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length
  const std = Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length)
  const differences = data.map((value, at) => Math.abs(value - (given.data[at] ?? NaN)))
  const greatest = differences.reduce((most, one) => (one <= most ? most : one), 0)
  return greatest / Math.max(std, 1e-3 * Math.abs(mean), least)
}
