// weft lsp: the language server, for editors to start.
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { packageVersion } from '../../node/package-root.ts'
import type { CommandMaker } from './command.ts'

interface LspArgs {
  readonly stdio: boolean
}

export const lspCommand: CommandMaker<LspArgs> = (_terminal, choose) => ({
  command: 'lsp',
  describe: 'Serve an editor: diagnostics, shapes and costs beside the text, as it is typed',
  builder: (yargs) =>
    yargs
      .option('stdio', {
        describe: 'messages over standard input and output, which is the only way',
        type: 'boolean',
        default: true,
      })
      .example('weft lsp --stdio', 'as an editor starts it; docs/editors.md has their settings'),
  handler: () => choose(() => runLsp()),
})

/** The connection ends the process when the editor says so. */
async function runLsp(): Promise<ExitCode> {
  const { serveStdio } = await import('../../lsp/stdio.ts')
  serveStdio(`weft ${packageVersion()}`)
  return exitCodes.clean
}
