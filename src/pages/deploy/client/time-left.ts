// How long something will still take, by how long it has taken.
import { duration } from '../../numbers.ts'

/** Begins now; told the share that is done it gives `, about 2 min left`, nothing where that is not known yet. */
export function timeLeft(): (share: number) => string {
  let begun: { readonly at: number; readonly share: number } | undefined
  return (share) => {
    const now = performance.now()
    // The first part has what is done once besides.
    begun ??= { at: now, share }
    const done = share - begun.share
    if (done <= 0 || share >= 1) return ''
    return `, about ${duration(Math.max(1, Math.round(((now - begun.at) / done / 1000) * (1 - share))))} left`
  }
}
