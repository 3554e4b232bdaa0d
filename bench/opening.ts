// Opens a model in ONNX Runtime in a process of its own: `opening.js FILE`. Prints as JSON how long that took.
import { loadOnnxRuntime } from '../src/node/onnx-runtime.ts'
import { sound } from './sound.ts'

export interface Opening {
  readonly ms: number
}

const runtime = sound(await loadOnnxRuntime())
const start = performance.now()
const session = sound(await runtime.open(process.argv[2] ?? ''))
const ms = performance.now() - start
await session.release()
process.stdout.write(JSON.stringify({ ms } satisfies Opening))
