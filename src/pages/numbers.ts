// Numbers of a run as people read them.
import { withSeparators } from '../compiler/text/numbers.ts'

/** What stands for a number that is not there. */
export const missing = '–'

/** Three significant digits without trailing zeros: `0.0123`, `1.5e-5`, `12300`. */
export function compact(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '-∞'
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size >= 1000 && size < 1e6) return withSeparators(Math.round(value))
  if (size < 1e-3 || size >= 1e6)
    return value
      .toExponential(2)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e')
  return String(Number(value.toPrecision(3)))
}

/** For axes, where room is short: `250k`, `1.5M`, `0.2`, `1e-4`. */
export function tick(value: number): string {
  const size = Math.abs(value)
  if (size >= 1e6 && size < 1e9) return `${Number((value / 1e6).toPrecision(4))}M`
  if (size >= 1e4 && size < 1e6) return `${Number((value / 1e3).toPrecision(4))}k`
  if (size >= 1000 && size < 1e4) return withSeparators(Number(value.toPrecision(6)))
  return compact(value)
}

/** `0.8731`; a dash where no case has the class. */
export function dice(value: number | null | undefined): string {
  return value === null || value === undefined ? missing : compactFixed(value, 4)
}

function compactFixed(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : compact(value)
}

/** `37%`, and `0.4%` where whole percents would say nothing. */
export function percent(share: number): string {
  const value = share * 100
  return `${value > 0 && value < 1 ? value.toFixed(1) : Math.round(value)}%`
}

/** `2 d 4 h`, `3 h 12 min`, `5 min 3 s`, `42 s`: the two largest units. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toPrecision(2))} s`
  const whole = Math.round(seconds)
  const units = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ] as const
  const first = units.findIndex(([size]) => whole >= size)
  const [size, word] = units[first] ?? [1, 's']
  const next = units[first + 1]
  const rest = next === undefined ? 0 : Math.floor((whole % size) / next[0])
  const head = `${Math.floor(whole / size)} ${word}`
  return next === undefined || rest === 0 ? head : `${head} ${rest} ${next[1]}`
}

/** `1 step`, `2,500 steps`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${withSeparators(count)} ${count === 1 ? noun : plural}`
}
