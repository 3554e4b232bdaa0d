// Volumes on the disk: damaged, packed, larger than one read, in every version.
import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { openImages } from '../../src/node/dataset-files.ts'
import { readNiftiHeader } from '../../src/node/images/nifti-file.ts'
import { readImage, readLabels, writeLabels } from '../../src/node/volume-files.ts'
import { nifti2Bytes, niftiBytes, niftiGz, type FileSpec } from '../support/nifti.ts'
import { readVolume } from '../support/volumes.ts'
import { folderOf, must, said, volume, image } from '../support/datasets.ts'

describe('files', () => {
  test('that are damaged or not there', async () => {
    const packed = niftiGz(image)
    const folder = folderOf({
      'short.nii.gz': packed.subarray(0, packed.length - 20),
      'broken.nii.gz': packed.map((byte, at) => (at > 12 && at < 60 ? byte ^ 0x55 : byte)),
      'cut.nii': niftiBytes(image).subarray(0, 370),
    })
    expect(said(await readVolume(join(folder, 'short.nii.gz')), folder)).toBe(
      'nifti-malformed: short.nii.gz is not a NIfTI volume: its gzip data end too early',
    )
    expect(said(await readVolume(join(folder, 'broken.nii.gz')), folder)).toBe(
      'nifti-malformed: broken.nii.gz is not a NIfTI volume: its gzip data are damaged',
    )
    expect(said(await readVolume(join(folder, 'cut.nii')), folder)).toBe(
      'nifti-truncated: cut.nii is cut off: its header asks for 384 bytes, and there are 370',
    )
    expect(said(await readVolume(join(folder, 'none.nii')), folder)).toMatch(/^file-missing/)
  })

  test('of NIfTI-2 are read, and labels of their grid are NIfTI-2 too', async () => {
    for (const little of [true, false]) {
      const sform = [2, 0, 0, -10, 0, 3, 0, 5, 0, 0, 4, 7]
      const spec: FileSpec = {
        dims: [2, 2, 2],
        type: 'int16',
        values: [1, -2, 3, 4, 5, 6, 7, 8],
        sform,
        little,
        slope: [2, 1],
      }
      const folder = folderOf({ 'a_0000.nii': nifti2Bytes(spec) })
      const { image: found, grid } = must(await readImage([join(folder, 'a_0000.nii')]))
      expect([...found.data]).toEqual([3, -3, 7, 9, 11, 13, 15, 17])
      expect(found.geometry).toEqual({ extents: [2, 2, 2], spacing: [4, 3, 2], affine: sform })
      expect(
        writeLabels(join(folder, 'out.nii'), Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7]), grid),
      ).toBeUndefined()
      const written = readFileSync(join(folder, 'out.nii'))
      expect(written.subarray(0, 12)).toEqual(Buffer.from(nifti2Bytes(spec).subarray(0, 12)))
      expect(written.length).toBe(544 + 8)
      const again = must(await readVolume(join(folder, 'out.nii')))
      expect([...again.voxels]).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
      expect(again.affine).toEqual(sform)
    }
  })

  test('of several gzip members, and of bytes after the voxels, which are remarked and not read', async () => {
    const bytes = niftiBytes(image)
    const folder = folderOf({
      'members.nii.gz': Buffer.concat([gzipSync(bytes.subarray(0, 100)), gzipSync(bytes.subarray(100))]),
      'padded.nii': Buffer.concat([bytes, new Uint8Array(100)]),
      'bomb.nii.gz': gzipSync(Buffer.concat([bytes, new Uint8Array(40_000_000)])),
    })
    for (const file of ['members.nii.gz', 'padded.nii', 'bomb.nii.gz']) {
      const found = must(await readImage([join(folder, file)]))
      expect([...found.image.data]).toEqual(image.values)
      expect(found.remarks.map(({ kind, found }) => [kind, found])).toEqual(
        file === 'bomb.nii.gz' ? [['bytes-beyond', '384 bytes by its header, and more are packed']] : [],
      )
    }
  })

  test('past 4 GiB are read by their headers alone, and an image past the memory is refused before it is read', async () => {
    const folder = folderOf({ 'large.nii': nifti2Bytes({ dims: [1, 1, 1], type: 'uint8' }) })
    const path = join(folder, 'large.nii')
    const file = openSync(path, 'r+')
    writeSync(file, new BigInt64Array([3n, 2048n, 1024n, 2047n]), 0, 32, 16)
    const size = 2048 * 1024 * 2047 + 544
    expect(said(await readNiftiHeader(path), folder)).toBe(
      `nifti-truncated: large.nii is cut off: its header asks for ${size} bytes, and there are 545`,
    )
    // Without a byte on the disk.
    ftruncateSync(file, size)
    closeSync(file)
    expect(must(await readNiftiHeader(path)).extents).toEqual([2047, 1024, 2048])
    const channels = Array.from({ length: 512 }, () => path)
    expect(said(await readImage(channels), folder)).toMatch(
      /^volume-too-large: the image of large.nii, 2047x1024x2048 voxels, takes 8790 GB in memory, and this machine has /,
    )
  })

  test('packed into fewer bytes than could hold their voxels are cut off', async () => {
    const folder = folderOf({ 'a.nii.gz': niftiGz({ dims: [1000, 1000, 1] }).subarray(0, 90) })
    expect(said(await readNiftiHeader(join(folder, 'a.nii.gz')), folder)).toBe(
      'nifti-truncated: a.nii.gz is cut off: its header asks for 4000352 bytes, and there are at most 92880',
    )
  })

  test('of several channels lie on one grid', async () => {
    const folder = folderOf({ 'a_0000.nii.gz': image, 'a_0001.nii.gz': volume([1], { dims: [2, 2, 1] }) })
    const images = must(openImages(folder, 2))
    expect(said(await images.readCase('a'), folder)).toBe(
      'geometry-differs: a_0001.nii.gz has extents 1x2x2, and a_0000.nii.gz, of the same case, 2x2x2',
    )
  })

  test('of labels are written on the grid of an image that lies otherwise, and read back the same', async () => {
    // i leads to the left, j up, k to the back.
    const sform = [-2, 0, 0, 50, 0, 0, -1.5, 60, 0, 3, 0, -70]
    const values = Array.from({ length: 24 }, (_, k) => k)
    const folder = folderOf({ 'a_0000.nii.gz': { dims: [4, 3, 2], type: 'int16', values, sform } })
    const { image: found, grid } = must(await readImage([join(folder, 'a_0000.nii.gz')]))
    expect(found.geometry.extents).toEqual([3, 2, 4])
    expect(found.geometry.spacing).toEqual([3, 1.5, 2])
    const marked = Uint8Array.from(found.data, (value) => value % 3)
    const out = join(folder, 'out.nii.gz')
    expect(writeLabels(out, marked, grid)).toBeUndefined()
    // In the order of the input file.
    expect([...must(await readVolume(out)).voxels]).toEqual(values.map((value) => value % 3))
    expect(must(await readVolume(out)).affine).toEqual(sform)
    expect(gunzipSync(readFileSync(out)).length).toBe(352 + 24)
    const back = must(await readLabels(out, 3, { grid }))
    expect(back.labels.data).toEqual(marked)
    expect(readdirSync(folder).toSorted()).toEqual(['a_0000.nii.gz', 'out.nii.gz'])
  })
})
