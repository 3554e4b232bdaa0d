// Without the optional library nothing but the files that need it is affected.
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { readImage } from '../../../src/node/volume-files.ts'
import { said } from '../../support/datasets.ts'

vi.mock('@itk-wasm/image-io', () => {
  throw new Error('Cannot find package')
})

test('a file that the absent library reads names it', async () => {
  const path = join(import.meta.dirname, 'files', 'oblique.nrrd')
  expect(said(await readImage([path]), join(import.meta.dirname, 'files'))).toMatch(
    /^volume-library-absent: oblique\.nrrd is read by @itk-wasm\/image-io, which cannot be loaded: /,
  )
})
