// Exact fractions of whole numbers of any size.

/** In lowest terms, the denominator positive. */
export interface Rational {
  readonly over: bigint
  readonly under: bigint
}

export function rational(over: bigint, under = 1n): Rational {
  if (under === 0n) throw new Error('a fraction over 0')
  const divisor = gcd(over < 0n ? -over : over, under < 0n ? -under : under) * (under < 0n ? -1n : 1n)
  return { over: over / divisor, under: under / divisor }
}

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b]
  return a
}

export const zero = rational(0n)
export const one = rational(1n)

export const plus = (a: Rational, b: Rational): Rational =>
  rational(a.over * b.under + b.over * a.under, a.under * b.under)
export const minus = (a: Rational, b: Rational): Rational =>
  rational(a.over * b.under - b.over * a.under, a.under * b.under)
export const times = (a: Rational, b: Rational): Rational => rational(a.over * b.over, a.under * b.under)
export const dividedBy = (a: Rational, b: Rational): Rational => rational(a.over * b.under, a.under * b.over)
export const isZero = ({ over }: Rational): boolean => over === 0n
export const isEqual = (a: Rational, b: Rational): boolean => a.over === b.over && a.under === b.under

/** Of a decimal as it is written: `0.55` is 11/20. Undefined where it is none. */
export function rationalOf(text: string): Rational | undefined {
  const [, sign, whole, fraction = '', percent] = /^(-?)(\d+)(?:\.(\d+))?(%?)$/.exec(text.trim()) ?? []
  if (whole === undefined) return undefined
  const size = BigInt(whole + fraction)
  return rational(sign === '-' ? -size : size, 10n ** BigInt(fraction.length + (percent === '%' ? 2 : 0)))
}

/** `27/4`. */
export const rationalText = ({ over, under }: Rational): string =>
  under === 1n ? `${over}` : `${over}/${under}`
