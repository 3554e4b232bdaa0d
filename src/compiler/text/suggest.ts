// Spelling suggestions: the nearest known word to a misspelt one.

/** Optimal string alignment distance (insert, delete, substitute, swap neighbours), cut off above `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  let leastBefore = 0
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    let least = i
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1)
      row.push(best)
      if (best < least) least = best
    }
    // A row follows from the two before it: where both are above the limit, all that follow are.
    if (least > limit && leastBefore > limit) return limit + 1
    leastBefore = least
    beforeLast = last
    last = row
  }
  return last[b.length] ?? limit + 1
}

/** The known word nearest to `word`, if near enough to be a plausible slip (a third of its length, at least one edit). */
export function suggest(word: string, known: Iterable<string>): string | undefined {
  const limit = word.length < 2 ? 0 : Math.max(1, Math.floor(word.length / 3))
  const lower = word.toLowerCase()
  let best: string | undefined
  let bestDistance = limit + 1
  for (const candidate of known) {
    if (candidate === word || Math.abs(candidate.length - word.length) >= bestDistance) continue
    const d = distance(lower, candidate.toLowerCase(), bestDistance - 1)
    if (d < bestDistance) {
      best = candidate
      bestDistance = d
    }
  }
  return best
}
