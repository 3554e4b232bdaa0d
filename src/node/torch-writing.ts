// Checkpoints of PyTorch on the disk: state dicts that torch.load takes, one tensor at a time in memory, the same bytes for the same tensors.
import { isProblem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { storedBytes } from '../weights/dtypes.ts'
import { elementCount } from '../weights/numbers.ts'
import { pickledStateDict } from '../weights/torch/pickle-writing.ts'
import { zipped, zippedBytes, type RecordToWrite } from '../weights/torch/zip-writing.ts'
import { bytesOf, type TensorToWrite } from './safetensors-file.ts'
import { writingFiles } from './write-file.ts'
import { atOnce, type Stepwise } from './writing.ts'

/** A tensor under all its names, which share its numbers. */
export type SharedTensor = Omit<TensorToWrite, 'name'> & { readonly names: readonly string[] }

/** Writes a state dict; a problem leaves what was there before. */
export function writeTorchFile(...given: Parameters<typeof writingTorchFile>): Problem | undefined {
  return atOnce(writingTorchFile(...given))
}

/** The same step by step. */
export function writingTorchFile(
  path: string,
  tensors: readonly SharedTensor[],
  onProgress: (done: number, all: number) => void = () => {},
): Stepwise<Problem | undefined> {
  const records = recordsOf(tensors)
  const all = zippedBytes(records)
  return writingFiles([{ path, chunks: () => zipped(records) }], (bytes) => onProgress(bytes, all))
}

/** What torch.save calls the folder where it writes to no file. */
const folder = 'archive'

/** In the order in which torch.save writes them. */
function recordsOf(tensors: readonly SharedTensor[]): readonly RecordToWrite[] {
  const pickle = pickledStateDict(
    tensors.flatMap(({ names, dtype, shape }, at) =>
      names.map((name) => ({ name, dtype, shape, key: String(at) })),
    ),
  )
  const small: readonly (readonly [name: string, content: Uint8Array])[] = [
    ['data.pkl', pickle],
    ['.format_version', ascii('1')],
    ['.storage_alignment', ascii('64')],
    ['byteorder', ascii('little')],
  ]
  const record = (name: string, content: Uint8Array): RecordToWrite => ({
    name: `${folder}/${name}`,
    bytes: content.length,
    chunks: () => [content],
  })
  return [
    ...small.map(([name, content]) => record(name, content)),
    ...tensors.map((tensor, at) => ({
      name: `${folder}/data/${at}`,
      bytes: elementCount(tensor.shape) * storedBytes[tensor.dtype],
      chunks: function* (): Generator<Uint8Array | Problem> {
        const numbers = tensor.numbers()
        yield isProblem(numbers) ? numbers : bytesOf({ ...tensor, name: tensor.names[0] ?? '' }, numbers)
      },
    })),
    record('version', ascii('3\n')),
  ]
}

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
