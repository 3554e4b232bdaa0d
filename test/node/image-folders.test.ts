// What a folder of images holds besides cases, and what the headers of a case say before its voxels are read.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { isProblem, messageOf, type Problem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { ignoredFiles, openDataset, openImages, type ImageFolder } from '../../src/node/dataset-files.ts'
import { caseMemoryProblem } from '../../src/node/runs/case-memory.ts'
import { niftiBytes, niftiGz, type FileSpec } from '../support/nifti.ts'
import { workspace } from '../support/run-weft.ts'

const image: FileSpec = { dims: [4, 3, 2], type: 'int16', values: [1, 2, 3] }

function folderOf(files: Readonly<Record<string, Uint8Array>>): string {
  const folder = workspace()
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
  return folder
}

function must<T>(value: T | Problem): T {
  if (isProblem(value)) throw new Error(JSON.stringify(value))
  return value
}

/** The message, with paths from the folder on. */
const said = (value: unknown, folder: string): string =>
  isProblem(value) ? `${value.name}: ${messageOf(value).replaceAll(`${folder}/`, '')}` : 'no problem'

const opened = (folder: string, channels = 1): ImageFolder => must(openImages(folder, channels))

test('what is no channel of a case is named, as far as names are read', () => {
  const none = new Uint8Array()
  const packed = niftiGz(image)
  const folder = folderOf({ 'in/a_0000.nii.gz': packed, 'in/b.nii.gz': packed, 'in/.DS_Store': none })
  const images = opened(join(folder, 'in'))
  expect(images.cases).toEqual(['a'])
  expect(said(ignoredFiles(images), folder)).toBe(
    'files-ignored: in holds 1 file that belongs to no case and is left out: b.nii.gz',
  )
  for (const name of ['1.txt', '2.txt', '3.txt', '4.txt', '5_000.nii'])
    writeFileSync(join(folder, 'in', name), none)
  expect(said(ignoredFiles(opened(join(folder, 'in'))), folder)).toBe(
    'files-ignored: in holds 6 files that belong to no case and are left out: 1.txt, 2.txt, 3.txt, 4.txt, 5_000.nii and 1 more',
  )
})

test('a folder without cases says what it holds instead', () => {
  const folder = folderOf({ 'in/a.nii.gz': new Uint8Array(), 'in/b.nrrd': new Uint8Array() })
  expect(said(openImages(join(folder, 'in'), 1), folder)).toBe(
    'dataset-empty: in holds no images: no file is called CASE_0000.nii.gz, and there are a.nii.gz, b.nrrd',
  )
  mkdirSync(join(folder, 'none'))
  expect(said(openImages(join(folder, 'none'), 1), folder)).toBe(
    'dataset-empty: none holds no images: no file is called CASE_0000.nii.gz',
  )
})

test('a channel that is there packed and unpacked is of nobody', async () => {
  const folder = folderOf({
    'a_0000.nii': niftiBytes(image),
    'a_0000.nii.gz': niftiGz(image),
    'b_0000.nii': niftiBytes(image),
  })
  const images = opened(folder)
  const twice = 'case-twice: case `a` has channel 0 twice: a_0000.nii and a_0000.nii.gz'
  expect(said(await images.readCase('a'), folder)).toBe(twice)
  expect(said(await images.inspect('a'), folder)).toBe(twice)
  expect(must(await images.readCase('b')).image.geometry.extents).toEqual([2, 3, 4])
})

test('the headers of a case say how large it is, and what is wrong with them', async () => {
  // k leads to the right: the volume is turned.
  const sform = [0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0]
  const header = niftiBytes({ ...image, sform }).subarray(0, 352)
  const folder = folderOf({
    'a_0000.nii.gz': niftiGz({ ...image, sform }),
    'a_0001.nii.gz': niftiGz({ ...image, sform }),
    'b_0000.nii.gz': niftiGz(image),
    'c_0000.nii': header,
    'c_0001.nii': header,
    'd_0000.nii.gz': niftiGz(image),
    'd_0001.nii.gz': niftiGz({ ...image, dims: [4, 3, 3] }),
  })
  const images = opened(folder, 2)
  const shape = { extents: [3, 4, 2], channels: 2, spacing: [1, 1, 1], remarks: [] }
  expect(await images.inspect('a')).toEqual(shape)
  expect(must(await images.readCase('a')).image.geometry.extents).toEqual([3, 4, 2])
  expect(said(await images.inspect('b'), folder)).toMatch(/^dataset-file-missing: .* lacks channel 1/)
  expect(said(await images.inspect('c'), folder)).toMatch(/^nifti-truncated: c_0000.nii is cut off/)
  expect(said(await images.inspect('d'), folder)).toMatch(
    /^geometry-differs: d_0001.nii.gz has extents 3x3x4/,
  )
})

test('the header of labels is looked at too', async () => {
  const json = { channel_names: { 0: 'T1' }, labels: { background: 0, tumour: 1 } }
  const folder = folderOf({
    'dataset.json': Buffer.from(JSON.stringify(json)),
    'imagesTr/a_0000.nii.gz': niftiGz(image),
    'imagesTr/b_0000.nii.gz': niftiGz(image),
    'imagesTr/c_0000.nii': niftiBytes(image),
    'labelsTr/a.nii.gz': niftiGz({ ...image, dims: [4, 3, 3] }),
  })
  const dataset = must(openDataset(folder))
  expect(said(await dataset.inspect('a'), folder)).toMatch(
    /^geometry-differs: labelsTr\/a.nii.gz has extents/,
  )
  expect(said(await dataset.inspect('b'), folder)).toMatch(/^dataset-file-missing: case `b` lacks labels/)
  expect(said(ignoredFiles(dataset.ignored), folder)).toMatch(/ is left out: c_0000.nii$/)
})

test('a case that does not fit into memory is refused with what it needs', () => {
  const gib = 2 ** 30
  const shape = { extents: [280, 512, 512], channels: 1, spacing: [1, 1, 1] } as const
  const needs = [
    { what: 'scores', bytes: 15.3 * gib },
    { what: 'labels', bytes: 0.1 * gib },
  ]
  // case-too-large
  expect(said(caseMemoryProblem('ct', shape, needs, 8 * gib), '')).toBe(
    "case-too-large: case `ct` of 280x512x512 voxels needs about 15.4 GiB at once (scores 15.3 GiB, labels 0.1 GiB); nine tenths of this machine's memory is 7.2 GiB",
  )
  expect(caseMemoryProblem('ct', shape, needs, 18 * gib)).toBeUndefined()
  const large = { extents: [2048, 2048, 1024], channels: 2, spacing: [1, 1, 1] } as const
  expect(said(caseMemoryProblem('ct', large, needs, 1024 * gib), '')).toMatch(
    /needs about 32.0 GiB at once \(the image 32.0 GiB\); what one array holds is 16.0 GiB$/,
  )
})
