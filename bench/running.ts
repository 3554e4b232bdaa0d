// Opens a model in ONNX Runtime in a process of its own and runs it twice on zeros: `running.js FILE`. Prints as JSON how long opening took.
import { loadOnnxRuntime, type RuntimeTensor } from '../src/node/onnx-runtime.ts'
import type { Opening } from './opening.ts'
import { sound } from './sound.ts'

const runtime = sound(await loadOnnxRuntime())
const start = performance.now()
const session = sound(await runtime.open(process.argv[2] ?? '', { threads: 1 }))
const ms = performance.now() - start
const feeds = [...session.inputShapes].map(([name, declared]): [string, RuntimeTensor] => {
  // The batch is free.
  const shape = declared.map((extent) => (typeof extent === 'number' ? extent : 1))
  return [name, { shape, data: new Float32Array(shape.reduce((all, extent) => all * extent, 1)) }]
})
for (let run = 0; run < 2; run++) sound(await session.run(new Map(feeds)))
await session.release()
process.stdout.write(JSON.stringify({ ms } satisfies Opening))
