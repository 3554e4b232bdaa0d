// Numbers as people read them. Knows nothing of what they count.

/** The largest of the values and `least`. Any number of values: the arguments of one call (`Math.max(...values)`) are limited by the stack. */
export function largest(values: Iterable<number>, least = 0): number {
  let found = least
  for (const value of values) if (value > found) found = value
  return found
}

/** `1,361,287,249,920`. */
export function withSeparators(value: number): string {
  const [whole = '', fraction] = String(value).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}

const decimalUnits = ['', ' K', ' M', ' G', ' T', ' P'] as const
const binaryUnits = ['', ' KiB', ' MiB', ' GiB', ' TiB', ' PiB'] as const

/** `23.81 M`, `1.36 T`, `512`: two decimals where a unit is used. */
export function humanCount(value: number): string {
  return scaled(value, 1000, decimalUnits)
}

/** `23.81 M (23,806,928)`; small counts once. */
export function formatCount(value: number): string {
  return value < 1000 ? String(value) : `${humanCount(value)} (${withSeparators(value)})`
}

/** `24.00 GiB (25,769,803,776 bytes)`; small sizes once. */
export function formatBytes(value: number): string {
  return value < 1024
    ? `${value} bytes`
    : `${scaled(value, 1024, binaryUnits)} (${withSeparators(value)} bytes)`
}

/** `24.00 GiB`: where the exact number stands elsewhere. */
export function humanBytes(value: number): string {
  return value < 1024 ? `${value} bytes` : scaled(value, 1024, binaryUnits)
}

function scaled(value: number, base: number, units: readonly string[]): string {
  let rest = value
  let power = 0
  // 999,995 would print as 1000.00 K: the unit is chosen after rounding.
  while (Number(rest.toFixed(2)) >= base && power < units.length - 1) {
    rest /= base
    power += 1
  }
  return (power === 0 ? String(value) : rest.toFixed(2)) + (units[power] ?? '')
}

/** Half to even, as IEEE 754 and Python round. */
export function roundHalfEven(x: number): number {
  const low = Math.floor(x)
  const rest = x - low
  if (rest !== 0.5) return Math.round(x)
  return low % 2 === 0 ? low : low + 1
}

/** `45 s`, `12 min`, `3 h 20 min`: as people say how long something takes. */
export function formatDuration(seconds: number): string {
  if (seconds < 99.5) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 100) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
