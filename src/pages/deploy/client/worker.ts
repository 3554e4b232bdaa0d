// The worker of the page: one case from files to labels, off the thread that draws. It is ended when the case is done or given up, and all that it
// held goes with it.
import { deploymentFile, type Deployment } from '../../../deployed/deployment.ts'
import { openCase, segmentCase } from '../../../deployed/segment.ts'
import { memoryRefusal } from './memory.ts'
import type { Report, Result, Task } from './messages.ts'
import { openNetworks, reasonOf } from './runtime.ts'
import { sourceOf } from './unpack.ts'

/** As nnU-Net has it: half a tile. */
const step = 0.5

const tell = (report: Report): void => postMessage(report)
const stage = (text: string): void => tell({ kind: 'stage', text })

addEventListener('message', ({ data }: MessageEvent<Task>) => {
  void work(data).catch((error: unknown) => tell({ kind: 'refused', reason: failureText(error) }))
})

/** Browsers throw a RangeError for an array that they have no memory for. */
const failureText = (error: unknown): string =>
  error instanceof RangeError ? `this browser ran out of memory (${reasonOf(error)})` : reasonOf(error)

async function work(task: Task): Promise<void> {
  const result = await segment(task)
  if (typeof result === 'string') return tell({ kind: 'refused', reason: result })
  postMessage({ kind: 'done', result } satisfies Report, {
    transfer: [result.file.buffer, result.unpacked.buffer],
  })
}

async function segment(task: Task): Promise<Result | string> {
  const begun = performance.now()
  stage('Reading the images')
  const deployment = await readDeployment(task.base)
  const options = { precision: 'float32', mirrored: task.mirrored, step } as const
  const opened = await openCase(task.files.map(sourceOf), deployment, options)
  if (typeof opened === 'string') return opened
  const hasGraphics = task.device === 'auto' && 'gpu' in navigator
  const refusal = memoryRefusal(opened.demand, { deviceMemory: deviceMemory(), isWasm: !hasGraphics })
  if (refusal !== undefined) return refusal
  stage('Loading the network')
  const { networks, ranOn } = await openNetworks(deployment, task, stage)
  stage('Preparing the images')
  const onTile = (done: number, all: number): void => tell({ kind: 'tiles', done, all })
  const found = await segmentCase(opened, deployment, { ...options, networks, onTile })
  if (typeof found === 'string') return found
  stage('Writing the labels')
  const { file: unpacked, volumes, warnings } = found
  const file = deployment.ending.endsWith('.gz') ? await packed(unpacked) : unpacked.slice()
  return { file, unpacked, volumes, warnings, ranOn, seconds: (performance.now() - begun) / 1000 }
}

async function readDeployment(base: string): Promise<Deployment> {
  const response = await fetch(new URL(deploymentFile, base))
  if (!response.ok)
    throw new Error(`${deploymentFile} cannot be loaded: ${response.status} ${response.statusText}`)
  return (await response.json()) as Deployment // Written together with this program.
}

/** GiB, where the browser tells. */
const deviceMemory = (): number | undefined =>
  'deviceMemory' in navigator ? (navigator.deviceMemory as number) : undefined

async function packed(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
