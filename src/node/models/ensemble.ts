// The members of an imported model on ONNX Runtime, as functions of tiles.
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Network } from '../../data/pipeline/network.ts'
import { mainOutput, patchOf } from '../image-network.ts'
import { runModel, type RunningModel } from '../onnx-model.ts'
import type { OnnxRuntime, SessionOptions } from '../onnx-runtime.ts'
import { openMember, type OpenedModel } from './model-folder.ts'

export interface EnsembleOptions {
  readonly runtime: OnnxRuntime
  readonly session?: SessionOptions
  /** Version of Weft, for the metadata of what is given to the runtime. */
  readonly weft: string
}

/** Every member as a model of the runtime; all of them are there at once. */
export async function openMembers(
  model: OpenedModel,
  { runtime, session, weft }: EnsembleOptions,
): Promise<readonly RunningModel[] | Problem> {
  const running: RunningModel[] = []
  const giveUp = async (found: Problem): Promise<Problem> => {
    for (const one of running) await one.close()
    return found
  }
  for (const name of model.description.members) {
    const opened = openMember(model, name)
    if (isProblem(opened)) return giveUp(opened)
    const { weights, close } = opened
    const provenance = { weftVersion: weft, weights: name }
    const found = await runModel(runtime, model, { weights, provenance, batch: 1 }, session)
    close()
    if (found.kind === 'running') running.push(found)
    else if (found.kind === 'failed') return giveUp(found.problem)
    else
      throw new Error(`the network of ${model.folder} cannot be exported: ${found.diagnostics[0]?.message}`)
  }
  return running
}

export function networksOf(
  { graph, description }: OpenedModel,
  members: readonly RunningModel[],
): readonly Network[] {
  const shape = [1, description.channels.length, ...patchOf(graph)]
  const output = mainOutput(graph)
  return members.map((one) => networkOf(one, shape, output))
}

/** What ends a case within the pipeline, which knows no problems: what the runtime says against a tile, a disk that is full. */
export class CaseFailure extends Error {
  readonly problem: Problem
  constructor(found: Problem) {
    super(found.name)
    this.problem = found
  }
}

const networkOf =
  ({ session }: RunningModel, shape: readonly number[], output: string): Network =>
  async (tile) => {
    const [input = ''] = session.inputNames
    const found = await session.run(new Map([[input, { shape, data: tile }]]), [output])
    if (isProblem(found)) throw new CaseFailure(found)
    const scores = found.get(output)?.data
    if (scores === undefined) throw new Error(`the model has no output ${output}`)
    return scores
  }
