// Diagnostics as text: the message, the source with the place underlined, the places that matter, the help.
import { withSeparators } from '../text/numbers.ts'
import { lineText, positionAt, type SourceFile, type Span } from '../text/source.ts'
import { plainStyle, type Style } from '../text/style.ts'
import { visible } from '../text/visible.ts'
import type { Diagnostic, Related } from './diagnostic.ts'

export interface RenderOptions {
  readonly sources: ReadonlyMap<string, SourceFile>
  /** Columns; longer source lines are cut around the place. */
  readonly width: number
  readonly style?: Style
  /** How many are shown, errors before warnings; of the others it is said how many there are. Default: all. */
  readonly most?: number
}

/** More related places than this are listed without their source. */
const framedRelated = 3

/** One diagnostic with its frames, ending in a line break. */
export function renderDiagnostic(diagnostic: Diagnostic, options: RenderOptions): string {
  const style = options.style ?? plainStyle
  const paint = diagnostic.severity === 'error' ? style.red : style.yellow
  const lines = [
    `${paint(style.bold(`${diagnostic.severity}[${diagnostic.code}]`))}${style.bold(`: ${visible(diagnostic.message)}`)}`,
    ...frame(diagnostic.span, options, paint),
    ...indexLines(diagnostic, style),
    ...relatedLines(diagnostic.related, options, style),
    ...helpLines(diagnostic.help, style),
  ]
  return `${lines.join('\n')}\n`
}

/** All of them, with a count and one pointer to the longer explanation. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: RenderOptions): string {
  const [first] = diagnostics
  if (first === undefined) return ''
  const style = options.style ?? plainStyle
  const shown = foremost(diagnostics, options.most ?? Infinity)
  const blocks = shown.map((one) => renderDiagnostic(one, options))
  const isShown = new Set(shown)
  const left = diagnostics.filter((one) => !isShown.has(one))
  if (left.length > 0) blocks.push(`… ${countText(left)} more\n`)
  const hint = style.dim(`\`weft explain ${first.code}\` says more`)
  return `${blocks.join('\n')}\n${countText(diagnostics)}; ${hint}\n`
}

/** The first so many in their order, of which none is a warning while there are more errors. */
function foremost(diagnostics: readonly Diagnostic[], most: number): readonly Diagnostic[] {
  if (diagnostics.length <= most) return diagnostics
  const isError = ({ severity }: Diagnostic): boolean => severity === 'error'
  const ranked = [...diagnostics.filter(isError), ...diagnostics.filter((one) => !isError(one))]
  const chosen = new Set(ranked.slice(0, most))
  return diagnostics.filter((one) => chosen.has(one))
}

/** `2 errors, 1 warning` */
export function countText(diagnostics: readonly Diagnostic[]): string {
  const count = (severity: Diagnostic['severity']): string[] => {
    const number = diagnostics.filter((one) => one.severity === severity).length
    return number === 0 ? [] : [`${withSeparators(number)} ${severity}${number === 1 ? '' : 's'}`]
  }
  return [...count('error'), ...count('warning')].join(', ')
}

function indexLines({ indices }: Diagnostic, style: Style): string[] {
  if (indices.length === 0) return []
  const values = indices.map(({ name, value }) => `${name} = ${value}`).join(', ')
  return [`  ${style.cyan('=')} with ${values}`]
}

function helpLines(help: string | undefined, style: Style): string[] {
  if (help === undefined) return []
  const [first = '', ...rest] = visible(help).split('\n')
  return [`  ${style.cyan('=')} help: ${first}`, ...rest.map((line) => `          ${line}`)]
}

function relatedLines(related: readonly Related[], options: RenderOptions, style: Style): string[] {
  const framed = related.length <= framedRelated
  return related.flatMap(({ span, message }) => {
    if (framed) return [`  ${style.cyan('note')}: ${visible(message)}`, ...frame(span, options, style.cyan)]
    return [`  ${style.cyan('=')} ${visible(message)}  ${style.dim(placeText(span, options.sources))}`]
  })
}

