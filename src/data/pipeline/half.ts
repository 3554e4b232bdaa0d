// Numbers of IEEE 754's binary16, which nnU-Net keeps scores in. Node 20 has no array of them: they are float32 numbers that binary16 has too.

const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)
const highWord = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0

/** Exponents of binary16 begin here; below, all its numbers are 2⁻²⁴ apart. */
const leastExponent = -14
const fractionBits = 10
const greatestHalf = 65504

/** By the exponent, counted from the least: what is added to a number so that a double has no room for more than the bits that stay. */
const rounders = Float64Array.from(
  { length: 16 - leastExponent },
  (_, k) => 1.5 * 2 ** (52 + k + leastExponent - fractionBits),
)

/** The nearest number of binary16, of two equally near ones the even one; what is too large is infinite. */
export function toHalf(value: number): number {
  double[0] = value
  const exponent = (((words[highWord] ?? 0) >>> 20) & 0x7ff) - 1023
  if (exponent > 15) return Number.isNaN(value) ? NaN : Math.sign(value) * Infinity
  const rounder = rounders[Math.max(exponent, leastExponent) - leastExponent] ?? 0
  const rounded = value + rounder - rounder
  return Math.abs(rounded) > greatestHalf ? Math.sign(value) * Infinity : rounded
}
