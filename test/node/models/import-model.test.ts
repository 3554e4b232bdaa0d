// importModel of weft/node: the folder that `weft import model` writes, and all that keeps it from being written.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Problem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import { importModel } from '../../../src/node/index.ts'
import { packageVersion } from '../../../src/node/package-root.ts'
import { repository } from '../../examples/compile-example.ts'
import { runWeft, workspace } from '../../support/run-weft.ts'

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
