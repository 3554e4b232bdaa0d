// ONNX Runtime, where it is installed. It is an optional dependency: everything but running exported files works without it.
// Its types are written out here, since they are not there either where it is absent.
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'

/** A tensor as the runtime takes and gives it: batch first, row-major. */
export interface RuntimeTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

export interface RuntimeSession {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  /** Declared input shapes: numbers, and names of free extents. */
  readonly inputShapes: ReadonlyMap<string, readonly (number | string)[]>
  /** All outputs, or those named. A message of the runtime's becomes a problem. */
  run(
    feeds: ReadonlyMap<string, RuntimeTensor>,
    outputs?: readonly string[],
  ): Promise<Map<string, RuntimeTensor> | Problem>
  release(): Promise<void>
}

export interface SessionOptions {
  /** Threads inside operators; by default as many as the machine has cores. */
  readonly threads?: number
  /** `none` runs the file as it stands, for comparing each value with what it should be. */
  readonly optimization?: 'all' | 'none'
  /** Whether memory that no value needs any more is kept for the next values, which is faster, or given back, which is less. */
  readonly memory?: 'kept' | 'given back'
}

export interface OnnxRuntime {
  readonly version: string
  /** By path, so that external data are found beside the file, or from bytes. */
  open(model: string | Uint8Array, options?: SessionOptions): Promise<RuntimeSession | Problem>
}

/** `node`: the library that Node loads; `web`: what browsers run, as WebAssembly. */
export type RuntimeKind = 'node' | 'web'

/** The runtime, or how to get it. */
export async function loadOnnxRuntime(kind: RuntimeKind = 'node'): Promise<OnnxRuntime | Problem> {
  const name: string = `onnxruntime-${kind}`
  try {
    const loaded: unknown = await import(name)
    const module = moduleOf(loaded)
    if (module === undefined)
      return problem('runtime-absent', { runtime: name, reason: 'its interface is unknown' })
    return {
      version: `${kind === 'web' ? 'Web ' : ''}${module.env.versions[kind] ?? 'unknown'}`,
      open: (model, options) => open(module, model, options),
    }
  } catch (error) {
    return problem('runtime-absent', { runtime: name, reason: oneLine(error) })
  }
}

/** The runtime's words on one line. */
const oneLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim()

// ---------------------------------------------------------------- the part of its interface that is used

interface RawTensor {
  readonly dims: readonly number[]
  readonly data: unknown
  dispose?(): void
}

interface RawMetadata {
  readonly name: string
  readonly isTensor: boolean
  readonly shape?: readonly (number | string)[]
}

interface RawSession {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  readonly inputMetadata: readonly RawMetadata[]
  run(
    feeds: Readonly<Record<string, RawTensor>>,
    fetches?: readonly string[],
  ): Promise<Readonly<Record<string, RawTensor>>>
  release(): Promise<void>
}

interface RawModule {
  readonly env: { readonly versions: Readonly<Partial<Record<RuntimeKind, string>>> }
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => RawTensor
  readonly InferenceSession: {
    create(model: string | Uint8Array, options: object): Promise<RawSession>
  }
}

function moduleOf(loaded: unknown): RawModule | undefined {
  const isModule = (value: unknown): value is RawModule =>
    typeof value === 'object' && value !== null && 'InferenceSession' in value && 'Tensor' in value
  if (isModule(loaded)) return loaded
  const inner =
    typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : undefined
  return isModule(inner) ? inner : undefined
}

// ---------------------------------------------------------------- sessions

/** Its own log goes to the terminal past our own writing, and what it says of errors comes back as exceptions. */
const quiet = 4

async function open(
  module: RawModule,
  model: string | Uint8Array,
  { threads, optimization = 'all', memory = 'kept' }: SessionOptions = {},
): Promise<RuntimeSession | Problem> {
  const settings = {
    logSeverityLevel: quiet,
    graphOptimizationLevel: optimization === 'all' ? 'all' : 'disabled',
    ...(memory === 'kept' ? {} : { enableCpuMemArena: false, enableMemPattern: false }),
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
  }
  try {
    const session = await module.InferenceSession.create(model, settings)
    return wrap(module, session)
  } catch (error) {
    const file = typeof model === 'string' ? model : 'the model'
    return problem('runtime-refuses-model', { file, reason: oneLine(error) })
  }
}

function wrap(module: RawModule, session: RawSession): RuntimeSession {
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    inputShapes: new Map(session.inputMetadata.map(({ name, shape = [] }) => [name, shape])),
    run: async (feeds, outputs) => {
      const tensors = [...feeds].map(
        ([name, { shape, data }]) => [name, new module.Tensor('float32', data, shape)] as const,
      )
      try {
        const raw = await session.run(Object.fromEntries(tensors), outputs)
        return new Map(Object.entries(raw).map(([name, tensor]) => [name, tensorOf(tensor)]))
      } catch (error) {
        return problem('runtime-fails', { reason: oneLine(error) })
      }
    },
    release: () => session.release(),
  }
}

function tensorOf({ dims, data }: RawTensor): RuntimeTensor {
  if (!(data instanceof Float32Array)) throw new Error('the runtime gave an output that is not float32')
  return { shape: dims, data }
}
