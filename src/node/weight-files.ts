// Checkpoints on the disk: a safetensors file, or several with the index that lists them (model.safetensors.index.json).
import { basename, dirname, join } from 'node:path'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { safetensorsIndex } from '../json/generated/safetensors-index.ts'
import { faultsText, readJson } from '../json/read.ts'
import type { CheckpointPart, TensorEntry } from '../weights/named-tensors.ts'
import { openSafetensors, type SafetensorsFile } from './safetensors-file.ts'
import { readText } from './spec-files.ts'

/** Opens a checkpoint, of whose numbers none are read yet; a name that ends in `.json` is that of an index. */
export function openWeights(path: string): SafetensorsFile | Problem {
  if (path.endsWith('.json')) return openIndex(path)
  const file = openSafetensors(path)
  return isProblem(file) ? file : { ...file, part: partOf(path) }
}

const partName = /^(.*)-(\d{5})-of-(\d{5})\.safetensors$/

function partOf(path: string): CheckpointPart | undefined {
  const [, name, number, count] = partName.exec(basename(path)) ?? []
  return name === undefined
    ? undefined
    : {
        path,
        number: Number(number),
        count: Number(count),
        index: join(dirname(path), `${name}.safetensors.index.json`),
      }
}

function openIndex(path: string): SafetensorsFile | Problem {
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
  const read: SafetensorsFile['read'] = (name) => {
    const file = opened.get(listed.get(name) ?? '')
    if (file === undefined) throw new Error(`${path} has no tensor ${name}`)
    return file.read(name)
  }
  return { path, entries, metadata: new Map(), read, close }
}

/** The files of an index by the names that it has for them. */
function openAll(path: string, names: Iterable<string>): ReadonlyMap<string, SafetensorsFile> | Problem {
  const opened = new Map<string, SafetensorsFile>()
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
function openBeside(path: string, name: string): SafetensorsFile | Problem {
  const isOutside = /[\\:\0]|^\//.test(name) || name.split('/').includes('..')
  if (isOutside)
    return problem('weights-index', {
      path,
      reason: `the file \`${name}\` is not in the folder of the index`,
    })
  const file = openSafetensors(join(dirname(path), name))
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
