// Types of numbers in files, as safetensors calls them: how many bytes each takes, and how the real ones become ours. Little-endian throughout.
import type { Numbers } from './weights.ts'

/** Types without an entry are read as far as their name. */
const elementBytes: ReadonlyMap<string, number> = new Map([
  ...['BOOL', 'U8', 'I8', 'F8_E5M2', 'F8_E4M3'].map((dtype) => [dtype, 1] as const),
  ...['U16', 'I16', 'F16', 'BF16'].map((dtype) => [dtype, 2] as const),
  ...['U32', 'I32', 'F32'].map((dtype) => [dtype, 4] as const),
  ...['U64', 'I64', 'F64', 'C64'].map((dtype) => [dtype, 8] as const),
])

export function bytesPerElement(dtype: string): number | undefined {
  return elementBytes.get(dtype)
}

const decoders = {
  F64: doubles,
  F32: floats,
  F16: halves,
  BF16: brainFloats,
  I16: (buffer: ArrayBuffer) => Float32Array.from(new Int16Array(own(buffer, 2))),
  U16: (buffer: ArrayBuffer) => Float32Array.from(new Uint16Array(own(buffer, 2))),
  I32: (buffer: ArrayBuffer) => Float64Array.from(new Int32Array(own(buffer, 4))),
  U32: (buffer: ArrayBuffer) => Float64Array.from(new Uint32Array(own(buffer, 4))),
  I64: (buffer: ArrayBuffer) => Float64Array.from(new BigInt64Array(own(buffer, 8)), Number),
  U64: (buffer: ArrayBuffer) => Float64Array.from(new BigUint64Array(own(buffer, 8)), Number),
} as const

/** Types that weights are read from. Those of eight bits are left out: they are quantised, and mean nothing without their scales. */
export const readableTypes: readonly string[] = Object.keys(decoders)

export function isReadable(dtype: string): dtype is keyof typeof decoders {
  return Object.hasOwn(decoders, dtype)
}

/** Types that weights are written in. */
export const storedBytes = { F64: 8, F32: 4, F16: 2, BF16: 2 } as const
export type StoredType = keyof typeof storedBytes

/** What numbers of a type are written in, with every bit: their own type, or a real one that holds them. */
export function storedTypeOf(dtype: string): StoredType {
  if (dtype === 'F16' || dtype === 'BF16') return dtype
  return isWide(dtype) ? 'F64' : 'F32'
}

/** Whether single precision may be too small for numbers of this type. */
export const isWide = (dtype: string): boolean => /^(?:F|I|U)64$|^(?:I|U)32$/.test(dtype)

/** The numbers of a buffer that holds nothing else; it may become theirs. */
export function decode(dtype: keyof typeof decoders, buffer: ArrayBuffer): Numbers {
  return decoders[dtype](buffer)
}

/** The bytes of numbers in a type that holds them exactly, as numbers that were read in it are. */
export function encodeIn(dtype: StoredType, numbers: Numbers): Uint8Array {
  switch (dtype) {
    case 'F64':
      return encode(numbers instanceof Float64Array ? numbers : Float64Array.from(numbers))
    case 'F32':
      return encode(numbers instanceof Float32Array ? numbers : Float32Array.from(numbers))
    case 'F16':
      return encode(Uint16Array.from(numbers, halfBits))
    case 'BF16':
      return encode(
        Uint16Array.from(new Uint32Array(Float32Array.from(numbers).buffer), (bits) => bits >>> 16),
      )
  }
}

/** Most machines keep numbers as the files do. */
const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

function doubles(buffer: ArrayBuffer): Float64Array {
  return new Float64Array(own(buffer, 8))
}

function floats(buffer: ArrayBuffer): Float32Array {
  return new Float32Array(own(buffer, 4))
}

/** IEEE 754 binary16: 5 bits of exponent, 10 of fraction. */
function halves(buffer: ArrayBuffer): Float32Array {
  const bits = words(buffer)
  return new Float32Array(bits.length).map((_, at) => half(bits[at] ?? 0))
}

function half(bits: number): number {
  const sign = bits >>> 15 === 0 ? 1 : -1
  const exponent = (bits >>> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25))
}

/** The greatest number of binary16. */
export const greatestHalf = 65504

/** The inverse; the nearest of two, of which the even one where both are as near. What is too large is infinite. */
export function halfBits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  if (size < 2 ** -14) return sign | nearestEven(size * 2 ** 24)
  if (size >= greatestHalf + 16) return sign | 0x7c00
  const exponent = Math.floor(Math.log2(size))
  // What is rounded up to the next power of two carries into the exponent.
  return sign + ((exponent + 15) << 10) + nearestEven(size * 2 ** (10 - exponent)) - 1024
}

function nearestEven(value: number): number {
  const below = Math.floor(value)
  const rest = value - below
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below
}

/** The upper half of an F32. */
function brainFloats(buffer: ArrayBuffer): Float32Array {
  const bits = words(buffer)
  const wide = new Uint32Array(bits.length)
  for (let at = 0; at < bits.length; at++) wide[at] = (bits[at] ?? 0) << 16
  return new Float32Array(wide.buffer)
}

function words(buffer: ArrayBuffer): Uint16Array {
  return new Uint16Array(own(buffer, 2))
}

/** In the order of bytes of this machine. */
function own(buffer: ArrayBuffer, size: number): ArrayBuffer {
  return isLittleEndian ? buffer : reversed(buffer, size)
}

/** The other order of bytes, of numbers of so many. */
export function reversed(buffer: ArrayBuffer, size: number): ArrayBuffer {
  const bytes = new Uint8Array(buffer.slice(0))
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse()
  return bytes.buffer
}

/** The bytes of numbers as a file has them; a view of them where possible. */
export function encode(numbers: Numbers | Uint16Array): Uint8Array {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
  return isLittleEndian ? bytes : new Uint8Array(reversed(bytes.slice().buffer, numbers.BYTES_PER_ELEMENT))
}
