// weft data: a dataset that other commands, and other programs, read as if it were scans.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parsePhantom, phantomCase } from '../../src/data/phantom.ts'
import { openDataset, openImages } from '../../src/node/dataset-files.ts'
import { workspace } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'
import { sound } from '../support/trained-run.ts'

const source = 'phantom:cases=2,extents=9x10x12,channels=2,noise=0.2'

describe('weft data', () => {
  test('writes the cases of the same phantoms, and further ones to predict', async () => {
    const cwd = workspace()
    const args = ['data', source, '--tests', '1', '--out', 'sets/Dataset901_Phantom']
    expect(runWeft(args, { cwd })).toMatchObject({ status: 0, stderr: '' })
    const folder = join(cwd, 'sets', 'Dataset901_Phantom')
    const dataset = sound(openDataset(folder))
    expect(dataset.cases).toEqual(['phantom_001', 'phantom_002'])
    expect(dataset.description).toMatchObject({
      channels: ['made-up 0', 'made-up 1'],
      classes: ['background', 'ellipsoid 1', 'ellipsoid 2'],
    })
    const settings = sound(parsePhantom(source))
    for (const name of dataset.cases) {
      const expected = phantomCase(settings, name)
      const found = sound(await dataset.readCase(name))
      expect(found.image.data).toEqual(expected.image.data)
      expect(found.labels.data).toEqual(expected.labels.data)
      expect(found.image.geometry).toEqual(expected.image.geometry)
    }
    const tests = sound(openImages(join(folder, 'imagesTs'), 2))
    expect(tests.cases).toEqual(['phantom_003'])
    const predicted = sound(await tests.readCase('phantom_003'))
    expect(predicted.image.data).toEqual(phantomCase(settings, 'phantom_003').image.data)
    expect(readdirSync(join(folder, 'labelsTs'))).toEqual(['phantom_003.nii.gz'])
  })

  test('never fills a folder that holds something, and makes phantoms only', () => {
    const cwd = workspace({ 'taken/notes.txt': 'mine\n' })
    const refused = (code: string, ...args: readonly string[]): void => {
      const { status, stdout, stderr } = runWeft(['data', ...args], { cwd })
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
      expect(stderr).toContain(code)
    }
    refused('error[WEFT832]', 'phantom', '--out', 'taken')
    refused('error[WEFT832]', 'phantom', '--out', 'taken/notes.txt')
    refused('error[WEFT853]', 'Dataset004', '--out', 'new')
    refused('--tests takes a whole number', 'phantom', '--out', 'new', '--tests', '-1')
    expect(readdirSync(cwd)).toEqual(['taken'])
    expect(readFileSync(join(cwd, 'taken', 'notes.txt'), 'utf8')).toBe('mine\n')
  })
})
