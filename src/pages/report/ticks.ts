// Numbers along the axes of the report's charts.
import { humanBytes, humanCount } from '../../compiler/text/numbers.ts'

/** `250 G`, `1.5 M`: without digits that say nothing. */
export function countTick(value: number): string {
  return shortened(humanCount(value))
}

/** `12 GiB` */
export function byteTick(value: number): string {
  return value === 0 ? '0' : shortened(humanBytes(Math.round(value)))
}

/** Steps of an axis of bytes at which the binary units are round numbers, about five of them up to `most`. */
export function byteSteps(most: number): { readonly interval: number; readonly max: number } {
  const unit = 1024 ** Math.min(5, Math.max(0, Math.floor(Math.log(Math.max(1, most)) / Math.log(1024))))
  const rough = most / unit / 5
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 0.1)))
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? 10 * power
  const interval = step * unit
  return { interval, max: interval * Math.max(1, Math.ceil(most / interval)) }
}

function shortened(text: string): string {
  return text.replace(/\.?0+(?= )/, '')
}
