// An error of ours, as a person sees it: what happened and what to send along when reporting it.
import { packageVersion } from '../node/package-root.ts'
import type { Terminal } from './terminal.ts'

export function reportInternalError(error: unknown, terminal: Terminal): void {
  const shown = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const command = ['weft', ...process.argv.slice(2)].join(' ')
  terminal.err(
    `${terminal.errStyle.red('internal error')}: this is a mistake in Weft, not in your file\n\n${shown}\n\n` +
      `please report it with the text above, the file, and:\n  weft ${packageVersion()}, node ${process.version}, ${process.platform}\n  ${command}\n`,
  )
}
