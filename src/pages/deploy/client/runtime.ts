// ONNX Runtime in the browser, from the folder of the page: on the graphics card where the browser offers one, else as WebAssembly.
import type { Network } from '../../../data/pipeline/network.ts'
import type { Deployment } from '../../../deployed/deployment.ts'
import type { Device } from './messages.ts'

export interface OpenedNetworks {
  readonly networks: readonly Network[]
  /** What they run on, for people. */
  readonly ranOn: string
}

/** The networks of the ensemble; `tell` hears what is being loaded. Throws what the network or the runtime says. */
export async function openNetworks(
  deployment: Deployment,
  { base, device }: { readonly base: string; readonly device: Device },
  tell: (text: string) => void,
): Promise<OpenedNetworks> {
  const files = await Promise.all(deployment.members.map(({ file }) => fetched(new URL(file, base))))
  const adapter = device === 'auto' ? await graphicsAdapter() : undefined
  if (adapter !== undefined) {
    tell('Preparing the graphics card')
    try {
      return {
        networks: await openAll(files, deployment, base, 'webgpu'),
        ranOn: 'the graphics card (WebGPU)',
      }
    } catch (error) {
      tell(`The graphics card does not take the network (${reasonOf(error)}); going on with the processor`)
    }
  }
  const threads = threadCount()
  const networks = await openAll(files, deployment, base, 'wasm')
  return { networks, ranOn: `the processor (WebAssembly, ${threads} thread${threads === 1 ? '' : 's'})` }
}

export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim()

async function fetched(url: URL): Promise<Uint8Array> {
  const response = await fetch(url)
  if (!response.ok)
    throw new Error(`${url.pathname} cannot be loaded: ${response.status} ${response.statusText}`)
  return new Uint8Array(await response.arrayBuffer())
}

async function graphicsAdapter(): Promise<object | undefined> {
  if (!('gpu' in navigator)) return undefined
  const gpu = navigator.gpu as { requestAdapter(): Promise<object | null> }
  return (await gpu.requestAdapter()) ?? undefined
}

/** Threads share memory, which browsers allow only pages that are isolated from others. */
const threadCount = (): number =>
  crossOriginIsolated ? Math.max(1, Math.min(mostThreads, navigator.hardwareConcurrency)) : 1

const mostThreads = 8

// ---------------------------------------------------------------- the part of its interface that is used

interface Tensor {
  readonly data: Float32Array
  dispose(): void
}

interface Session {
  run(
    feeds: Readonly<Record<string, Tensor>>,
    outputs: readonly string[],
  ): Promise<Readonly<Record<string, Tensor>>>
}

interface Runtime {
  readonly env: { readonly wasm: { wasmPaths: string; numThreads: number }; logLevel: string }
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => Tensor
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> }
}

async function openAll(
  files: readonly Uint8Array[],
  deployment: Deployment,
  base: string,
  provider: 'webgpu' | 'wasm',
): Promise<readonly Network[]> {
  const folder = new URL('onnxruntime/', base)
  const runtime = (await import(new URL(`ort.${provider}.min.mjs`, folder).href)) as Runtime
  runtime.env.wasm.wasmPaths = folder.href
  runtime.env.wasm.numThreads = threadCount()
  runtime.env.logLevel = 'error'
  const networks: Network[] = []
  for (const file of files) {
    const session = await runtime.InferenceSession.create(file, { executionProviders: [provider] })
    networks.push(networkOf(runtime, session, deployment))
  }
  return networks
}

function networkOf(runtime: Runtime, session: Session, deployment: Deployment): Network {
  const { input, output, channels, pipeline } = deployment
  const shape = [1, channels.length, ...pipeline.patch]
  return async (tile) => {
    const given = new runtime.Tensor('float32', tile, shape)
    const found = (await session.run({ [input]: given }, [output]))[output]
    if (found === undefined) throw new Error(`the network has no output ${output}`)
    const scores = found.data
    found.dispose()
    return scores
  }
}
