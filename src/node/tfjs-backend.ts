// Which backend of TensorFlow.js runs here: native TensorFlow, WebAssembly or plain JavaScript; and whether a step fits into its memory.
// Everything of TensorFlow.js is imported when a backend is chosen, so that commands that need none start as fast as before.
import type { BackendName } from '../backends/tfjs/operands.ts'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { machineMemory, usableMemory } from './machine-memory.ts'
import { importNativeBinding } from './native-binding.ts'

export interface ChosenBackend {
  readonly name: BackendName
  /** What computes: `TensorFlow 2.9.1 (native)`, `WebAssembly with SIMD`, `JavaScript`. */
  readonly description: string
  /** Why it is this one: asked for, or what keeps the faster ones from working. */
  readonly reason: string
}

/** Makes a backend the current one and gives its description; throws where it does not work here. */
export type BackendLoader = () => Promise<string>
export type BackendLoaders = Readonly<Record<BackendName, BackendLoader>>

/** Fastest first. */
const order: readonly BackendName[] = ['tensorflow', 'wasm', 'cpu']

/**
 * Makes the wanted backend, or else the fastest that works here, the current one of `@tensorflow/tfjs-core`. Works means: it loads
 * and computes a small convolution right. A wanted one that does not is a problem; it is never replaced.
 */
export async function chooseBackend(
  wanted?: BackendName,
  loaders: BackendLoaders = installed,
): Promise<ChosenBackend | Problem> {
  if (wanted !== undefined) {
    const description = await tried(wanted, loaders)
    return isProblem(description) ? description : { name: wanted, description, reason: 'asked for' }
  }
  const absent: Problem<'backend-absent'>[] = []
  for (const name of order) {
    const description = await tried(name, loaders)
    if (!isProblem(description)) return { name, description, reason: reasonFor(absent) }
    absent.push(description)
  }
  return problem('backend-absent', { backend: 'cpu', reason: reasonFor(absent) })
}

async function tried(
  name: BackendName,
  loaders: BackendLoaders,
): Promise<string | Problem<'backend-absent'>> {
  try {
    return await quietly(loaders[name])
  } catch (error) {
    return problem('backend-absent', { backend: name, reason: firstLine(error) })
  }
}

function reasonFor(absent: readonly Problem<'backend-absent'>[]): string {
  if (absent.length === 0) return 'the fastest backend works'
  return absent.map(({ parts }) => `\`${parts.backend}\` cannot be used: ${parts.reason}`).join('; ')
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().split('\n', 1)[0]?.trim() ?? ''

// ---------------------------------------------------------------- loading

const installed: BackendLoaders = {
  tensorflow: async () => {
    await importNativeBinding()
    await use('tensorflow')
    const { backend } = await import('@tensorflow/tfjs-core')
    return `TensorFlow ${versionOf(backend())} (native)`
  },
  wasm: async () => {
    await import('@tensorflow/tfjs-backend-wasm')
    await use('wasm')
    const { env } = await import('@tensorflow/tfjs-core')
    const simd = await env().getAsync('WASM_HAS_SIMD_SUPPORT')
    return simd === true ? 'WebAssembly with SIMD' : 'WebAssembly without SIMD'
  },
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu')
    await use('cpu')
    return 'JavaScript'
  },
}

/** Makes it the current backend and has it add up a cube of eight ones. */
async function use(name: BackendName): Promise<void> {
  const { conv3d, dispose, ready, setBackend, tensor5d, tidy } = await import('@tensorflow/tfjs-core')
  if (!(await setBackend(name))) throw new Error('it cannot be initialised')
  await ready()
  const ones = new Float32Array(8).fill(1)
  const sum = tidy(() => conv3d(tensor5d(ones, [1, 2, 2, 2, 1]), tensor5d(ones, [2, 2, 2, 1, 1]), 1, 'valid'))
  const [value] = await sum.data()
  dispose(sum)
  if (value !== 8) throw new Error(`it computes a convolution wrong: ${value} instead of 8`)
}

/** Of the library that the native binding is linked with. */
function versionOf(backend: object): string {
  const binding: unknown = 'binding' in backend ? backend.binding : undefined
  const known = typeof binding === 'object' && binding !== null && 'TF_Version' in binding
  return known ? String(binding.TF_Version) : 'of unknown version'
}

/**
 * What the libraries print when they load and compute for the first time is not for our users: TensorFlow logs to stderr past Node,
 * TensorFlow.js advertises the native binding, and Node warns of functions that tfjs-node and its dependencies still use.
 */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3'
  const { env } = await import('@tensorflow/tfjs-core')
  // The flag guards nothing but printing (the warnings and notes of tfjs-core and of its backends).
  env().set('PROD', true)
  const before = process.noDeprecation
  process.noDeprecation = true
  try {
    return await work()
  } finally {
    process.noDeprecation = before ?? false
  }
}

// ---------------------------------------------------------------- memory

/** Bytes that may be live on `wasm`. Its heap ends at 4,294,901,760, cannot be compacted, and is lost for good when it overflows. */
export const heapBudget = 3_200_000_000

/** The problem of a step that needs more bytes at once than the backend can hold. */
export function memoryProblem(
  backend: BackendName,
  estimatedBytes: number,
  memory: number = machineMemory(),
): Problem | undefined {
  const onMachine = usableMemory(memory)
  const heapDecides = backend === 'wasm' && heapBudget < onMachine.bytes
  const limit = heapDecides ? heapBudget : onMachine.bytes
  if (estimatedBytes <= limit) return undefined
  const held = heapDecides ? "what WebAssembly's heap holds safely" : onMachine.held
  return problem('memory-exceeded', { backend, estimate: estimatedBytes, limit, held })
}
