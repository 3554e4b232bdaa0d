// weft weights --to: the weights under the names and in the layouts of the checkpoints that a map is for; without a map, under paths.
import { isProblem } from '../../compiler/diagnostics/diagnostic.ts'
import { writingSafetensors } from '../../node/safetensors-file.ts'
import { writingTorchFile, type SharedTensor } from '../../node/torch-writing.ts'
import type { StoredType } from '../../weights/dtypes.ts'
import { officialNumbers, type OfficialTensor } from '../../weights/unrename.ts'
import type { Weights } from '../../weights/weights.ts'
import type { ExitCode } from '../exit-codes.ts'
import { officialOf } from '../../node/rename-maps.ts'
import { fail, storedType, writeAll, type WeightsTask } from './weights-out.ts'

export async function writeOfficial(task: WeightsTask, path: string): Promise<ExitCode> {
  const { args, compiled, parameters, checkpoint, terminal } = task
  const { tensors, problems } = officialOf(args.rename ?? checkpoint?.map?.name, compiled.graph, parameters)
  if (problems.length > 0) return fail(problems, args.file, terminal)
  return writeAll(task, path, (weights, onProgress) => {
    const shared = tensors.map((one) => sharedTensor(one, weights, storedType(one.parameter, checkpoint)))
    const single = shared.flatMap(({ names, ...tensor }) => names.map((name) => ({ ...tensor, name })))
    // Each tensor of a safetensors file has bytes of its own.
    const writing = path.endsWith('.safetensors')
      ? writingSafetensors(path, single, new Map([['format', 'pt']]), onProgress)
      : writingTorchFile(path, shared, onProgress)
    return { count: single.length, writing }
  })
}

function sharedTensor(official: OfficialTensor, weights: Weights, dtype: StoredType): SharedTensor {
  const { names, shape, parameter } = official
  const numbers: SharedTensor['numbers'] = () => {
    const found = weights.numbersOf(parameter)
    return isProblem(found) ? found : officialNumbers(official, found)
  }
  return { names, dtype, shape, numbers }
}