// ---------------------------------------------------------------- source frames

/** `file:line:column`, or the file alone where its text is not at hand. */
export function placeText(span: Span, sources: RenderOptions['sources']): string {
  const file = sources.get(span.file)
  if (file === undefined) return span.file
  const { line, column } = positionAt(file, span.start)
  return `${span.file}:${line}:${column}`
}

function frame(
  span: Span,
  { sources, width, style = plainStyle }: RenderOptions,
  paint: (text: string) => string,
): string[] {
  const arrow = `  ${style.cyan('-->')} ${visible(placeText(span, sources))}`
  const file = sources.get(span.file)
  if (file === undefined) return [arrow]
  const { line, column } = positionAt(file, span.start)
  const text = lineText(file, line)
  const last = positionAt(file, Math.max(span.start, span.end - 1)).line
  const length = last === line ? span.end - span.start : text.length - column + 1
  const gutter = ' '.repeat(String(line).length)
  const view = window(text, column - 1, Math.max(1, length), Math.max(20, width - gutter.length - 3))
  const more = last === line ? '' : style.dim(` … to line ${last}`)
  return [
    arrow,
    `${gutter} ${style.cyan('|')}`,
    `${style.cyan(`${line} |`)} ${view.text}`,
    `${gutter} ${style.cyan('|')} ${' '.repeat(view.before)}${paint('^'.repeat(view.under))}${more}`,
  ]
}

interface View {
  readonly text: string
  /** Cells before the underline. */
  readonly before: number
  readonly under: number
}

/** One character as it is shown, with the cells that it takes. */
interface Glyph {
  readonly shown: string
  readonly cells: number
  /** Where it begins: its cell in the whole line, its offset in the text. */
  readonly cell: number
  readonly offset: number
}

/** The part of a line around a place that fits the width in cells, with the cells that the place takes in it. */
function window(text: string, start: number, length: number, width: number): View {
  // What stands further along is not shown, however long the line is.
  const glyphs = glyphsOf(text.slice(0, start + length + width))
  const at = cellOf(glyphs, start)
  const fits = text.length <= start + length + width && cellOf(glyphs, text.length) <= width - 2
  const from = fits || at < width * 0.75 ? 0 : at - Math.floor(width / 3)
  const lead = from === 0 ? '' : '…'
  const end = from + width - 2
  const seen = glyphs.filter(({ cell, cells }) => cell >= from && cell + cells <= end)
  const last = seen.at(-1)
  const shownEnd = last === undefined ? from : last.cell + last.cells
  const first = seen[0]?.cell ?? from
  const tail = seen.length > 0 && (last?.offset ?? 0) + 1 < text.trimEnd().length ? '…' : ''
  const until = Math.min(cellOf(glyphs, start + length), Math.max(shownEnd, at + 1))
  return {
    text: `${lead}${seen.map(({ shown }) => shown).join('')}${tail}`.trimEnd(),
    before: at - first + lead.length,
    under: Math.max(1, until - at),
  }
}

function glyphsOf(text: string): readonly Glyph[] {
  const glyphs: Glyph[] = []
  let [cell, offset] = [0, 0]
  for (const character of text) {
    const shown = visible(character)
    const cells = cellsOf(shown)
    glyphs.push({ shown, cells, cell, offset })
    cell += cells
    offset += character.length
  }
  return glyphs
}

/** The cell at which an offset of the text is shown. */
function cellOf(glyphs: readonly Glyph[], offset: number): number {
  const glyph = glyphs.find((one) => one.offset >= offset)
  const last = glyphs.at(-1)
  return glyph?.cell ?? (last === undefined ? 0 : last.cell + last.cells)
}

/** Hangul, CJK and full-width forms, emoji. */
const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}]/u

/** How many terminal cells a text takes: two for wide characters, none for combining marks and joiners. */
function cellsOf(text: string): number {
  let sum = 0
  for (const character of text)
    sum += /[\p{Mark}\u200B-\u200D\uFEFF]/u.test(character) ? 0 : wide.test(character) ? 2 : 1
  return sum
}
