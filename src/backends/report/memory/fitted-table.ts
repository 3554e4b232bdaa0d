// A table of the memory report in the width of a terminal: paths give way first, then columns, the line of the source last.
import { largest } from '../../../compiler/text/numbers.ts'
import { align, shortenMiddle, shortenPath } from '../text-layout.ts'

type Row = readonly string[]

/** Its lines, the header first; names are in the first column. */
export function fittedTable(header: Row, body: readonly Row[], width: number): string[] {
  const choices = choicesOf(header).map((columns) =>
    [header, ...body].map((row) => columns.map((at) => row[at] ?? '')),
  )
  const least = choices.at(-1) ?? []
  return (
    firstOf(choices, (rows) => inWidth(rows, width, (name, room) => shortenPath(name, room, 'root'))) ??
    inWidth(least, width, (name, room) => shortenPath(name, room, 'index')) ??
    laidOut(withNames(least, (name) => shortenMiddle(name, Math.max(leastRoom, roomIn(least, width)))))
  )
}

const leastColumns = 3
const leastRoom = 24

/** What stands elsewhere in the report, or can be worked out, goes before what a designer acts on. */
const givesWay: readonly string[] = ['share', 'shape', 'cause']

/** The columns that are left, fewer each time. */
function choicesOf(header: Row): readonly (readonly number[])[] {
  const all = header.map((_, at) => at)
  const byName = givesWay.map((name) => header.indexOf(name)).filter((at) => at >= 0)
  const order = header.includes('line') ? byName : all.toReversed()
  const drops = order.slice(0, Math.max(0, header.length - leastColumns))
  return [0, ...drops.map((_, k) => k + 1)].map((count) =>
    all.filter((at) => !drops.slice(0, count).includes(at)),
  )
}

function firstOf<T, R>(all: readonly T[], find: (one: T) => R | undefined): R | undefined {
  for (const one of all) {
    const found = find(one)
    if (found !== undefined) return found
  }
  return undefined
}

/** Undefined where a name is too long however it is shortened, or two names would look alike. */
function inWidth(
  rows: readonly Row[],
  width: number,
  shorten: (name: string, room: number) => string | undefined,
): string[] | undefined {
  const room = roomIn(rows, width)
  const short = new Map<string, string>()
  for (const [name = ''] of rows) {
    const shown = shorten(name, room)
    if (shown === undefined) return undefined
    short.set(name, shown)
  }
  const areAlike = new Set(short.values()).size < short.size
  return areAlike ? undefined : laidOut(withNames(rows, (name) => short.get(name) ?? name))
}

/** What all other columns leave for names. */
function roomIn(rows: readonly Row[], width: number): number {
  return width - largest(laidOut(withNames(rows, () => '')).map((line) => [...line.trimEnd()].length))
}

function withNames(rows: readonly Row[], change: (name: string) => string): Row[] {
  return rows.map(([name = '', ...rest]) => [change(name), ...rest])
}

const numeric: ReadonlySet<string> = new Set(['bytes', 'share', 'count', 'training', 'inference'])

function laidOut(rows: readonly Row[]): string[] {
  const padded = (rows[0] ?? []).map((name, column) => {
    const widest = largest(rows.map((row) => [...(row[column] ?? '')].length))
    return rows.map((row) =>
      numeric.has(name) ? (row[column] ?? '').padStart(widest) : (row[column] ?? '').padEnd(widest),
    )
  })
  return align(rows.map((_, at) => padded.map((column) => column[at] ?? '')))
}
