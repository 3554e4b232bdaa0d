// Checkpoints on the disk, told apart by their first bytes: a safetensors file, what torch.save wrote, or several of either with the index that
// lists them (model.safetensors.index.json, pytorch_model.bin.index.json).
import { basename, dirname, join } from 'node:path'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { safetensorsIndex } from '../json/generated/safetensors-index.ts'
import { faultsText, readJson } from '../json/read.ts'
import type { CheckpointPart, TensorEntry } from '../weights/named-tensors.ts'
import { prefixBytes, startBytes } from '../weights/safetensors.ts'
import { safetensorsIn } from './safetensors-file.ts'
import { leadsOutside } from './relative-names.ts'
import { readText } from './spec-files.ts'
import { openTensorFile, readAt, type OpenFile, type TensorFile } from './tensor-file.ts'
import { torchIn } from './torch-file.ts'

export interface OpenOptions {
  /** The key of the weights in a checkpoint of PyTorch that has several; found by itself where only one leads to tensors. */
  readonly stateDict?: string | undefined
}

/** Opens a checkpoint, of whose numbers none are read yet; a name that ends in `.json` is that of an index. */
export function openWeights(path: string, { stateDict }: OpenOptions = {}): TensorFile | Problem {
  if (path.endsWith('.json')) return openIndex(path)
  const file = openTensorFile(path, (opened) => tensorsIn(opened, stateDict))
  return isProblem(file) ? file : { ...file, part: partOf(path) }
}

function tensorsIn(file: OpenFile, stateDict: string | undefined): TensorFile | Problem {
  const start = readAt(file.fd, 0, startBytes)
  const kind = torchKind(start)
  if (kind === 'zip') return torchIn(file, stateDict)
  if (kind === 'legacy') return legacyProblem(file.path)
  const opened = safetensorsIn(file)
  if (stateDict === undefined || isProblem(opened)) return opened
  const { path, entries } = opened
  return problem('torch-state-dict', {
    path,
    asked: stateDict,
    candidates: [{ key: '', count: entries.size }],
  })
}

/** The header of a safetensors file begins with a brace, whatever its length looks like. */
function torchKind(start: Uint8Array): 'zip' | 'legacy' | undefined {
  const begins = (...bytes: number[]): boolean => bytes.every((byte, at) => start[at] === byte)
  if (start[prefixBytes] === 0x7b) return undefined
  if (begins(0x50, 0x4b, 3, 4)) return 'zip'
  // The first pickle of a row is a long, the magic number.
  return begins(0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9) ? 'legacy' : undefined
}

function legacyProblem(path: string): Problem {
  const loaded = `torch.load('${path}', map_location='cpu', weights_only=True)`
  return problem('torch-foreign', {
    path,
    seems: 'of the format that torch.save wrote before version 1.6',
    command: `python -c "import torch; torch.save(${loaded}, 'weights.pth')"`,
  })
}

const partName = /^(.*)-(\d{5})-of-(\d{5})\.(safetensors|bin|pth|pt)$/

function partOf(path: string): CheckpointPart | undefined {
  const [, name, number, count, ending] = partName.exec(basename(path)) ?? []
  return name === undefined
    ? undefined
    : {
        path,
        number: Number(number),
        count: Number(count),
        index: join(dirname(path), `${name}.${ending}.index.json`),
      }
}

function openIndex(path: string): TensorFile | Problem {
  const text = readText(path, path, 'the index of the weights')
  if (isProblem(text)) return text
  const held = readJson(text, safetensorsIndex)
  if (held.kind === 'faults') return problem('weights-index', { path, reason: faultsText(held.faults) })
  const listed = new Map(Object.entries(held.data.weight_map))
  const opened = openAll(path, new Set(listed.values()))
  if (isProblem(opened)) return opened
  const close = (): void => opened.forEach((file) => file.close())
  const wrong = disagreement(listed, opened)
  if (wrong !== undefined) {
    close()
    return problem('weights-index', { path, reason: wrong })
  }
  const entries = new Map([...opened.values()].flatMap((file) => [...file.entries]))
  const read: TensorFile['read'] = (name) => {
    const file = opened.get(listed.get(name) ?? '')
    if (file === undefined) throw new Error(`${path} has no tensor ${name}`)
    return file.read(name)
  }
  return { path, entries, read, close }
}

/** The files of an index by the names that it has for them. */
function openAll(path: string, names: Iterable<string>): ReadonlyMap<string, TensorFile> | Problem {
  const opened = new Map<string, TensorFile>()
  for (const name of names) {
    const file = openBeside(path, name)
    if (isProblem(file)) {
      for (const one of opened.values()) one.close()
      return file
    }
    opened.set(name, file)
  }
  return opened
}

/** An index comes from outside: it may not lead anywhere else. */
function openBeside(path: string, name: string): TensorFile | Problem {
  if (leadsOutside(name))
    return problem('weights-index', {
      path,
      reason: `the file \`${name}\` is not in the folder of the index`,
    })
  const file = openTensorFile(join(dirname(path), name), (opened) => tensorsIn(opened, undefined))
  return isProblem(file) && file.name === 'file-missing'
    ? problem('weights-index', { path, reason: `it lists \`${name}\`, and there is no such file` })
    : file
}

/** Where the index says something else than the files. */
function disagreement(
  listed: ReadonlyMap<string, string>,
  opened: ReadonlyMap<string, { readonly entries: ReadonlyMap<string, TensorEntry> }>,
): string | undefined {
  const absent = [...listed].filter(([name, file]) => opened.get(file)?.entries.has(name) !== true)
  const unlisted = [...opened].flatMap(([file, { entries }]) =>
    [...entries.keys()].filter((name) => listed.get(name) !== file).map((name) => [name, file] as const),
  )
  const [first = unlisted[0]] = absent
  if (first === undefined) return undefined
  const [name, file] = first
  const more = (absent.length > 0 ? absent : unlisted).length - 1
  const others = more === 0 ? '' : `, and so for ${more} more`
  return absent.length > 0
    ? `\`${name}\` is not in ${file}${others}`
    : `${file} holds \`${name}\`, which it does not list there${others}`
}
