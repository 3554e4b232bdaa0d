// Diagnostics as editors show them: the same codes and texts as `weft check`, and what their helps propose as changes of the text.
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts'
import type { Remedy } from '../compiler/diagnostics/define.ts'
import { sourceFile, type SourceFile, type Span } from '../compiler/text/source.ts'
import { positionOf, rangeOf, type Range, type TextEdit } from './protocol.ts'
import type { Reading } from './reading.ts'

export interface ShownDiagnostic {
  readonly range: Range
  readonly severity: 1 | 2
  readonly code: string
  readonly source: 'weft'
  readonly message: string
  readonly relatedInformation: { location: { uri: string; range: Range }; message: string }[]
  /** 1 fades what is not used. */
  readonly tags?: [1]
  readonly data?: Remedy
}

/** Of the document alone, and at its beginning what is wrong with files that it imports. */
export function shownDiagnostics(
  { path, file, spec }: Reading,
  diagnostics: readonly Diagnostic[],
  uriOf: (path: string) => string,
): ShownDiagnostic[] {
  const fileOf = ({ file: of }: Span): SourceFile => spec.sources.get(of) ?? sourceFile(of, '')
  return diagnostics.map((one) => {
    const isHere = one.span.file === path
    const message = [messageOf(one), ...(one.help === undefined ? [] : [`help: ${one.help}`])].join('\n')
    const elsewhere = isHere ? [] : [{ span: one.span, message: 'here' }]
    return {
      range: isHere ? rangeOf(file, one.span) : importRange(path, one.span.file, { file, spec }),
      severity: one.severity === 'error' ? 1 : 2,
      code: one.code,
      source: 'weft',
      message: isHere ? message : `${one.span.file}: ${message}`,
      relatedInformation: [...elsewhere, ...one.related].map(({ span, message: text }) => ({
        location: { uri: uriOf(span.file), range: rangeOf(fileOf(span), span) },
        message: text,
      })),
      ...(one.name === 'unused-name' ? { tags: [1] } : {}),
      ...(one.remedy === undefined || !isHere ? {} : { data: one.remedy }),
    }
  })
}

/** `… (i = 2, j = 0)` */
function messageOf({ message, indices }: Diagnostic): string {
  if (indices.length === 0) return message
  return `${message} (${indices.map(({ name, value }) => `${name} = ${value}`).join(', ')})`
}

/** The import that leads to a file, else the first line. */
function importRange(path: string, wrong: string, { file, spec }: Pick<Reading, 'file' | 'spec'>): Range {
  const module = spec.modules.get(path)
  const target = [...(module?.imports.values() ?? [])].find((one) => one.module.path === wrong)
  return target === undefined
    ? { start: positionOf(file, 0), end: positionOf(file, 0) }
    : rangeOf(file, target.span)
}

export interface Fix {
  readonly title: string
  readonly edit: TextEdit
}

/** The change that a diagnostic's help proposes. */
export function fixOf(
  { file, module }: Reading,
  { range, data }: { range: Range; data?: Remedy },
): Fix | undefined {
  if (data === undefined || module === undefined) return undefined
  switch (data.kind) {
    case 'spelling': {
      const old = textAt(file, range)
      // A path is suggested without the quotes around it.
      const text = old.startsWith('"') ? JSON.stringify(data.text) : data.text
      return { title: `Change to ${text}`, edit: { range, newText: text } }
    }
    case 'import': {
      const { name, from } = data
      const at = { line: importLine(module.syntax.imports, file), character: 0 }
      const newText = `import { ${name} } from ${JSON.stringify(from)}\n`
      return { title: `Import ${name} from ${from}`, edit: { range: { start: at, end: at }, newText } }
    }
    case 'default':
      return defaultFix(data, { file, module }, range)
  }
}

function textAt(file: SourceFile, { start, end }: Range): string {
  const offset = ({ line, character }: Range['start']): number => (file.lineStarts[line] ?? 0) + character
  return file.text.slice(offset(start), offset(end))
}

/** After the last import; else before the first declaration, beneath what the file says of itself. */
function importLine(imports: readonly { readonly span: Span }[], file: SourceFile): number {
  const last = imports.at(-1)
  if (last !== undefined) return positionOf(file, last.span.end).line + 1
  const first = file.text.split('\n').findIndex((line) => line.trim() === '')
  return file.text.startsWith('///') && first >= 0 ? first + 1 : 0
}

/** Another default for a parameter of the first network that has it around or after the place. */
function defaultFix(
  { parameter, value }: Extract<Remedy, { kind: 'default' }>,
  { file, module }: { readonly file: SourceFile; readonly module: NonNullable<Reading['module']> },
  { start }: Range,
): Fix | undefined {
  const offset = (file.lineStarts[start.line] ?? 0) + start.character
  const networks = module.syntax.declarations.filter((one) => one.kind === 'NetworkDecl')
  const having = networks.filter(({ params }) =>
    params.some((one) => one.name.name === parameter && one.default !== undefined),
  )
  const around = having.find(({ span }) => span.start <= offset && offset <= span.end)
  const only = having.length === 1 ? having[0] : undefined
  const found = (around ?? only)?.params.find((one) => one.name.name === parameter)?.default
  return found === undefined
    ? undefined
    : { title: `Set ${parameter} = ${value}`, edit: { range: rangeOf(file, found.span), newText: value } }
}
