// Lists as Weft has them, with runs of the same value as `repeat`.

/** So many in a row are said by `repeat`. */
const leastRun = 3

/** `[2, 2, 1]`, `repeat(2, 6)`, `[1, ...repeat(2, 5)]`. */
export const listText = (list: readonly number[]): string => runsText(list.map(String))

/** The same for lists of lists. */
export const nestedText = (lists: readonly (readonly number[])[]): string =>
  runsText(lists.map((list) => `[${list.join(', ')}]`))

function runsText(items: readonly string[]): string {
  const runs: { readonly item: string; readonly count: number }[] = []
  for (const item of items) {
    const last = runs.at(-1)
    if (last?.item === item) runs[runs.length - 1] = { item, count: last.count + 1 }
    else runs.push({ item, count: 1 })
  }
  const isLong = ({ item, count }: (typeof runs)[number]): boolean =>
    count >= leastRun && (count > 3 || item.length > 3)
  const [only] = runs
  if (runs.length === 1 && only !== undefined && isLong(only)) return `repeat(${only.item}, ${only.count})`
  const parts = runs.flatMap((run) =>
    isLong(run)
      ? [`...repeat(${run.item}, ${run.count})`]
      : Array.from({ length: run.count }, () => run.item),
  )
  return `[${parts.join(', ')}]`
}
