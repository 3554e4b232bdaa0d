// Where a document goes, and in which form: to the terminal, or to a file whose name says what it is.
import { extname } from 'node:path'
import { problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { plainStyle } from '../../compiler/text/style.ts'
import { textFile, writeFiles } from '../../node/write-file.ts'
import type { Terminal } from '../terminal.ts'
import { standardInput } from './fmt.ts'

/** Columns of a text that goes to a file: it has no window. */
export const widthOfFiles = 100

/** How text is laid out that goes to a file. */
export const fileTerminal = { width: widthOfFiles, unicode: true, outStyle: plainStyle } as const

/** The file that `--out` names; undefined where the document goes to the terminal, which `-` says too. */
export function outputFile(out: string | undefined): string | undefined {
  return out === standardInput ? undefined : out
}

/** What the names of documents end with; commands add what else they write. */
export const documentEndings = { '.html': 'html', '.htm': 'html', '.md': 'md', '.json': 'json' } as const

interface FormatArgs<Format> {
  readonly out: string | undefined
  readonly format: Format | undefined
  readonly json?: boolean
}

/** What `--format` or `--json` says, else the ending of the file, else `otherwise`; a problem where the ending says nothing. */
export function formatFor<Format extends string>(
  { out, format, json }: FormatArgs<Format>,
  endings: Readonly<Record<string, Format>>,
  otherwise: Format,
): Format | Problem {
  const asked = json === true ? endings['.json'] : undefined
  if (asked !== undefined && format !== undefined && format !== asked)
    return problem('output-formats', { format })
  const named = asked ?? format
  const file = outputFile(out)
  if (named !== undefined) return named
  if (file === undefined) return otherwise
  return (
    endings[extname(file).toLowerCase()] ??
    problem('output-ending', { path: file, known: Object.keys(endings) })
  )
}

const proseFormats: ReadonlySet<string> = new Set(['text', 'table'])

/** Prints what a format asks for: text for people, or a document. */
export function print(text: string, format: string, terminal: Terminal): void {
  if (proseFormats.has(format)) terminal.out(text)
  else terminal.document(text)
}

/** Writes the file whole and says so, or prints. */
export function emit(
  text: string,
  { out, format }: { readonly out: string | undefined; readonly format: string },
  terminal: Terminal,
): Problem | undefined {
  const file = outputFile(out)
  if (file === undefined) {
    print(text, format, terminal)
    return undefined
  }
  const failed = writeFiles([textFile(file, text)])
  if (failed === undefined) terminal.err(`wrote ${file}\n`)
  return failed
}
