// The ONNX backend's entry: a graph and its weights as the files of a model.
import { cost } from '../../compiler/analysis/cost.ts'
import type { Sources } from '../../compiler/analysis/charge.ts'
import { diagnose, problem, type Diagnostic } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import { elementCount, type TensorType } from '../../compiler/ir/tensor.ts'
import { formatPlain } from '../../compiler/ops/words.ts'
import type { Weights } from '../../weights/weights.ts'
import type { EmittedFile } from '../backend.ts'
import { lowerToOnnx } from './lower.ts'
import { extentRules, inputDoc, modelProperties, nodeProperties, type Provenance } from './metadata.ts'
import type { OnnxGraph } from './model.ts'
import { greatestOpset, leastOpset } from './opsets.ts'
import { runOnnxPasses, usualOnnxPasses, type OnnxGoal, type OnnxPassName } from './passes/pipeline.ts'
import { observing } from './precision/observed.ts'
import { inPrecision, type Precision } from './precision/precision.ts'
import { quantisedValues } from './precision/quantise.ts'
import { segmentsOf } from './segments.ts'
import { onnxFiles, type FileContent, type FileLayout } from './write.ts'

export interface OnnxOptions {
  readonly fileName: string
  readonly weights: Weights
  readonly provenance: Provenance
  /** Default: `inference`, the outputs that are not `aux`. */
  readonly outputs?: 'inference' | 'all'
  /** Default: 17, or the first that has every operator. */
  readonly opset?: number
  /** Default: `N`, any batch; a number fixes it. */
  readonly batch?: string | number
  readonly data?: FileLayout['data']
  /** Every value that is a whole node becomes an output, so that each can be compared with its reference. */
  readonly everyValue?: boolean
  /** Default: those that were measured to pay, for the goal and the precision. */
  readonly passes?: readonly OnnxPassName[]
  /** Default: `latency`. */
  readonly optimize?: OnnxGoal
  /** Default: single precision throughout. */
  readonly precision?: Precision
}

export interface EmittedOnnx {
  readonly kind: 'emitted'
  readonly files: readonly EmittedFile[]
  readonly model: OnnxGraph
  readonly diagnostics: readonly Diagnostic[]
}

interface Refusal {
  readonly kind: 'refused'
  readonly diagnostics: readonly Diagnostic[]
}

export type OnnxEmission = EmittedOnnx | Refusal

export type OnnxSegments =
  | {
      readonly kind: 'cut'
      /** What was cut. */
      readonly model: OnnxGraph
      readonly segments: readonly EmittedOnnx[]
    }
  | Refusal

/** The files of the model, nothing of them made yet: their bytes come as they are written. */
export function emitOnnx(graph: Graph, sources: Sources, options: OnnxOptions): OnnxEmission {
  const content = contentOf(graph, sources, options)
  return content.kind === 'refused' ? content : emitted(content, options)
}

/**
 * The same nodes as models that follow one another, each of which gives every value that is a whole node, so that it can be compared with its
 * reference. Extents have to be known; a segment gives and carries about `limit` bytes.
 */
export function emitOnnxSegments(
  graph: Graph,
  sources: Sources,
  options: OnnxOptions,
  limit: number,
): OnnxSegments {
  const content = contentOf(graph, sources, options)
  if (content.kind === 'refused') return content
  const bytesOf = ({ shape }: TensorType): number => 4 * (elementCount(shape) ?? 0)
  const segments = segmentsOf(content.graph, bytesOf, limit)
  return {
    kind: 'cut',
    model: content.graph,
    segments: segments.map((one) => emitted({ ...content, graph: one }, options)),
  }
}

export type OnnxObservation =
  { readonly kind: 'observing'; readonly emitted: EmittedOnnx; readonly values: readonly string[] } | Refusal

/** The model in single precision that gives the least and the greatest of each value that is to be quantised, and their names. */
export function emitOnnxObservation(graph: Graph, sources: Sources, options: OnnxOptions): OnnxObservation {
  const { precision: _, passes = usualOnnxPasses('int8', options.optimize), ...plain } = options
  const content = contentOf(graph, sources, { ...plain, passes })
  if (content.kind === 'refused') return content
  const values = quantisedValues(content.graph)
  const model = observing(content.graph, values)
  return { kind: 'observing', emitted: emitted({ ...content, graph: model }, options), values }
}

type Content = FileContent & { readonly kind: 'content' }

function contentOf(graph: Graph, sources: Sources, options: OnnxOptions): Content | Refusal {
  const { opset, outputs = 'inference', provenance, optimize = 'latency' } = options
  const { passes = usualOnnxPasses(options.precision?.kind ?? 'f32', optimize) } = options
  if (opset !== undefined && !isWritable(opset)) {
    const parts = { opset, least: leastOpset, greatest: greatestOpset }
    return refused([
      diagnose(problem('opset-unsupported', parts), graph.outputs[0]?.span ?? nowhere(sources)),
    ])
  }
  const lowering = lowerToOnnx(graph, options.weights, { outputs, opset })
  if (lowering.kind === 'refused') return lowering
  const { report, diagnostics } = cost(graph, sources)
  if (report === undefined) return refused(diagnostics)
  const passed = runOnnxPasses(lowering.graph, graph, passes, optimize)
  const stored = options.precision === undefined ? passed : inPrecision(passed, options.precision)
  const model = options.everyValue === true ? withEveryValue(stored) : stored
  const batch = options.batch ?? 'N'
  const rules = extentRules(graph)
  return {
    kind: 'content',
    graph: model,
    name: graph.network,
    doc: callOf(graph),
    producerVersion: provenance.weftVersion,
    batch,
    modelProperties: modelProperties(graph, report, sources, provenance),
    inputDocs: new Map(model.inputs.map((input) => [input.name, inputDoc(rules, input, batch)])),
    nodeProperties: nodeProperties(model, graph, report, sources),
  }
}

function emitted(content: FileContent, { fileName, data = 'auto' }: OnnxOptions): EmittedOnnx {
  const files = onnxFiles(content, { fileName, data })
  return { kind: 'emitted', files, model: content.graph, diagnostics: [] }
}

/** The outputs, and behind them what nodes compute on the way to them. */
function withEveryValue(model: OnnxGraph): OnnxGraph {
  const computed = new Set(model.nodes.flatMap(({ outputs }) => outputs))
  for (const { name } of model.outputs) computed.delete(name)
  const whole = new Set(model.valueOf.values())
  const values = [...model.types].filter(([name]) => computed.has(name) && whole.has(name))
  return { ...model, outputs: [...model.outputs, ...values.map(([name, type]) => ({ name, type }))] }
}

const isWritable = (opset: number): boolean =>
  Number.isInteger(opset) && opset >= leastOpset && opset <= greatestOpset

function refused(diagnostics: readonly Diagnostic[]): Refusal {
  return { kind: 'refused', diagnostics }
}

const nowhere = ({ entry }: Sources): Diagnostic['span'] => ({ file: entry, start: 0, end: 0 })

/** `UNet(base = 64, depth = 4)`. */
function callOf({ network, arguments: given }: Graph): string {
  return `${network}(${given.map(({ name, value }) => `${name} = ${formatPlain(value)}`).join(', ')})`
}
