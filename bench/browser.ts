// What a browser makes of a network: ONNX Runtime as WebAssembly in Chromium beside the native one, one thread each, the same file and patch.
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { isProblem } from '../src/compiler/diagnostics/diagnostic.ts'
import { packageFolder } from '../src/node/deploy/installed.ts'
import { noiseInputs } from '../src/node/noise.ts'
import { writeOnnx } from '../src/node/onnx-model.ts'
import { loadOnnxRuntime, type OnnxRuntime } from '../src/node/onnx-runtime.ts'
import { serveFolder } from '../src/node/serve-folder.ts'
import { findBrowser } from '../tools/find-browser.ts'
import { initialise } from '../src/weights/initialise.ts'
import { compiled } from './contestants.ts'
import { inFolder } from './folders.ts'
import { median, medianOf, type Benchmark, type Found } from './measure.ts'
import { sound } from './sound.ts'
import type { Whole } from './whole.ts'

/** A page that runs the model once for each call of `once`, which gives its milliseconds. */
const page = `<!doctype html><title>bench</title><script type="module">
import * as ort from './ort.wasm.min.mjs'
ort.env.wasm.wasmPaths = new URL('./', location.href).href
ort.env.wasm.numThreads = 1
const session = await ort.InferenceSession.create('model.onnx', { executionProviders: ['wasm'] })
globalThis.once = async (shape) => {
  const data = new Float32Array(await (await fetch('input.bin')).arrayBuffer())
  const feeds = { [session.inputNames[0]]: new ort.Tensor('float32', data, shape) }
  const begun = performance.now()
  await session.run(feeds)
  return performance.now() - begun
}
globalThis.ready = true
</script>`

const runtimeFiles = [
  'ort.wasm.min.mjs',
  'ort-wasm-simd-threaded.mjs',
  'ort-wasm-simd-threaded.wasm',
] as const

interface Setting {
  readonly side: number
  readonly repeats: number
}

async function measure(
  runtime: OnnxRuntime,
  { browserPath, web }: { readonly browserPath: string; readonly web: string },
  { side, repeats }: Setting,
): Promise<Found> {
  const whole = compiled({ example: 'nnunet', network: 'NNUNetV1' }, side)
  return inFolder(async (directory) => {
    const [feed] = writeModel(whole, directory)
    if (feed === undefined) throw new Error('the network has no input')
    for (const name of runtimeFiles) copyFileSync(join(web, 'dist', name), join(directory, name))
    writeFileSync(join(directory, 'index.html'), page)
    const [name, tensor] = feed
    writeFileSync(join(directory, 'input.bin'), new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength)) // prettier-ignore
    const session = sound(await runtime.open(join(directory, 'model.onnx'), { threads: 1 }))
    const serving = sound(await serveFolder(directory, { port: 0 }))
    const browser = await chromium.launch({ executablePath: browserPath })
    try {
      const opened = await browser.newPage()
      await opened.goto(serving.url)
      await opened.waitForFunction('globalThis.ready')
      const native = async (): Promise<number> => {
        const begun = performance.now()
        sound(await session.run(new Map([[name, tensor]])))
        return performance.now() - begun
      }
      return findingsOf(side, await turns(repeats, native, () => inPage(opened, tensor.shape)))
    } finally {
      await browser.close()
      await serving.close()
      await session.release()
    }
  })
}

const inPage = (opened: Page, shape: readonly number[]): Promise<number> =>
  opened.evaluate(`globalThis.once(${JSON.stringify(shape)})`)

function writeModel({ graph, sources }: Whole, directory: string): ReturnType<typeof noiseInputs>['runtime'] {
  const weights = initialise(graph, 1)
  const provenance = { weftVersion: 'bench', weights: 'seed 1' }
  const written = writeOnnx(graph, sources, { directory, fileName: 'model.onnx', weights, provenance, batch: 1, data: 'inside' }) // prettier-ignore
  if (written.kind !== 'written') throw new Error(`the model is ${written.kind}`)
  return noiseInputs(graph, 1).runtime
}

interface Times {
  readonly native: readonly number[]
  readonly browser: readonly number[]
}

/** One after the other, so that both meet the same machine; the first of each warms up. */
async function turns(
  repeats: number,
  native: () => Promise<number>,
  browser: () => Promise<number>,
): Promise<Times> {
  const times = { native: [] as number[], browser: [] as number[] }
  for (let turn = 0; turn <= repeats; turn++) {
    const [one, other] = [await native(), await browser()]
    if (turn === 0) continue
    times.native.push(one)
    times.browser.push(other)
  }
  return times
}

function findingsOf(side: number, { native, browser }: Times): Found {
  const ratios = browser.map((ms, turn) => ms / (native[turn] ?? NaN))
  return {
    findings: [
      medianOf(`nnU-Net on ${side}³, onnxruntime-node, 1 thread`, native),
      medianOf(`the same in Chromium, WebAssembly, 1 thread`, browser),
      { what: 'Chromium beside onnxruntime-node', value: median(ratios), unit: '×', target: 1.5 },
    ],
    notes: ['Both take turns; the ratio is the median over the turns.'],
  }
}

const skipped = (reason: string): Found => ({ findings: [], notes: [`Skipped: ${reason}.`] })

export const inBrowser: Benchmark = {
  name: 'browser',
  title: 'A network in a browser beside ONNX Runtime for Node',
  run: async ({ quick }) => {
    const runtime = await loadOnnxRuntime()
    if (isProblem(runtime)) return skipped('onnxruntime-node is not installed, or not for this machine')
    const web = packageFolder('onnxruntime-web', 'the browser runs it')
    if (isProblem(web)) return skipped('onnxruntime-web is not installed')
    const browserPath = findBrowser()
    if (browserPath === undefined) return skipped('there is no Chromium (CHROME_PATH may name one)')
    return measure(runtime, { browserPath, web }, quick ? { side: 32, repeats: 3 } : { side: 64, repeats: 5 })
  },
}
