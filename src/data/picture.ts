// Pictures of two axes, PNG and TIFF: their numbers as they are stored, without colour management. What the two libraries would misread
// without a word is refused.
import { convertIndexedToRgb, decode as decodePng, encode as encodePng, type DecodedPng } from 'fast-png'
import { decode as decodeTiff, pageCount, type TiffIfd } from 'tiff'
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'

export interface PictureShape {
  readonly height: number
  readonly width: number
  /** 1 for grey, 3 for red, green and blue, one more where there is alpha. */
  readonly channels: number
}

/** `channels × height × width`. */
export interface Picture extends PictureShape {
  readonly data: Float32Array
}

export const pictureEndings = ['.png', '.tif', '.tiff'] as const

export const isPicture = (path: string): boolean =>
  pictureEndings.some((ending) => path.toLowerCase().endsWith(ending))

const isPng = (path: string): boolean => path.toLowerCase().endsWith('.png')

/** What a file's header says. The library for TIFF looks at the memory that a view is part of: it gets a copy. */
export const pictureShape = (bytes: Uint8Array, path: string): PictureShape | Problem =>
  attempt(path, () => (isPng(path) ? pngShape(bytes) : tiffShape(bytes.slice())))

export const readPicture = (bytes: Uint8Array, path: string): Picture | Problem =>
  attempt(path, () => (isPng(path) ? readPng(bytes) : readTiff(bytes.slice())))

/** The libraries say by exceptions what is wrong with a file, and read past its end. */
function attempt<T>(path: string, work: () => T): T | Problem {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const reason = error instanceof RangeError ? 'it is cut off' : error.message
    return problem('picture-malformed', { path, reason })
  }
}

function refuse(reason: string): never {
  throw new Error(reason)
}

// ---------------------------------------------------------------- PNG

const signature = [137, 80, 78, 71, 13, 10, 26, 10]
const paletteColour = 3
/** Of grey, colour, palette, grey and colour with alpha. */
const channelsOfColour: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 }

/** Of the header, which is the first chunk; a palette may have alpha, which shows later. */
function pngShape(bytes: Uint8Array): PictureShape {
  if (!signature.every((byte, at) => bytes[at] === byte)) refuse('it does not begin as a PNG file does')
  if (bytes.length < 33) refuse('it is cut off')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [width, height, depth, colour] = [view.getUint32(16), view.getUint32(20), bytes[24], bytes[25] ?? 0]
  const channels = channelsOfColour[colour] ?? refuse(`its colour type is ${colour}`)
  if (colour === paletteColour) return { height, width, channels: hasAlpha(bytes) ? 4 : 3 }
  if (depth !== 8 && depth !== 16 && depth !== 1)
    refuse(`it has ${depth} bits for a grey value: save it with 8 or 16`)
  return { height, width, channels }
}

/** Whether a chunk `tRNS` comes before the pixels. */
function hasAlpha(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = signature.length; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (name === 'tRNS') return true
    if (name === 'IDAT') return false
  }
  return false
}

function readPng(bytes: Uint8Array): Picture {
  const shape = pngShape(bytes)
  const found = decodePng(bytes, { checkCrc: true })
  const numbers =
    found.palette === undefined ? unpacked(found) : convertIndexedToRgb({ ...found, palette: found.palette })
  return { ...shape, data: channelsFirst(numbers, shape) }
}

/** One bit for a pixel is 0 or 1, eight of them in a byte, rows from whole bytes on. */
function unpacked({ data, depth, width, height }: DecodedPng): ArrayLike<number> {
  if (depth !== 1) return data
  const row = Math.ceil(width / 8)
  return Uint8Array.from({ length: width * height }, (_, at) => {
    const [y, x] = [Math.floor(at / width), at % width]
    return ((data[y * row + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1
  })
}

// ---------------------------------------------------------------- TIFF

const inOnePlane = 1
const [whiteIsZero, palette] = [0, 3]
const signedNumbers = 2

function tiffShape(bytes: Uint8Array): PictureShape {
  const pages = pageCount(bytes)
  if (pages !== 1) refuse(`it has ${pages} pages, and a picture has one`)
  return shapeOfPage(decodeTiff(bytes, { ignoreImageData: true })[0])
}

/** Refuses what the library takes for something else: channels in planes, tiles of colours, signed numbers, white as 0, palettes. */
function shapeOfPage(page: TiffIfd | undefined): PictureShape {
  if (page === undefined) return refuse('it has no page')
  const { width, height, samplesPerPixel: channels, type, tiled } = page
  if (channels > 1 && page.planarConfiguration !== inOnePlane)
    refuse('its channels lie in planes, not side by side')
  if (channels > 1 && tiled) refuse('its colours lie in tiles: save it in strips')
  if (page.sampleFormat === signedNumbers)
    refuse('its numbers are signed: save them unsigned, or as floating point')
  if (type === whiteIsZero) refuse('it stores white as 0: save it with black as 0')
  if (type === palette) refuse('it has a palette: save it as grey or as colours')
  return { height, width, channels }
}

function readTiff(bytes: Uint8Array): Picture {
  const shape = tiffShape(bytes)
  const [page] = decodeTiff(bytes)
  if (page === undefined) return refuse('it has no page')
  const { data } = page
  if (data.length !== shape.width * shape.height * shape.channels) refuse('it is cut off')
  return { ...shape, data: channelsFirst(data, shape) }
}

function channelsFirst(numbers: ArrayLike<number>, { height, width, channels }: PictureShape): Float32Array {
  const pixels = height * width
  if (numbers.length !== pixels * channels) refuse('it has fewer pixels than its header says')
  const data = new Float32Array(pixels * channels)
  for (let channel = 0; channel < channels; channel++)
    for (let at = 0; at < pixels; at++) data[channel * pixels + at] = numbers[at * channels + channel] ?? 0
  return data
}

// ---------------------------------------------------------------- writing

/** A file of bytes, `height × width × channels`: PNG. */
export const pngBytes = (data: Uint8Array, shape: PictureShape): Uint8Array =>
  encodePng({ ...shape, data, depth: 8 })

/** Labels as grey values in the format of the file's name. */
export function labelPicture(path: string, labels: Uint8Array, height: number, width: number): Uint8Array {
  return isPng(path) ? pngBytes(labels, { height, width, channels: 1 }) : greyTiff(labels, height, width)
}

/** TIFF 6.0, section 4: little-endian, the grey values in one uncompressed strip behind the directory. */
function greyTiff(data: Uint8Array, height: number, width: number): Uint8Array {
  const [short, long] = [3, 4]
  const entries = 9
  const start = 8 + 2 + 12 * entries + 4
  const bytes = new Uint8Array(start + data.length)
  const view = new DataView(bytes.buffer)
  let place = 10
  const write = (tag: number, type: number, value: number): void => {
    view.setUint16(place, tag, true)
    view.setUint16(place + 2, type, true)
    view.setUint32(place + 4, 1, true)
    view.setUint32(place + 8, value, true)
    place += 12
  }
  bytes.set([0x49, 0x49, 42, 0, 8])
  view.setUint16(8, entries, true)
  write(256, long, width)
  write(257, long, height)
  write(258, short, 8) // bits for a pixel
  write(259, short, 1) // not compressed
  write(262, short, 1) // black is 0
  write(273, long, start)
  write(277, short, 1) // channels
  write(278, long, height) // rows in the strip
  write(279, long, data.length)
  bytes.set(data, start)
  return bytes
}
