// Models ready to run in ONNX Runtime: our exports of the examples, and PyTorch's of the same networks.
import type { OnnxPassName } from '../src/backends/onnx/passes/pipeline.ts'
import type { OnnxGraph } from '../src/backends/onnx/model.ts'
import type { Contestant } from '../src/node/bench-onnx.ts'
import { noiseInputs } from '../src/node/noise.ts'
import { openOnnxFile } from '../src/node/onnx-file.ts'
import { runModel } from '../src/node/onnx-model.ts'
import type { OnnxRuntime, SessionOptions } from '../src/node/onnx-runtime.ts'
import { initialise } from '../src/weights/initialise.ts'
import { exampleHost } from './paths.ts'
import { errorOf, sound } from './sound.ts'
import type { PeerNetwork } from './torch.ts'
import { costReport, type Whole } from './whole.ts'

/** A network that the examples and the PyTorch peer both have. */
export interface Subject {
  readonly example: PeerNetwork
  readonly network: string
}

/** The side of a cubic input, and how often it is run. */
export interface Setting {
  readonly side: number
  readonly warmup: number
  readonly repeats: number
  readonly threads: readonly number[]
}

export interface Opened {
  readonly contestant: Contestant
  close(): Promise<void>
}

export const cube = (side: number): readonly number[] => [side, side, side]

export function compiled({ example, network }: Subject, side: number): Whole {
  return costReport(`${example}.weft`, exampleHost(), network, {
    arguments: { patch: `[${cube(side).join(', ')}]` },
  })
}

export interface OurOptions extends SessionOptions {
  readonly name: string
  /** Default: those that an export runs by default. */
  readonly passes?: readonly OnnxPassName[]
}

/** Our export with initial weights. */
export async function openOurs(
  runtime: OnnxRuntime,
  { graph, sources, report }: Whole,
  { name, passes, ...session }: OurOptions,
): Promise<Opened & { readonly model: OnnxGraph }> {
  const options = {
    weights: initialise(graph, 1),
    provenance: { weftVersion: 'bench', weights: 'seed 1' },
    ...(passes === undefined ? {} : { passes }),
  }
  const running = await runModel(runtime, { graph, sources }, options, session)
  if (running.kind === 'refused') throw new Error(running.diagnostics.map((one) => one.message).join('; '))
  if (running.kind === 'failed') throw errorOf(running.problem)
  const feeds = noiseInputs(graph, 1).runtime
  const contestant = { name, session: running.session, feeds, macs: report.totals.inference.macs }
  return { contestant, model: running.model, close: () => running.close() }
}

/** A file of PyTorch's, on the input that ours has. */
export async function openTheirs(
  runtime: OnnxRuntime,
  path: string,
  { graph }: Whole,
  session: SessionOptions,
): Promise<Opened> {
  return sound(await openOnnxFile(runtime, path, noiseInputs(graph, 1).runtime, session))
}

/** Closes all of them whatever happens while they are used. */
export async function whileOpen<T>(opened: readonly Opened[], use: () => Promise<T>): Promise<T> {
  try {
    return await use()
  } finally {
    for (const one of opened) await one.close()
  }
}
