// NIfTI-1 in memory: every type of numbers, both byte orders, scaling, affines, and what is refused.
import { describe, expect, test } from 'vitest'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { parseHeader } from '../../src/data/nifti-header.ts'
import { labelHeader } from '../../src/data/nifti.ts'
import { orientationOf, placesOf, turnedBack, turnedGeometry } from '../../src/data/orientation.ts'
import { niftiBytes, typeNames, type FileSpec } from '../support/nifti.ts'
import { volumeOf } from '../support/volumes.ts'

const refused = (spec: FileSpec): unknown => {
  const found = parseHeader(niftiBytes(spec), 'a.nii')
  return isProblem(found) ? [found.name, found.parts] : 'read'
}

describe('voxels', () => {
  test.each(typeNames.flatMap((type) => [true, false].map((little) => [type, little] as const)))(
    'of %s, little-endian %s',
    (type, little) => {
      const signed = !type.startsWith('uint')
      const values = signed ? [0, 1, -2, 100, -100, 7] : [0, 1, 2, 100, 200, 7]
      const volume = volumeOf(niftiBytes({ dims: [3, 2, 1], type, little, values }))
      expect(volume.extents).toEqual([1, 2, 3])
      expect([...volume.voxels]).toEqual(values)
    },
  )

  test('are scaled by slope and intercept, and not by a slope of 0', () => {
    const values = [0, 1, 2, 3]
    const file = { dims: [2, 2, 1], type: 'int16', values } as const
    expect([...volumeOf(niftiBytes({ ...file, slope: [0.5, -1] })).voxels]).toEqual([-1, -0.5, 0, 0.5])
    expect([...volumeOf(niftiBytes({ ...file, slope: [0, 5] })).voxels]).toEqual(values)
  })

  test('of a view into a larger buffer', () => {
    const file = niftiBytes({ dims: [2, 1, 1], type: 'uint8', values: [4, 9] })
    const larger = new Uint8Array(file.length + 7)
    larger.set(file, 5)
    expect([...volumeOf(larger.subarray(5, 5 + file.length)).voxels]).toEqual([4, 9])
  })

  test('of one slice, and of a fourth axis with one entry', () => {
    expect(volumeOf(niftiBytes({ dims: [4, 3] })).extents).toEqual([1, 3, 4])
    expect(volumeOf(niftiBytes({ dims: [4, 3, 2, 1] })).extents).toEqual([2, 3, 4])
  })
})

