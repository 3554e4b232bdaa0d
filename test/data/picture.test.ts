// Pictures against scikit-image, which is nnU-Net's reader of them. Made anew where cases change:
//
//     python3 test/data/peers/pictures.py test/data/pictures.json && npx prettier --write test/data/pictures.json
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { labelPicture, pictureShape, readPicture } from '../../src/data/picture.ts'
import { must, said } from '../support/datasets.ts'

interface Recorded {
  readonly name: string
  readonly file: string
  /** Channels first, where there are several. */
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, 'pictures.json'), 'utf8'),
) as readonly Recorded[]
const bytesOf = ({ file }: Recorded): Uint8Array => Uint8Array.from(Buffer.from(file, 'base64'))

/** What the libraries would take for something else. */
const refused: Readonly<Record<string, string>> = {
  'planes.tif': 'its channels lie in planes, not side by side',
  'tiles.tif': 'its colours lie in tiles: save it in strips',
  'signed.tif': 'its numbers are signed: save them unsigned, or as floating point',
  'white.tif': 'it stores white as 0: save it with black as 0',
  'pages.tif': 'it has 2 pages, and a picture has one',
}

test.each(recorded.filter(({ name }) => !Object.hasOwn(refused, name)))(
  '$name has the numbers that scikit-image reads',
  (one) => {
    const { height, width, channels, data } = must(readPicture(bytesOf(one), one.name))
    expect(channels === 1 ? [height, width] : [channels, height, width]).toEqual(one.shape)
    expect([...data]).toEqual(one.values)
    expect(must(pictureShape(bytesOf(one), one.name))).toEqual({ height, width, channels })
  },
)

test.each(recorded.filter(({ name }) => Object.hasOwn(refused, name)))('$name is refused', (one) => {
  const expected = `picture-malformed: ${one.name} cannot be read as a picture: ${refused[one.name]}`
  expect(said(readPicture(bytesOf(one), one.name))).toBe(expected)
  expect(said(pictureShape(bytesOf(one), one.name))).toBe(expected)
})

test('what is no picture, or only half of one, is refused', () => {
  const text = new TextEncoder().encode('not a picture at all, but a text of some length')
  expect(said(readPicture(text, 'a.png'))).toMatch(/it does not begin as a PNG file does$/)
  expect(said(readPicture(text, 'a.tif'))).toMatch(/^picture-malformed: a\.tif /)
  for (const name of ['colours.png', 'deep.png', 'lzw.tif', 'grey.tif', 'real.tif']) {
    const bytes = bytesOf(recorded.find((one) => one.name === name) ?? refuseName(name))
    // From the header on, wherever the file is cut.
    for (let length = 0; length < bytes.length - 16; length += 7)
      expect(said(readPicture(bytes.subarray(0, length), name)), `${name} of ${length} bytes`).toMatch(
        /^picture-malformed: /,
      )
  }
})

function refuseName(name: string): never {
  throw new Error(`no recorded ${name}`)
}

test.each(['a.png', 'a.tif', 'a.tiff'])('labels are written as %s', (path) => {
  const labels = Uint8Array.of(0, 1, 2, 3, 255, 4)
  const found = must(readPicture(labelPicture(path, labels, 2, 3), path))
  expect([found.height, found.width, found.channels, ...found.data]).toEqual([2, 3, 1, ...labels])
})
