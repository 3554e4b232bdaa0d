// importModel of weft/node: the folder that `weft import model` writes, of a folder or of an exported zip, and all that keeps it from being written.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Problem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import { importModel } from '../../../src/node/index.ts'
import { packageVersion } from '../../../src/node/package-root.ts'
import { repository } from '../../examples/compile-example.ts'
import { runWeft, workspace } from '../../support/run-weft.ts'
import { zipOf, type Entry } from '../../support/zip.ts'

const tiny = join(repository, 'test/node/models/tiny/model')
const filesIn = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    ['model.json', 'spec/model.weft', 'fold_0.safetensors'].map((name) => [
      name,
      readFileSync(join(folder, name), 'latin1'),
    ]),
  )

test('importModel writes the folder of weft import model', async () => {
  const cwd = workspace()
  const told: string[] = []
  const model = await importModel(tiny, {
    output: join(cwd, 'by-program'),
    weft: packageVersion(),
    onProgress: (done, all) => void told.push(`${done} of ${all}`),
  })
  if (!('members' in model)) throw new Error(model.map(({ name }) => name).join())
  expect(model.members).toEqual(['fold_0.safetensors'])
  expect(told.at(-1)).toBe('1 of 1')
  runWeft(['import', 'model', tiny, '-o', 'by-command'], { cwd })
  expect(filesIn(join(cwd, 'by-program'))).toEqual(filesIn(join(cwd, 'by-command')))
})

test('importModel says what is wrong and leaves no folder', async () => {
  const cwd = workspace()
  const found = await importModel(tiny, { output: join(cwd, 'out'), weft: '0', folds: ['3'] })
  const problems = 'members' in found ? [] : found
  expect(problems.map(({ name, parts }: Problem) => ({ name, parts }))).toEqual([
    {
      name: 'model-malformed',
      parts: { path: tiny, reason: 'fold_3 has no checkpoint_final.pth; there are folds 0' },
    },
  ])
  expect(readdirSync(cwd)).toEqual([])
})

describe('a zip that nnU-Net exported', () => {
  const dataset = 'Dataset900_MadeUp'
  const [full, plane] = ['3d_fullres', '2d'].map((name) => `${dataset}/nnUNetTrainer__nnUNetPlans__${name}`)
  const entriesOf = (folder = ''): Entry[] =>
    ['fold_0/checkpoint_final.pth', 'plans.json', 'dataset.json'].map((name) => ({
      name: `${folder}/${name}`,
      bytes: readFileSync(join(tiny, name)),
    }))

  const importing = async (
    entries: readonly Entry[],
    more: { readonly model?: string; readonly folds?: readonly string[] } = {},
  ): Promise<{ readonly cwd: string; readonly found: readonly Problem[] }> => {
    const cwd = workspace()
    writeFileSync(join(cwd, 'a.zip'), zipOf(entries))
    const options = { output: join(cwd, 'out'), weft: '0', ...more }
    const imported = await importModel(join(cwd, 'a.zip'), options)
    return { cwd, found: 'members' in imported ? [] : imported }
  }

  const reasonsOf = async (...given: Parameters<typeof importing>): Promise<readonly unknown[]> => {
    const { cwd, found } = await importing(...given)
    expect(readdirSync(cwd)).toEqual(['a.zip'])
    return found.map(({ parts }) => JSON.stringify(parts).replaceAll(cwd, ''))
  }

  test('is imported as the folder in it, the one that is named where there are several', async () => {
    const [both, outside] = [[...entriesOf(plane), ...entriesOf(full)], workspace()]
    await importModel(tiny, { output: join(outside, 'out'), weft: '0' })
    const expected = filesIn(join(outside, 'out'))
    for (const model of ['3d_fullres', full ?? '']) {
      const { cwd, found } = await importing(both, { model })
      expect(found).toEqual([])
      expect(filesIn(join(cwd, 'out'))).toEqual(expected)
    }
    expect((await importing(entriesOf(full))).found).toEqual([])
    const { found } = await importing(both)
    expect(found.map(({ name }) => name)).toEqual(['model-choice'])
    expect(found[0]?.parts).toMatchObject({ models: [plane, full] })
    expect((await importing(both, { model: 'fullres' })).found[0]?.parts).toMatchObject({ asked: 'fullres' })
  })

  test('is refused where it is damaged, leads out of its folder or lacks a fold, by the names that it has', async () => {
    const [checkpoint, ...rest] = entriesOf(full)
    if (checkpoint === undefined) throw new Error('no checkpoint')
    const replaced = (one: Partial<Entry>): Entry[] => [{ ...checkpoint, ...one }, ...rest]
    expect(await reasonsOf(replaced({ said: { crc: 7 } }))).toEqual([
      expect.stringContaining(
        `/a.zip","reason":"the bytes of \`${checkpoint.name}\` do not have the checksum`,
      ),
    ])
    expect(await reasonsOf(replaced({ said: { bytes: 1000 } }))).toEqual([
      expect.stringContaining(`\`${checkpoint.name}\` has more than the 1000 bytes of the directory`),
    ])
    expect(await reasonsOf(entriesOf('../up'))).toEqual([
      expect.stringContaining('its entry `../up/fold_0/checkpoint_final.pth` is not beneath the folder'),
    ])
    expect(await reasonsOf(entriesOf(full), { folds: ['3'] })).toEqual([
      `{"path":"/a.zip/${full}","reason":"fold_3 has no checkpoint_final.pth; there are folds 0"}`,
    ])
    expect(await reasonsOf(replaced({ bytes: new Uint8Array(9) }))).toEqual([
      expect.stringContaining(
        `{"path":"/a.zip/${full}/fold_0/checkpoint_final.pth","reason":"it has no directory`,
      ),
    ])
  })
})
