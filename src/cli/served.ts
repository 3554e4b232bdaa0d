// A folder shown to browsers of this machine.
import { isProblem } from '../compiler/diagnostics/diagnostic.ts'
import { serveFolder, type ServeOptions } from '../node/serve-folder.ts'
import { endingSignals } from '../node/signals.ts'
import { fail } from './display.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'

/** Until a signal ends it, which is how it is meant to end. */
export async function served(folder: string, options: ServeOptions, terminal: Terminal): Promise<ExitCode> {
  const serving = await serveFolder(folder, options)
  if (isProblem(serving)) return fail(serving, folder, terminal)
  terminal.out(`${serving.url}  Ctrl-C ends it\n`)
  await new Promise<void>((resolve) => {
    for (const signal of endingSignals) process.once(signal, () => resolve())
  })
  await serving.close()
  return exitCodes.clean
}
