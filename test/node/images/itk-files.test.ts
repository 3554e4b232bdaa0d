// Volumes in other formats than NIfTI: read as SimpleITK reads them (peers/itk.py records that), refused where it would be misread, and labels
// written beside them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openImages } from '../../../src/node/dataset-files.ts'
import { readVolume } from '../../../src/node/images/volume.ts'
import { readImage, readLabels, writeLabels } from '../../../src/node/volume-files.ts'
import { folderOf, must, said } from '../../support/datasets.ts'
import { workspace } from '../../support/run-weft.ts'
import recorded from './itk-values.json' with { type: 'json' }

const files = join(import.meta.dirname, 'files')
const at = (name: string): string => join(files, name)
const names = Object.keys(recorded) as readonly (keyof typeof recorded)[]

/** Affines differ by the rounding of cosines in headers. */
const near = (found: readonly number[], expected: readonly number[]): number =>
  Math.max(...expected.map((value, k) => Math.abs(value - (found[k] ?? NaN))))

describe('as SimpleITK', () => {
  test.each(names)('%s', async (name) => {
    const { volume } = must(await readVolume([at(name)], 'SimpleITKIO'))
    const { extents, spacing, affine, values } = recorded[name]
    expect(volume.extents).toEqual(extents)
    expect(near(volume.spacing, spacing)).toBeLessThan(1e-5)
    expect([...(volume.channels[0] ?? [])]).toEqual(values)
    const { image } = must(await readImage([at(name)], 'as_stored'))
    expect(near(image.geometry.affine, affine)).toBeLessThan(1e-4)
  })

  test('by nibabel’s readers as the NIfTI file that ITK makes of them', async () => {
    const { volume } = must(await readVolume([at('oblique.nrrd')], 'NibabelIO'))
    expect(volume.spacing).toEqual([3.25, 2, 1.5])
    const turned = must(await readVolume([at('oblique.nrrd')], 'NibabelIOWithReorient')).volume
    // i and j lead to the left and back: both are turned, so the first voxel of a plane is the last.
    expect([...(turned.channels[0] ?? [])].slice(0, 12)).toEqual(recorded['oblique.nrrd'].values.slice(0, 12).toReversed())
  }) // prettier-ignore
})

describe('a series of slices', () => {
  test('is scaled slice by slice', async () => {
    const { volume } = must(await readVolume([at('slopes')], 'SimpleITKIO'))
    expect([...(volume.channels[0] ?? [])]).toEqual(Array.from({ length: 48 }, () => 300))
  })

  test('is refused where it is no regular grid', async () => {
    const refused = async (name: string): Promise<string> => said(await readImage([at(name)]), files)
    expect(await refused('tilted')).toBe(
      'series-unsupported: the slices in tilted are not one volume: tilted/003.dcm lies 0.90 mm beside the first slice, as with a tilted gantry',
    )
    expect(await refused('gap')).toBe(
      'series-unsupported: the slices in gap are not one volume: their distances differ: gap/003.dcm lies 3.000 mm behind the slice before it, and on average it is 4.500 mm; slices may be missing',
    )
  })

  test('is refused where slices are not of one series, are there twice, or are none', async () => {
    const slice = (name: string): Uint8Array => readFileSync(at(name))
    const refused = async (content: Readonly<Record<string, Uint8Array>>): Promise<string> => {
      const folder = folderOf(content)
      return said(await readImage([folder], 'as_stored'), folder)
    }
    const [one, two] = [slice('plain/001.dcm'), slice('plain/002.dcm')]
    expect(await refused({ 'a.dcm': one, 'b.dcm': slice('slopes/002.dcm') })).toContain('b.dcm is of another series than a.dcm')
    expect(await refused({ 'a.dcm': one, 'b.dcm': two, 'c.dcm': one })).toContain('a.dcm and c.dcm lie at the same place')
    expect(await refused({ 'a.dcm': one })).toContain('there is one file, and the distance of slices is that between two')
    expect(await refused({ 'a.dcm': one, 'notes.txt': Buffer.from('a scanner') })).toContain('volume-malformed: notes.txt cannot be read as DICOM: ')
    expect(await refused({ 'a.dcm': one, 'b.dcm': two.subarray(0, two.length - 5) })).toBe('volume-malformed: b.dcm cannot be read as DICOM: it is cut off: 5 bytes of its pixels are missing')
    const packed = slice('packed/001.dcm')
    expect(await refused({ 'a.dcm': packed.subarray(0, packed.length - 9) })).toContain('a.dcm cannot be read as DICOM: it is cut off')
    expect(await refused({})).toContain('the folder is empty')
  }) // prettier-ignore
})

test('what ITK would misread or make up is refused, and nothing of it reaches the console', async () => {
  const refused = async (name: string): Promise<string> => said(await readImage([at(name)]), files)
  expect(await refused('long.mha')).toContain(
    'its numbers are of the type MET_LONG, which has 4 bytes on some',
  )
  expect(await refused('sizeless.mha')).toContain('its header says no size of voxels')
  expect(await refused('cut.mha')).toContain('data not read completely')
  expect(await refused('cut.nrrd')).toContain('it is cut off, or of no kind that ITK knows')
  expect(await refused('four.nrrd')).toContain('it has 4 axes (2x2x3x2), and a volume has three')
  expect(await refused('vectors.nrrd')).toContain('it has 2 numbers a voxel, and a volume has one')
  const folder = folderOf({ 'a.nrrd': Buffer.from('nonsense') })
  expect(said(await readImage([join(folder, 'a.nrrd')]), folder)).toContain(
    'it does not begin as a file of NRRD',
  )
})

test.each([
  ['.nrrd', 'pair.mhd'],
  ['.mha', 'oblique.nrrd'],
  ['.nii', 'oblique.mha'],
  ['.nii.gz', 'plain'],
] as const)('labels are written as %s on the voxels of %s', async (ending, name) => {
  const { image, grid } = must(await readImage([at(name)], 'nearest'))
  const labels = Uint8Array.from(image.data, (_, k) => k % 3)
  const path = join(workspace(), `a${ending}`)
  expect(writeLabels(path, labels, grid)).toBeUndefined()
  const again = must(await readLabels(path, 3, { policy: 'nearest', grid }))
  expect(again.labels.data).toEqual(labels)
  const own = must(await readImage([path], 'as_stored')).image.geometry
  expect(near(own.affine, recorded[name].affine)).toBeLessThan(1e-4)
})

test('a folder of images may have channels of any format, a folder of slices among them', () => {
  const folder = workspace()
  for (const name of ['a_0000.nrrd', 'b_0000.mha', 'd_0000', 'c_0000.nii'])
    writeFileSync(join(folder, name), '')
  mkdirSync(join(folder, 'e_0000'))
  const found = must(openImages(folder, 1))
  expect([...found.cases]).toEqual(['a', 'b', 'c', 'e'])
  expect(found.ignored).toEqual(['d_0000'])
})
