// Doc comments by place: the `///` lines right above a declaration, an input, an output or a parameter.
import type { Comment, Reading } from '../../../grammar/read.ts'
import type { DiagnosticBag } from '../diagnostics/diagnostic.ts'
import { span, type SourceFile } from '../text/source.ts'

export interface Docs {
  /** The doc comment above what starts at this offset. Remembers it as used. */
  above(start: number): string | undefined
  /** The doc comment that opens the file, set off from the first declaration by a blank line or an import. */
  opening(firstImport: number | undefined, firstDeclaration: number | undefined): string | undefined
  /** Warns of doc comments that nothing took. */
  reportStray(bag: DiagnosticBag): void
}

/** Lines of doc comment with nothing between them, not even a blank line. */
interface Run {
  readonly lines: readonly Comment[]
  readonly start: number
  readonly end: number
}

export function docsOf(file: SourceFile, reading: Reading): Docs {
  const runs = runsOf(
    file.text,
    reading.docs.filter((doc) => beginsLine(file.text, doc.start)),
  )
  const used = new Set<Run>()
  const take = (run: Run | undefined): string | undefined => {
    if (run === undefined || used.has(run)) return undefined
    used.add(run)
    return textOf(run)
  }
  return {
    above: (start) =>
      take(runs.findLast((run) => run.end <= start && isBlank(file.text, run.end, start, reading.comments))),
    opening: (firstImport, firstDeclaration) =>
      take(openingRun(file, reading, runs, firstImport, firstDeclaration)),
    reportStray: (bag) => {
      for (const { start, end } of strayPlaces(file.text, reading.docs, used)) {
        bag.report('stray-doc-comment', span(file, start, end), {})
      }
    },
  }
}

function openingRun(
  file: SourceFile,
  reading: Reading,
  runs: readonly Run[],
  firstImport: number | undefined,
  firstDeclaration: number | undefined,
): Run | undefined {
  const [run] = runs
  const start = firstImport ?? firstDeclaration ?? file.text.length
  if (run === undefined || run.end > start || !isBlank(file.text, 0, run.start, reading.comments))
    return undefined
  const between = file.text.slice(run.end, start)
  return firstImport !== undefined || firstDeclaration === undefined || /\n[ \t\r]*\n/.test(between)
    ? run
    : undefined
}

function runsOf(text: string, docs: readonly Comment[]): readonly Run[] {
  const runs: Run[] = []
  for (const doc of docs) {
    const last = runs.at(-1)
    if (last !== undefined && /^\r?\n[ \t]*$/.test(text.slice(last.end, doc.start))) {
      runs[runs.length - 1] = { lines: [...last.lines, doc], start: last.start, end: doc.end }
    } else runs.push({ lines: [doc], start: doc.start, end: doc.end })
  }
  return runs
}

const textOf = (run: Run): string =>
  run.lines.map(({ text }) => text.replace(/^\/\/\/ ?/, '').trimEnd()).join('\n')

const beginsLine = (text: string, at: number): boolean =>
  text.slice(text.lastIndexOf('\n', at - 1) + 1, at).trim() === ''

/** Whether only space and ordinary comments lie in the range. */
function isBlank(text: string, start: number, end: number, comments: readonly Comment[]): boolean {
  let at = start
  for (const comment of comments) {
    if (comment.start < at) continue
    if (comment.start >= end) break
    if (text.slice(at, comment.start).trim() !== '') return false
    at = comment.end
  }
  return text.slice(at, end).trim() === ''
}

function strayPlaces(text: string, docs: readonly Comment[], used: ReadonlySet<Run>): readonly Comment[] {
  const taken = new Set([...used].flatMap((run) => run.lines))
  return docs.filter((doc, index) => {
    const previous = docs[index - 1]
    const follows =
      previous !== undefined && !taken.has(previous) && text.slice(previous.end, doc.start).trim() === ''
    return !taken.has(doc) && !follows
  })
}
