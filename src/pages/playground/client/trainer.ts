// The worker that trains, on WebAssembly, and shows the run as it goes.
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { env, ready, setBackend } from '@tensorflow/tfjs-core'
import type { TrainingAnswer, TrainingQuestion } from '../asked.ts'
import { runHtml } from '../sections.ts'
import { trained } from '../training.ts'
import { reasonOf } from './reasons.ts'

/** Drawing takes longer than a step of a small network. */
const secondsBetween = 1

const tell = (answer: TrainingAnswer): void => postMessage(answer)

addEventListener('message', ({ data }: MessageEvent<TrainingQuestion>) => {
  train(data).catch((error: unknown) => tell({ kind: 'failed', reason: reasonOf(error) }))
})

const now = (): number => performance.now() / 1000

async function train({ tool, spec, seconds, wasm }: TrainingQuestion): Promise<void> {
  // Threads would need headers that a plain host does not send.
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
  setWasmPaths(wasm)
  if (!(await setBackend('wasm'))) throw new Error('WebAssembly cannot be used here')
  await ready()
  const simd = (await env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true
  const description = `WebAssembly with${simd ? '' : 'out'} SIMD`
  const runs = trained(spec, { tool, seconds, backend: { name: 'wasm', description }, now })
  let drawn = -Infinity
  for (let next = await runs.next(); ; next = await runs.next()) {
    if (next.done === true) {
      if (next.value !== undefined) tell({ kind: 'refused', findings: next.value.findings })
      return
    }
    const run = next.value
    if (!run.finished && now() - drawn < secondsBetween) continue
    const last = run.records.findLast((one) => one.kind === 'step')
    tell({ kind: 'run', html: runHtml(run), step: last?.step ?? 0, steps: run.plan?.steps ?? 0, finished: run.finished }) // prettier-ignore
    drawn = now()
  }
}
