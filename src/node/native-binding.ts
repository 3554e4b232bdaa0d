// TensorFlow.js on TensorFlow's native code: the optional package, with what newer versions of Node took from it put back.
import { createRequire } from 'node:module'

/** Registers the backend `tensorflow` with `@tensorflow/tfjs-core`; rejects where the package or its native binding is absent. */
export async function importNativeBinding(): Promise<void> {
  restoreRemoved()
  // By a variable, since its types are not there either where npm left the optional package out.
  const name: string = '@tensorflow/tfjs-node'
  await import(name)
}

/** tfjs-node 4.22 calls `util.isArray` and `util.isNullOrUndefined` where it computes; Node 23 removed both. */
function restoreRemoved(): void {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>
  util['isArray'] ??= Array.isArray
  util['isNullOrUndefined'] ??= (value: unknown): boolean => value === null || value === undefined
}