describe('the affine', () => {
  const sform = [2, 0, 0, -10, 0, 3, 0, 5, 0, 0, 4, 7]
  const s = Math.SQRT1_2
  /** A quarter turn about z: i leads along y, j against x. */
  const qform = { quaternion: [0, 0, s], offset: [10, 20, 30], qfac: -1 }

  test('is the sform where there is one, else the qform', () => {
    const both = volumeOf(niftiBytes({ dims: [2, 2, 2], sform, qform }))
    expect(both.affine).toEqual(sform)
    const turned = volumeOf(niftiBytes({ dims: [2, 2, 2], pixdim: [2, 3, 4], qform })).affine
    const expected = [0, -3, 0, 10, 2, 0, 0, 20, 0, 0, -4, 30]
    for (const [k, value] of turned.entries()) expect(value).toBeCloseTo(expected[k] ?? NaN, 5)
  })

  test('of a file that says neither leads to the left around the middle, as nibabel has it, and is remarked', () => {
    const found = volumeOf(niftiBytes({ dims: [4, 5, 6], pixdim: [1, 1.5, 2] }))
    expect(found.affine).toEqual([-1, 0, 0, 1.5, 0, 1.5, 0, -3, 0, 0, 2, -5])
    expect(found.isPlaced).toBe(false)
    expect(found.remarks.map(({ kind, path }) => [kind, path])).toEqual([['no-forms', 'a.nii']])
    expect(volumeOf(niftiBytes({ dims: [4, 5, 6], sform })).remarks).toEqual([])
  })

  test('has the sizes of `pixdim` and the directions of the sform, and says where these disagree', () => {
    const found = volumeOf(niftiBytes({ dims: [2, 2, 2], sform, pixdim: [1, 3, 8] }))
    expect(found.affine).toEqual([1, 0, 0, -10, 0, 3, 0, 5, 0, 0, 8, 7])
    expect(found.remarks).toEqual([
      {
        kind: 'spacing-differs',
        path: 'a.nii',
        found: '`pixdim` 1 x 3 x 8 mm, and an sform of 2 x 3 x 4 mm',
      },
    ])
    // Rounding of one of them is nothing to speak of.
    expect(volumeOf(niftiBytes({ dims: [2, 2, 2], sform, pixdim: [2, 3.001, 4] })).remarks).toEqual([])
  })

  test('takes sizes that are none from the sform, and a negative one without its sign', () => {
    for (const pixdim of [
      [0, 3, 4],
      [NaN, 3, 4],
      [-2, 3, 4],
    ]) {
      const found = volumeOf(niftiBytes({ dims: [2, 2, 2], sform, pixdim }))
      expect(found.affine).toEqual(sform)
      expect(found.remarks.map(({ kind }) => kind)).toEqual(['spacing-differs'])
    }
    for (const pixdim of [
      [0, 3, 4],
      [NaN, 3, 4],
    ])
      for (const form of [{}, { qform }])
        expect(refused({ dims: [2, 2, 2], pixdim, ...form })).toEqual([
          'nifti-malformed',
          { path: 'a.nii', reason: `its header says no size of voxels: \`pixdim\` is ${pixdim.join(' x ')}` },
        ])
  })

  test('needs no size of an axis that the file does not have', () => {
    const found = volumeOf(niftiBytes({ dims: [2, 2], pixdim: [2, 3, 0], qform }))
    expect(found.affine[10]).toBeCloseTo(-1, 6)
    expect(found.remarks).toEqual([])
    const placed = volumeOf(niftiBytes({ dims: [2, 2], pixdim: [2, 3, NaN], sform }))
    expect([placed.affine, placed.remarks]).toEqual([sform, []])
  })

  test('is that of the sform where the qform mirrors it, which is remarked', () => {
    const mirrored = { quaternion: [0, 0, 1], offset: [0, 0, 0], qfac: 1 }
    const found = volumeOf(niftiBytes({ dims: [2, 2, 2], sform, qform: mirrored }))
    expect(found.affine).toEqual(sform)
    expect(found.remarks.map((one) => one.found)).toEqual(['axes RAS by its sform and LPS by its qform'])
  })

  test('is in millimetres where the file counts in metres or micrometres', () => {
    const first = (units: number): number | undefined =>
      volumeOf(niftiBytes({ dims: [2, 2, 2], sform: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0], units })).affine[0]
    expect([first(1), first(2), first(3), first(0)].map((value) => Number(value?.toFixed(6)))).toEqual([
      2000, 2, 0.002, 2,
    ])
  })

  test('turns volumes to canonical order and back; every voxel stays in its place', () => {
    const { extents, affine, voxels } = volumeOf(
      niftiBytes({
        dims: [4, 3, 2],
        pixdim: [2, 3, 4],
        qform,
        values: Array.from({ length: 24 }, (_, k) => k),
      }),
    )
    const { orientation, degrees } = orientationOf(affine)
    expect(degrees).toBeLessThan(0.1)
    const geometry = turnedGeometry(extents, affine, orientation)
    expect(geometry.extents).toEqual([2, 4, 3])
    expect(geometry.spacing.map((size) => Number(size.toFixed(4)))).toEqual([4, 2, 3])
    const canonical = new Uint8Array(24)
    placesOf(extents, orientation)(0, 24, (at, place) => (canonical[place] = voxels[at] ?? NaN))
    const world = (matrix: readonly number[], place: readonly number[]): string =>
      [0, 1, 2]
        .map((row) =>
          place.reduce((sum, step, k) => sum + step * (matrix[row * 4 + k] ?? 0), matrix[row * 4 + 3] ?? 0),
        )
        .map((value) => Math.round(value))
        .join()
    const places = new Map<string, number>()
    for (let at = 0; at < 24; at++)
      places.set(world(affine, [at % 4, Math.floor(at / 4) % 3, Math.floor(at / 12)]), voxels[at] ?? NaN)
    expect(places.size).toBe(24)
    for (let at = 0; at < 24; at++) {
      const place = [at % 3, Math.floor(at / 3) % 4, Math.floor(at / 12)]
      expect(places.get(world(geometry.affine, place))).toBe(canonical[at])
    }
    // Steps along each canonical axis lead to the right, to the front and up.
    expect([0, 5, 10].every((k) => (geometry.affine[k] ?? 0) > 0)).toBe(true)
    expect([...turnedBack(canonical, extents, orientation)]).toEqual(voxels)
  })
})

