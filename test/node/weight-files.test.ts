// Checkpoints in several files: read by their index, which has to say what is so.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { writeSafetensors } from '../../src/node/safetensors-file.ts'
import type { TensorFile } from '../../src/node/tensor-file.ts'
import { openWeights } from '../../src/node/weight-files.ts'
import { workspace } from '../support/run-weft.ts'
import { textOf } from '../weights/map-at.ts'

const [first, second] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors']

/** `a` and `b` in the first file, `c` in the second; each is its own place in the alphabet. */
function folderOf(index: object | string): string {
  const folder = workspace()
  for (const [file, names] of [
    [first, 'ab'],
    [second, 'c'],
  ] as const) {
    const tensors = [...names].map((name) => ({
      name,
      dtype: 'F32' as const,
      shape: [1],
      numbers: () => Float32Array.of(name.charCodeAt(0) - 96),
    }))
    expect(writeSafetensors(join(folder, file), tensors)).toBeUndefined()
  }
  const text = typeof index === 'string' ? index : JSON.stringify(index)
  writeFileSync(join(folder, 'model.safetensors.index.json'), text)
  return folder
}

const sound = { a: first, b: first, c: second }

function opened(path: string): TensorFile {
  const file = openWeights(path)
  if (isProblem(file)) throw new Error(textOf(file))
  return file
}

describe('an index', () => {
  test('gives the tensors of all its files', () => {
    const folder = folderOf({ metadata: { total_size: 12 }, weight_map: sound })
    const file = opened(join(folder, 'model.safetensors.index.json'))
    expect([...file.entries.keys()]).toEqual(['a', 'b', 'c'])
    expect(['a', 'b', 'c'].map((name) => [...(file.read(name) as Float32Array)])).toEqual([[1], [2], [3]])
    file.close()
  })

  test.each<[what: string, index: object | string, message: string | RegExp]>([
    ['that is cut off', '{"weight_map": {', /as the index of a checkpoint: it is not JSON \(/],
    ['of another form', { weights: {} }, '`weight_map` is missing'],
    [
      'with a file that is a number',
      { weight_map: { a: 1 } },
      'at `/weight_map/a`, it must be a string, and is 1',
    ],
    [
      'with a name twice',
      '{"weight_map": {"a": "x", "a": "y"}}',
      'at `/weight_map/a`, it is there more than once',
    ],
    [
      'with a file that is not there',
      { weight_map: { ...sound, d: 'model-00003-of-00003.safetensors' } },
      'it lists `model-00003-of-00003.safetensors`, and there is no such file',
    ],
    [
      'with a tensor in another file',
      { weight_map: { ...sound, b: second, d: second } },
      `\`b\` is not in ${second}, and so for 1 more (`,
    ],
    [
      'without a tensor',
      { weight_map: { a: first, c: second } },
      `${first} holds \`b\`, which it does not list there (`,
    ],
    ...['../x.safetensors', 'a/../../x', '/etc/passwd', 'C:\\x', '..\\x'].map(
      (name): [string, object, string] => [
        `that leads to ${name}`,
        { weight_map: { a: name } },
        `the file \`${name}\` is not in the folder of the index`,
      ],
    ),
  ])('%s is refused', (_, index, message) => {
    const found = openWeights(join(folderOf(index), 'model.safetensors.index.json'))
    const text = isProblem(found) ? textOf(found) : 'no problem'
    expect(text).toMatch(/^WEFT909 /)
    expect(text).toMatch(
      typeof message === 'string' ? RegExp(message.replaceAll(/[^\w ]/g, String.raw`\$&`)) : message,
    )
  })

  test('leads to a damaged file', () => {
    const folder = folderOf({ weight_map: sound })
    writeFileSync(join(folder, second), 'short')
    const found = openWeights(join(folder, 'model.safetensors.index.json'))
    expect(isProblem(found) && textOf(found)).toMatch(
      /^WEFT901 .*model-00002-of-00002\.safetensors has 5 bytes/,
    )
  })
})

describe('a file', () => {
  test('that is one of several is known by its name', () => {
    const folder = folderOf({ weight_map: sound })
    const file = opened(join(folder, second))
    expect(file.part).toEqual({
      path: join(folder, second),
      number: 2,
      count: 2,
      index: join(folder, 'model.safetensors.index.json'),
    })
    file.close()
  })

  test('that is JSON under another name is called that', () => {
    const folder = folderOf({ weight_map: sound })
    for (const [at, text] of ['{"weight_map": {}}', '{\n  "metadata": {}}', '[1, 2, 3]'].entries()) {
      writeFileSync(join(folder, `${at}.safetensors`), text)
      const found = openWeights(join(folder, `${at}.safetensors`))
      expect(isProblem(found) && textOf(found)).toMatch(
        /^WEFT902 .* is a JSON text, not a safetensors file \(the index/,
      )
    }
  })
})
