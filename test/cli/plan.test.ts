// weft plan: fingerprints and plans of datasets, in every form, and what cannot be planned for.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openPlans } from '../../src/node/plans-files.ts'
import { description, folderOf, image, labels, volume } from '../support/datasets.ts'
import { runWeft, workspace } from '../support/run-weft.ts'
import { validator } from '../support/specs.ts'
import { sound } from '../support/trained-run.ts'

const source = 'phantom:cases=3,extents=24x24x16,channels=2'

describe('weft plan', () => {
  test('prints the fingerprint and the networks', () => {
    const { status, stdout, stderr } = runWeft(['plan', source])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^Phantom: 3 cases\n/)
    expect(stdout).toMatch(/^made-up 1 .* ZScoreNormalization$/m)
    expect(stdout).toMatch(/^ellipsoid 2 +[\d,]+ +3$/m)
    expect(stdout).toMatch(/^patch +24 x 16 +24 x 24 x 16$/m)
  })

  test('writes a document, plans and a spec that agree', () => {
    const cwd = workspace()
    for (const args of [
      ['-o', 'plan.json'],
      ['--format', 'plans', '-o', 'plans.json'],
      ['-o', 'plan.weft'],
    ])
      expect(runWeft(['plan', source, ...args], { cwd })).toMatchObject({ status: 0 })
    const document = JSON.parse(readFileSync(join(cwd, 'plan.json'), 'utf8')) as { configurations: { trainingBytes: number }[] } // prettier-ignore
    expect(validator('weft-plan-1.schema.json')(document)).toBe('')
    expect([...sound(openPlans(join(cwd, 'plans.json'))).configurations.keys()]).toEqual(['2d', '3d_fullres'])
    expect(runWeft(['check', 'plan.weft'], { cwd })).toMatchObject({ status: 0 })
    const counted = runWeft(
      ['memory', 'plan.weft', '--network', 'Phantom3dFullres', '--batch', '2', '--json'],
      { cwd },
    )
    const { training } = JSON.parse(counted.stdout) as { training: { totalBytes: number } }
    expect(training.totalBytes).toBe(document.configurations[1]?.trainingBytes)
  })

  test.each([
    [
      'no labelled voxel',
      'WEFT827',
      {},
      { 'labelsTr/a.nii.gz': volume([0, 0, 0, 0, 0, 0, 0, 0], { type: 'uint8' }) },
    ],
    ['NaN', 'WEFT838', {}, { 'imagesTr/a_0000.nii.gz': volume([1, 2, NaN, 4, 5, 6, 7, 8]) }],
    ['a channel that is missing', 'WEFT844', { channel_names: { 0: 'T1', 1: 'T2' } }, {}],
    ['volumes too small for two stages', 'WEFT826', {}, {}],
    ['a reader of somebody else', 'WEFT828', { overwrite_image_reader_writer: 'MyReader' }, {}],
  ])('%s is told', (_, code, more, files) => {
    const folder = folderOf({
      'dataset.json': { ...description, ...more },
      'imagesTr/a_0000.nii.gz': image,
      'labelsTr/a.nii.gz': labels,
      ...files,
    })
    const { status, stdout, stderr } = runWeft([
      'plan',
      folder,
      ...(code === 'WEFT828' ? ['--reference', 'nnunet'] : []),
    ])
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain(`error[${code}]`)
  })

  test('every case that cannot be read is told at once, and a memory that is too small', () => {
    const broken = volume([1, NaN, 3, 4, 5, 6, 7, 8])
    const folder = folderOf({
      'dataset.json': description,
      ...Object.fromEntries(
        ['a', 'b'].flatMap((name) => [
          [`imagesTr/${name}_0000.nii.gz`, broken],
          [`labelsTr/${name}.nii.gz`, labels],
        ]),
      ),
    })
    expect(runWeft(['plan', folder]).stderr.match(/error\[WEFT838\]/g)).toHaveLength(2)
    expect(runWeft(['plan', source, '--within', '1MiB'])).toMatchObject({ status: 1 })
    expect(runWeft(['plan', source, '--within', '1MiB']).stderr).toContain('WEFT826')
    expect(runWeft(['plan', source, '--within', 'much']).stderr).toContain(
      '--within takes a size such as 8GiB',
    )
  })
})
