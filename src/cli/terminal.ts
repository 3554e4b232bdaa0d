// Where a command writes: the two streams with their width, character set and colour. What comes from files and from the command line
// is not trusted to be text only: no control character of it reaches a terminal.
import { randomUUID } from 'node:crypto'
import { isatty } from 'node:tty'
import { plainStyle, styleOf, type Style } from '../compiler/text/style.ts'
import { visible } from '../compiler/text/visible.ts'
import { writeFully } from '../node/write-fully.ts'

export interface Terminal {
  readonly width: number
  /** Characters beyond ASCII can be shown. */
  readonly unicode: boolean
  /** A person watches stderr: progress may be shown there. */
  readonly isWatched: boolean
  readonly outStyle: Style
  readonly errStyle: Style
  /** Text for people, as `outStyle` may have styled it. */
  out(text: string): void
  /** The same on stderr. */
  err(text: string): void
  /** A document: to the byte where a file or a program takes it, without control characters where a person looks at it. */
  document(text: string): void
  /** Draws one line of stderr over what it held before. */
  redraw(line: string): void
}

/** A stream that cannot be written to. */
export class StreamError extends Error {
  readonly stream: 'standard output' | 'standard error'
  /** The system's word for why. */
  readonly code: string

  constructor(descriptor: Descriptor, code: string) {
    super(`${streamNames[descriptor]}: ${code}`)
    this.stream = streamNames[descriptor]
    this.code = code
  }
}

type Descriptor = 1 | 2
const streamNames = { 1: 'standard output', 2: 'standard error' } as const

const widthWithoutTerminal = 100
const smallestWidth = 40

export function processTerminal(): Terminal {
  const { env } = process
  const [isOutTerminal, isErrTerminal] = [isatty(1), isatty(2)]
  // Asked for nothing else: to touch these streams makes a pipe non-blocking, for every process that shares it.
  const columns = isOutTerminal ? process.stdout.columns : isErrTerminal ? process.stderr.columns : undefined
  const { style, finished } = markedStyle()
  const put = (descriptor: Descriptor, text: string): void => write(descriptor, finished(visible(text)))
  return {
    width: Math.max(smallestWidth, columns ?? widthWithoutTerminal),
    unicode: showsUnicode(env),
    isWatched: isErrTerminal && env['TERM'] !== 'dumb',
    outStyle: isColoured(isOutTerminal, env) ? style : plainStyle,
    errStyle: isColoured(isErrTerminal, env) ? style : plainStyle,
    out: (text) => put(1, text),
    err: (text) => put(2, text),
    document: (text) => (isOutTerminal ? put(1, text) : write(1, finished(text))),
    redraw: (line) => write(2, `\r\u001B[K${finished(visible(line))}`),
  }
}

/** The reader of a pipe has ended, or the terminal was closed. */
const goneCodes: ReadonlySet<string> = new Set(['EPIPE', 'EIO'])

/** A terminal for work that goes on where nobody reads any more: what is written then has no place to go. */
export function whileHeard(terminal: Terminal): Terminal {
  const ifHeard =
    (put: (text: string) => void) =>
    (text: string): void => {
      try {
        put(text)
      } catch (error) {
        if (!(error instanceof StreamError && goneCodes.has(error.code))) throw error
      }
    }
  return {
    ...terminal,
    out: ifHeard(terminal.out),
    err: ifHeard(terminal.err),
    document: ifHeard(terminal.document),
    redraw: ifHeard(terminal.redraw),
  }
}

function write(descriptor: Descriptor, text: string): void {
  try {
    writeFully(descriptor, new TextEncoder().encode(text))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    throw new StreamError(descriptor, String(error.code))
  }
}

/**
 * A style whose codes carry a mark that no text can know, and what turns marked codes into the terminal's own. So codes of ours pass where
 * those of a text do not.
 */
function markedStyle(): { readonly style: Style; finished(text: string): string } {
  const mark = randomUUID()
  const marked = new RegExp(`${mark}:(\\d+);`, 'g')
  return {
    style: styleOf((code) => `${mark}:${code};`),
    finished: (text) => text.replaceAll(marked, '\u001B[$1m'),
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/** FORCE_COLOR decides when set (`0` and `false`: never); then NO_COLOR; then whether a person is watching. */
function isColoured(isWatched: boolean, env: Environment): boolean {
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return isWatched && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
}

/** The locale says so; an unset one (containers, pipelines) counts as UTF-8, since that is what nearly all of them are. */
function showsUnicode(env: Environment): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((one) => one !== undefined && one !== '')
  return locale === undefined || /utf-?8/i.test(locale)
}
