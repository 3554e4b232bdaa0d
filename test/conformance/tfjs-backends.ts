// The backends of TensorFlow.js that load here, for tests: those that do not are skipped, visibly.
import { getBackend, ready, setBackend } from '@tensorflow/tfjs-core'
import type { BackendName } from '../../src/backends/tfjs/operands.ts'
import { importNativeBinding } from '../../src/node/native-binding.ts'

const loaders: readonly (readonly [BackendName, () => Promise<unknown>])[] = [
  // The native one comes first: its package registers whatever else it brings.
  ['tensorflow', importNativeBinding],
  ['cpu', () => import('@tensorflow/tfjs-backend-cpu')],
  ['wasm', () => import('@tensorflow/tfjs-backend-wasm')],
]

export interface FoundBackend {
  readonly name: BackendName
  readonly isThere: boolean
  /** `wasm`, or `tensorflow, whose native library does not load here`. */
  readonly title: string
}

async function found(name: BackendName, load: () => Promise<unknown>): Promise<FoundBackend> {
  try {
    await load()
  } catch {
    // The native package throws at its import where its library was not built.
    return { name, isThere: false, title: `${name}, whose native library does not load here` }
  }
  return { name, isThere: true, title: name }
}

// The core comes without gradients: this package registers them.
await import('@tensorflow/tfjs-layers')

export const backends: FoundBackend[] = []
for (const [name, load] of loaders) backends.push(await found(name, load))

/** Makes a backend the one that computes. */
export async function use(name: BackendName): Promise<void> {
  await setBackend(name)
  await ready()
  if (getBackend() !== name) throw new Error(`${getBackend()} runs instead of ${name}`)
}