describe('what is refused', () => {
  test('bytes that are no NIfTI volume', () => {
    const reason = (bytes: Uint8Array): unknown => {
      const found = parseHeader(bytes, 'a.nii')
      return isProblem(found) && found.name === 'nifti-malformed' ? found.parts : found
    }
    expect(reason(new Uint8Array(100))).toEqual({
      path: 'a.nii',
      reason: 'it has 100 bytes, fewer than a header (348)',
    })
    expect(reason(new Uint8Array(400).fill(65))).toMatchObject({
      reason: 'its first bytes are no NIfTI header',
    })
    expect(reason(niftiBytes({ dims: [2, 2, 2], magic: 'ni1\0' }))).toMatchObject({
      reason: 'it is the header of a pair of files (.hdr and .img)',
    })
    expect(reason(niftiBytes({ dims: [2, 0, 2] }))).toMatchObject({
      reason: expect.stringContaining('3, 2, 0, 2') as string,
    })
    expect(reason(niftiBytes({ dims: [2, 2, 2], sform: Array.from({ length: 12 }, () => 0) }))).toMatchObject(
      {
        reason: 'its affine does not place the voxels in space',
      },
    )
  })

  test('colours and complex numbers', () => {
    expect(refused({ dims: [2, 2, 2], dtypeCode: 128 })).toEqual([
      'nifti-dtype',
      { path: 'a.nii', dtype: 'colours (RGB24)' },
    ])
    expect(refused({ dims: [2, 2, 2], dtypeCode: 32 })).toMatchObject([
      'nifti-dtype',
      { dtype: 'complex numbers' },
    ])
  })

  test('more than a volume', () => {
    expect(refused({ dims: [2, 3, 4, 5] })).toEqual([
      'nifti-not-volume',
      { path: 'a.nii', extents: [2, 3, 4, 5] },
    ])
  })
})

describe('writing', () => {
  test.each([true, false])('labels keeps the grid of the image, little-endian %s', (little) => {
    const sform = [2, 0, 0, -10, 0, 3, 0, 5, 0, 0, 4, 7]
    const image = volumeOf(
      niftiBytes({ dims: [3, 2, 1], type: 'int16', little, sform, slope: [2, 1], pixdim: [2, 3, 4] }),
    )
    const labels = Uint8Array.from([0, 1, 2, 0, 255, 1])
    const bytes = Buffer.concat([labelHeader(image.bytes), labels])
    const again = volumeOf(bytes)
    expect(again.voxels).toEqual([...labels])
    expect(again.affine).toEqual(image.affine)
    // All of the header but what speaks of intensities: type, bits, slope, intercept, range.
    const kept = (header: Uint8Array): Uint8Array =>
      header.filter((_, at) => at < 56 || (at > 73 && at < 108) || at > 131 || at === 123)
    expect(kept(again.bytes)).toEqual(kept(image.bytes))
    expect(bytes.length).toBe(352 + 6)
  })
})
