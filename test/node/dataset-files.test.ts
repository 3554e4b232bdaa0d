// Datasets and NIfTI files on the disk: made ones with every mistake, and a real one where it is at hand.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { codes } from '../../src/compiler/diagnostics/codes.ts'
import type { CodeSpec } from '../../src/compiler/diagnostics/define.ts'
import { isProblem, type Problem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { labelsIn } from '../../src/data/targets.ts'
import { checkCases, factsOf } from '../../src/data/checks.ts'
import { remarkWarnings } from '../../src/data/remarks.ts'
import type { OrientationPolicy } from '../../src/compiler/semantics/declarations/train.ts'
import { openDataset, openImages, type Dataset } from '../../src/node/dataset-files.ts'
import type { OpenedImage } from '../../src/node/case-files.ts'
import { readImage, readLabels, writeLabels } from '../../src/node/volume-files.ts'
import { type FileSpec } from '../support/nifti.ts'
import { readVolume } from '../support/volumes.ts'
import { description, folderOf, must, said, volume, image, labels, good } from '../support/datasets.ts'

describe('a dataset', () => {
  test('is read case by case', async () => {
    const folder = folderOf({ ...good, 'imagesTr/._b_0000.nii.gz': new Uint8Array(3) })
    const dataset = must(openDataset(folder))
    expect(dataset.description).toEqual({
      name: 'dataset',
      channels: ['T1'],
      classes: ['background', 'tumour'],
    })
    expect(dataset.cases).toEqual(['a'])
    const found = must(await dataset.readCase('a'))
    expect([...found.image.data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect([...found.labels.data]).toEqual([0, 1, 0, 0, 0, 0, 0, 1])
    expect(found.image.geometry).toEqual({
      extents: [2, 2, 2], spacing: [1, 1, 1], affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0],
    }) // prettier-ignore
  })

  test('of the first form, with its list of training cases', async () => {
    const json = {
      modality: { 0: 'T1', 1: 'T2' },
      labels: { 0: 'background', 1: 'tumour' },
      numTraining: 1,
      training: [{ image: './imagesTr/a.nii.gz', label: './labelsTr/a.nii.gz' }],
    }
    const other = { 'imagesTr/a_0001.nii.gz': image, 'imagesTr/left_out_0000.nii.gz': image }
    const dataset = must(openDataset(folderOf({ ...good, 'dataset.json': json, ...other })))
    expect(dataset.cases).toEqual(['a'])
    expect(must(await dataset.readCase('a')).image.channels).toBe(2)
  })

  const one: FileSpec = volume([0, 0, 1, 0, 0, 0, 0, 0], { type: 'uint8' })
  const two: FileSpec = volume([0, 1, 1, 0, 0, 0, 0, 0], { type: 'uint8' })
  const listing = (...training: readonly { image?: string; label?: string }[]): object => ({
    ...description,
    numTraining: training.length,
    training,
  })
  const listedFiles = {
    'imagesTr/a_0000.nii.gz': image,
    'imagesTr/b_0000.nii.gz': volume([9]),
    'labelsTr/a.nii.gz': labels,
    'labelsTr/b.nii.gz': labels,
    'labels2/a_seg.nii.gz': one,
    'labels2/b_seg.nii.gz': two,
    'scans/plain.nii.gz': volume([5]),
  }
  const listed: Readonly<
    Record<string, readonly [image: string, label: string, name: string, first: number, foreground: number]>
  > = {
    'labels in another folder': ['./imagesTr/a.nii.gz', './labels2/a_seg.nii.gz', 'a', 1, 1],
    'crossed pairs': ['imagesTr/a.nii.gz', 'labels2/b_seg.nii.gz', 'a', 1, 2],
    'the file of the first channel': ['imagesTr/b_0000.nii.gz', 'labels2/../labelsTr/b.nii.gz', 'b', 9, 2],
    'an image of one channel without its number': [
      'scans/plain.nii.gz',
      'labels2/a_seg.nii.gz',
      'plain',
      5,
      1,
    ],
  }
  test.each(Object.keys(listed))('that lists %s is read from there', async (what) => {
    const [imagePath, label, name, first, foreground] = listed[what] ?? ['', '', '', 0, 0]
    const folder = folderOf({ 'dataset.json': listing({ image: imagePath, label }), ...listedFiles })
    const dataset = must(openDataset(folder))
    expect(dataset.cases).toEqual([name])
    const found = must(await dataset.readCase(name))
    expect(found.image.data[0]).toBe(first)
    expect(found.labels.data.reduce((sum, value) => sum + value, 0)).toBe(foreground)
  })

  test('that lists files which are not there, or several channels in one file, is refused when they are read', async () => {
    const reading = async (json: object, name: string): Promise<string> => {
      const folder = folderOf({ 'dataset.json': json, ...listedFiles })
      return said(await must(openDataset(folder)).readCase(name), folder)
    }
    expect(await reading(listing({ image: 'imagesTr/a.nii.gz', label: 'labels2/c.nii.gz' }), 'a')).toBe(
      'dataset-file-missing: case `a` lacks labels: there is no labels2/c.nii.gz',
    )
    expect(await reading(listing({ image: 'imagesTr/c.nii.gz', label: 'labels2/a_seg.nii.gz' }), 'c')).toBe(
      'dataset-file-missing: case `c` lacks channel 0: there is no imagesTr/c_0000.nii.gz',
    )
    const two = {
      ...listing({ image: 'scans/plain.nii.gz', label: 'labelsTr/a.nii.gz' }),
      channel_names: { 0: 'T1', 1: 'T2' },
    }
    expect(await reading(two, 'plain')).toBe(
      'dataset-file-missing: case `plain` lacks channel 0: there is no scans/plain_0000.nii.gz',
    )
  })

  test('with a list of one label, and an order of regions beside plain labels, has classes as nnU-Net has them', () => {
    const json = {
      ...description,
      labels: { background: 0, liver: [1], tumour: 2 },
      regions_class_order: [1, 2],
    }
    expect(must(openDataset(folderOf({ ...good, 'dataset.json': json }))).description.classes).toEqual([
      'background',
      'liver',
      'tumour',
    ])
  })

  test('with regions has them in the order of their names, and a label to ignore after all', () => {
    const labels = { background: 0, whole: [1, 2, 3], core: [2, 3], enhancing: 3, ignore: 4 }
    const json = { ...description, labels, regions_class_order: [1, 2, 3] }
    const found = must(openDataset(folderOf({ ...good, 'dataset.json': json }))).description
    expect(found.classes).toEqual(['background', 'whole', 'core', 'enhancing'])
    expect(found.regions).toEqual([
      { labels: [1, 2, 3], written: 1 },
      { labels: [2, 3], written: 2 },
      { labels: [3], written: 3 },
    ])
    expect([found.ignore, labelsIn(found)]).toEqual([4, 5])
  })

  const wrongJson: Readonly<Record<string, readonly [json: object, expected: string]>> = {
    'no channels': [
      { labels: description.labels },
      'dataset-malformed: dataset.json does not describe a dataset: `channel_names` is missing',
    ],
    'classes with a gap': [
      { ...description, labels: { background: 0, tumour: 2 } },
      'dataset-malformed: dataset.json does not describe a dataset: `labels` has no name for 1: they are numbered from 0 without gaps',
    ],
    'regions without their order': [
      { ...description, labels: { background: 0, whole: [1, 2], core: [2] } },
      'dataset-malformed: dataset.json does not describe a dataset: `regions_class_order` is missing: it says by which label each of the regions whole, core is written',
    ],
    'an order of other regions': [
      { ...description, labels: { background: 0, whole: [1, 2], core: 2 }, regions_class_order: [1, 2, 3] },
      'dataset-malformed: dataset.json does not describe a dataset: `regions_class_order` has 3 labels, and there are 2 regions (whole, core)',
    ],
    'a region that is written by the label of another': [
      { ...description, labels: { background: 0, whole: [1, 2], core: 2 }, regions_class_order: [2, 1] },
      'dataset-malformed: dataset.json does not describe a dataset: `regions_class_order` has the label 1 for "core", which does not lie in that region ([2])',
    ],
    'regions with a gap': [
      { ...description, labels: { background: 0, whole: [1, 4], core: [4] }, regions_class_order: [1, 4] },
      'dataset-malformed: dataset.json does not describe a dataset: no region has the label 2: they are numbered from 0 without gaps',
    ],
    'a label to ignore that is not the last': [
      { ...description, labels: { background: 0, ignore: 1, tumour: 2 } },
      'dataset-malformed: dataset.json does not describe a dataset: `labels` has no name for 1: they are numbered from 0 without gaps',
    ],
    'a label to ignore that is apart': [
      { ...description, labels: { background: 0, tumour: 1, ignore: 255 } },
      'dataset-malformed: dataset.json does not describe a dataset: the label to `ignore` is 255, and it has to be the one after all others: 2',
    ],
    'other files': [
      { ...description, file_ending: '.gipl' },
      'dataset-unsupported: dataset.json asks for files ending in ".gipl": these are read: .nii.gz, .nii, .nrrd, .mha, .png, .tif, .tiff',
    ],
    'a listed path that leads out of the folder': [
      listing({ image: './imagesTr/../../other/a.nii.gz', label: 'labelsTr/a.nii.gz' }),
      'dataset-malformed: dataset.json does not describe a dataset: `training` has "./imagesTr/../../other/a.nii.gz", which is no file in its folder that ends in .nii.gz',
    ],
    'a listed path from the root': [
      listing({ image: 'imagesTr/a.nii.gz', label: '/labelsTr/a.nii.gz' }),
      'dataset-malformed: dataset.json does not describe a dataset: `training` has "/labelsTr/a.nii.gz", which is no file in its folder that ends in .nii.gz',
    ],
    'a case that is listed without its image': [
      listing({ label: 'labelsTr/a.nii.gz' }),
      'dataset-malformed: dataset.json does not describe a dataset: at `/training/0`, `image` is missing',
    ],
    'a case that is listed twice': [
      listing(
        { image: 'imagesTr/a.nii.gz', label: 'labelsTr/a.nii.gz' },
        { image: 'imagesTr/a_0000.nii.gz', label: 'labelsTr/a.nii.gz' },
      ),
      'dataset-malformed: dataset.json does not describe a dataset: `training` lists a twice',
    ],
    'another number of cases': [
      { ...description, numTraining: 3 },
      'dataset-malformed: dataset.json does not describe a dataset: `numTraining` is 3 cases, and imagesTr holds 1 of them',
    ],
  }
  test.each(Object.keys(wrongJson))('with %s is refused', (name) => {
    const [json, expected] = wrongJson[name] ?? [{}, '']
    const folder = folderOf({ ...good, 'dataset.json': json })
    expect(said(openDataset(folder), folder)).toBe(expected)
  })

  test('without images, or without a description', () => {
    const folder = folderOf({ 'dataset.json': description, 'imagesTr/a.nii.gz': image })
    expect(said(openDataset(folder), folder)).toBe(
      'dataset-empty: imagesTr holds no images: no file is called CASE_0000.nii.gz, and there is a.nii.gz',
    )
    expect(said(openDataset(join(folder, 'imagesTr')), folder)).toMatch(/^file-missing/)
  })

  const shifted = { sform: [1, 0, 0, 0.5, 0, 1, 0, 0, 0, 0, 1, 0] }
  const wrongCases: Readonly<
    Record<string, readonly [files: Readonly<Record<string, FileSpec | object>>, expected: string]>
  > = {
    'a channel too many': [
      { 'imagesTr/a_0001.nii.gz': image },
      'channels-extra: case `a` has the file imagesTr/a_0001.nii.gz, beyond the 1 declared channels',
    ],
    'a channel too few': [
      { 'dataset.json': { ...description, channel_names: { 0: 'T1', 1: 'T2' } } },
      'dataset-file-missing: case `a` lacks channel 1: there is no imagesTr/a_0001.nii.gz',
    ],
    'labels of other extents': [
      { 'labelsTr/a.nii.gz': volume([], { dims: [2, 2, 3], type: 'uint8' }) },
      'geometry-differs: labelsTr/a.nii.gz has extents 3x2x2, and imagesTr/a_0000.nii.gz, of the same case, 2x2x2',
    ],
    'labels half a voxel off': [
      { 'labelsTr/a.nii.gz': { ...labels, ...shifted } },
      'geometry-differs: labelsTr/a.nii.gz has the affine [1 0 0 0.5 0 1 0 0 0 0 1 0], and imagesTr/a_0000.nii.gz, of the same case, [1 0 0 0 0 1 0 0 0 0 1 0]',
    ],
    'undeclared labels': [
      { 'labelsTr/a.nii.gz': volume([0, 1, 2, 2, 2, 0.5, -1, 0]) },
      'labels-undeclared: labelsTr/a.nii.gz has labels outside the 2 declared classes (0 to 1): 2 in 3 voxels, -1 in 1 voxel, 0.5 in 1 voxel',
    ],
    'a value for each voxel': [
      { 'labelsTr/a.nii.gz': volume([0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5]) },
      'labels-undeclared: labelsTr/a.nii.gz has labels outside the 2 declared classes (0 to 1): 0.5 in 1 voxel, 1.5 in 1 voxel, 2.5 in 1 voxel, 3.5 in 1 voxel, 4.5 in 1 voxel and 3 more values',
    ],
    'a voxel that is not a number': [
      { 'imagesTr/a_0000.nii.gz': volume([1, NaN, Infinity]) },
      'nifti-not-finite: imagesTr/a_0000.nii.gz has 2 of 8 voxels that are NaN or infinite',
    ],
    'axes that could be either': [
      { 'imagesTr/a_0000.nii.gz': { ...image, sform: [0.7, -0.7, 0, 0, 0.7, 0.7, 0, 0, 0, 0, 1, 0] } },
      "nifti-oblique: the axes of imagesTr/a_0000.nii.gz lie 45 degrees off the scanner's, more than 40: which is which cannot be told",
    ],
  }
  test.each(Object.keys(wrongCases))('with %s refuses the case', async (name) => {
    const [files, expected] = wrongCases[name] ?? [{}, '']
    const folder = folderOf({ ...good, ...files })
    expect(said(await must(openDataset(folder)).readCase('a'), folder)).toBe(expected)
  })

  test('says which case it does not have, and where labels are missing', async () => {
    const folder = folderOf({ ...good, 'imagesTr/liver_2_0000.nii.gz': image })
    const dataset = must(openDataset(folder))
    expect(said(await dataset.readCase('liver_1'), folder)).toMatch(
      /^case-unknown: .* has no case `liver_1`$/,
    )
    expect(said(await dataset.readCase('liver_2'), folder)).toBe(
      'dataset-file-missing: case `liver_2` lacks labels: there is no labelsTr/liver_2.nii.gz',
    )
  })

  test('warns of classes that no case has, and of spacings that differ', async () => {
    const wide = { sform: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 3, 0] }
    const folder = folderOf({
      ...good,
      'dataset.json': { ...description, labels: { background: 0, tumour: 1, cyst: 2 } },
      'imagesTr/b_0000.nii.gz': { ...image, ...wide },
      'labelsTr/b.nii.gz': { ...labels, ...wide },
    })
    const dataset = must(openDataset(folder))
    const cases = await Promise.all(dataset.cases.map(async (name) => must(await dataset.readCase(name))))
    expect(checkCases(cases.map(factsOf), dataset.description).map((one) => said(one))).toEqual([
      'class-absent: class `cyst` (2) is declared, and none of 2 training cases has a voxel of it',
      'spacings-differ: voxels are 1 mm along z in `a` and 3 mm in `b`; nothing is resampled',
    ])
  })
})

describe('labels that a slope scales', () => {
  test('are refused with the reason, and nearly whole numbers of another kind without it', async () => {
    const slope = 7 / 65535
    const stored = [-32768, -23406, 32767, -32768, -32768, -32768, -32768, -32768]
    const scaled = volume(stored, { type: 'int16', slope: [slope, 32768 * slope] })
    const folder = folderOf({
      'scaled.nii.gz': scaled,
      'halves.nii.gz': volume([0.5, 1]),
      'half-scaled.nii.gz': volume([0, 1, 2, 3], { type: 'int16', slope: [0.5, 0] }),
    })
    const help = async (file: string): Promise<string | undefined> => {
      const found = await readLabels(join(folder, file), 8)
      return isProblem(found) ? (codes[found.name] as CodeSpec<unknown>).help?.(found.parts) : 'no problem'
    }
    // A slope of which rounding to 32 bits leaves whole numbers is none to speak of.
    const whole = volume([0, 21845, 21845], { type: 'int16', slope: [3 / 65535, 0] })
    const near = folderOf({ 'near.nii.gz': whole })
    expect([...must(await readLabels(join(near, 'near.nii.gz'), 8)).labels.data]).toEqual([
      0, 1, 1, 0, 0, 0, 0, 0,
    ])
    const wrong = 'declare the class in dataset.json, or change the labels'
    expect(await help('scaled.nii.gz')).toMatch(
      /^they lie within 0\.0000\d of whole numbers: .* scl_slope of 0\.0001068 scales\. Save .*`Nifti1Image\(np\.rint\(labels\)\.astype\(np\.uint8\), affine\)`$/,
    )
    expect(await help('halves.nii.gz')).toBe(wrong)
  })
})

describe('orientation', () => {
  // Axes i and j 48 degrees off the scanner's, as a short-axis view of the heart may lie: j is nearer to x.
  const [c, s] = [Math.cos((48 * Math.PI) / 180), Math.sin((48 * Math.PI) / 180)]
  const oblique: FileSpec = {
    dims: [2, 3, 1],
    values: [1, 2, 3, 4, 5, 6],
    sform: [c, -s, 0, 0, s, c, 0, 0, 0, 0, 1, 0],
  }

  test('of oblique volumes is refused, the nearest, or that of the file, as is said', async () => {
    const folder = folderOf({ 'a_0000.nii.gz': oblique })
    const read = async (orientation: OrientationPolicy): Promise<OpenedImage | Problem> =>
      must(openImages(folder, 1, { orientation })).readCase('a')
    expect(said(await read('strict'), folder)).toBe(
      "nifti-oblique: the axes of a_0000.nii.gz lie 42 degrees off the scanner's, more than 40: which is which cannot be told",
    )
    const nearest = must(await read('nearest')).image
    expect(nearest.geometry.extents).toEqual([1, 2, 3])
    expect([...nearest.data]).toEqual([5, 3, 1, 6, 4, 2])
    const stored = must(await read('as_stored')).image
    expect(stored.geometry.extents).toEqual([1, 3, 2])
    expect([...stored.data]).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('is that of the image for labels on its grid, and predictions lie on it again', async () => {
    const labelled = { ...oblique, type: 'uint8', values: [0, 1, 0, 1, 1, 1] } as const
    // Rounding may put it on the other side of where another order is nearer.
    const turned = labelled.sform?.map((value) => value + 1e-4)
    const folder = folderOf({
      'dataset.json': description,
      'imagesTr/a_0000.nii.gz': oblique,
      'labelsTr/a.nii.gz': { ...labelled, ...(turned === undefined ? {} : { sform: turned }) },
    })
    for (const policy of ['nearest', 'as_stored'] as const) {
      const { image: found, labels: own } = must(await must(openDataset(folder, policy)).readCase('a'))
      const pairs = [...found.data].map((value, at) => [value, own.data[at]])
      expect(pairs.toSorted(([a = 0], [b = 0]) => a - b)).toEqual(
        labelled.values.map((value, at) => [at + 1, value]),
      )
      const { grid } = must(await readImage([join(folder, 'imagesTr/a_0000.nii.gz')], policy))
      expect(writeLabels(join(folder, 'out.nii.gz'), own.data, grid)).toBeUndefined()
      expect(must(await readVolume(join(folder, 'out.nii.gz'))).voxels).toEqual([...labelled.values])
    }
  })

  test('says how far off it is with the digits that show it', () => {
    const said = (degrees: number): string =>
      (codes['nifti-oblique'] as CodeSpec<unknown>).message({ path: 'a.nii', degrees, limit: 40 })
    expect(
      [40.04, 40.6, 44.9999, 40.000001].map((degrees) => /lie (\S+) degrees/.exec(said(degrees))?.[1]),
    ).toEqual(['40.04', '41', '45', '40.000001'])
  })
})

describe('what headers leave open', () => {
  test('is one warning for a dataset, with the first names', async () => {
    const lost: FileSpec = { dims: [2, 2, 2], values: [1, 2, 3, 4, 5, 6, 7, 8] }
    const names = ['a', 'b', 'c', 'd']
    const files = names.flatMap((name) => [
      [`imagesTr/${name}_0000.nii.gz`, lost] as const,
      [`labelsTr/${name}.nii.gz`, { ...labels, pixdim: [1, 1, name === 'd' ? 1 : 3] }] as const,
    ])
    const folder = folderOf({ 'dataset.json': description, ...Object.fromEntries(files) })
    const dataset = must(openDataset(folder))
    const read = async (name: string): Promise<unknown> => {
      const found = await dataset.readCase(name)
      return isProblem(found) ? said(found, folder) : found
    }
    // 3 mm by `pixdim` is not the image's 1 mm.
    expect(await read('a')).toMatch(/^geometry-differs/)
    const { remarks } = must(await dataset.readCase('d'))
    expect(remarks?.map(({ kind }) => kind)).toEqual(['no-forms'])
    const many = names.flatMap((name) => [
      { kind: 'no-forms', path: `${name}.nii`, found: 'neither form' } as const,
      {
        kind: 'spacing-differs',
        path: `${name}.nii`,
        found: '`pixdim` 1 x 1 x 3 mm, and an sform of 1 x 1 x 1 mm',
      } as const,
    ])
    expect(remarkWarnings(many).map((one) => said(one))).toEqual([
      'nifti-unplaced: nothing says which side is left in 4 files (a.nii, b.nii, c.nii and 1 other): neither form',
      'nifti-spacing: the header disagrees with itself on the size of voxels in 4 files (a.nii, b.nii, c.nii and 1 other): the first has `pixdim` 1 x 1 x 3 mm, and an sform of 1 x 1 x 1 mm',
    ])
    const others = (['forms-differ', 'bytes-beyond'] as const).map((kind) => ({
      kind,
      path: 'a.nii',
      found: 'x',
    }))
    expect(remarkWarnings(others).map((one) => said(one))).toEqual([
      'nifti-bytes-beyond: 1 file (a.nii) holds more than its header asks for, which is not read: the first has x',
      'nifti-forms-differ: sform and qform turn the axes differently in 1 file (a.nii): the first has x; the sform is taken',
    ])
  })

  test('about axes does not matter where these are left as they are stored', async () => {
    const folder = folderOf({ 'lost.nii.gz': { dims: [2, 2, 2] } })
    const kinds = async (policy: OrientationPolicy): Promise<readonly string[]> =>
      must(await readImage([join(folder, 'lost.nii.gz')], policy)).remarks.map(({ kind }) => kind)
    expect([await kinds('strict'), await kinds('as_stored')]).toEqual([['no-forms'], []])
  })

  test('is no other grid: a file without forms lies as the other file of its case', async () => {
    const sform = [0, -1, 0, 5, 1, 0, 0, 6, 0, 0, 1, 7]
    const values = [1, 2, 3, 4, 5, 6, 7, 8]
    const placed = { dims: [2, 2, 2], values, sform }
    const folder = folderOf({ 'placed.nii.gz': placed, 'lost.nii.gz': { dims: [2, 2, 2], values } })
    const [one, other] = [join(folder, 'placed.nii.gz'), join(folder, 'lost.nii.gz')]
    for (const paths of [
      [one, other],
      [other, one],
    ]) {
      const { image: found } = must(await readImage(paths))
      expect(found.data.subarray(0, 8)).toEqual(found.data.subarray(8))
    }
  })
})

const real = join(import.meta.dirname, '../../../shared/data/Dataset004_Hippocampus')

describe.skipIf(!existsSync(real))(
  `the hippocampus dataset of the Medical Segmentation Decathlon${existsSync(real) ? '' : ` (skipped: there is no ${real})`}`,
  () => {
    test('is read whole, and has no mistakes', async () => {
      const dataset: Dataset = must(openDataset(real))
      expect(dataset.cases).toHaveLength(200)
      expect(dataset.description.classes).toEqual(['background', 'Anterior', 'Posterior'])
      const cases = await Promise.all(dataset.cases.map(async (name) => must(await dataset.readCase(name))))
      expect(checkCases(cases.map(factsOf), dataset.description)).toEqual([])
      const [first] = cases
      expect(first?.name).toBe('hippocampus_001')
      expect(first?.image.geometry.extents).toEqual([35, 51, 35])
      expect(
        cases.every(({ labels: { data } }) => data.some((value) => value === 1) && data.includes(2)),
      ).toBe(true)
    })
  },
)
