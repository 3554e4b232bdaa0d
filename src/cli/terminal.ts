// Where a command writes: the two streams with their width, character set and colour.
import { ansiStyle, plainStyle, type Style } from '../compiler/text/style.ts'

export interface Terminal {
  readonly width: number
  /** Characters beyond ASCII can be shown. */
  readonly unicode: boolean
  /** A person watches stderr: progress may be shown there. */
  readonly isWatched: boolean
  readonly outStyle: Style
  readonly errStyle: Style
  out(text: string): void
  err(text: string): void
}

const widthWithoutTerminal = 100
const smallestWidth = 40

export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process
  return {
    width: Math.max(smallestWidth, stdout.columns ?? stderr.columns ?? widthWithoutTerminal),
    unicode: showsUnicode(env),
    isWatched: stderr.isTTY && env['TERM'] !== 'dumb',
    outStyle: styleFor(stdout, env),
    errStyle: styleFor(stderr, env),
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/** FORCE_COLOR decides when set (`0` and `false`: never); then NO_COLOR; then whether a person is watching. */
function styleFor(stream: { readonly isTTY?: boolean }, env: Environment): Style {
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced === '0' || forced === 'false' ? plainStyle : ansiStyle
  const isRefused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb'
  return stream.isTTY === true && !isRefused ? ansiStyle : plainStyle
}

/** The locale says so; an unset one (containers, pipelines) counts as UTF-8, since that is what nearly all of them are. */
function showsUnicode(env: Environment): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((one) => one !== undefined && one !== '')
  return locale === undefined || /utf-?8/i.test(locale)
}
