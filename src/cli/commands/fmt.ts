// weft fmt: files in canonical form. A failure leaves the old text.
import { DiagnosticBag, isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { sourceFile } from '../../compiler/text/source.ts'
import { commandFindings, showFindings, type Findings } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { ownOutput } from '../../node/inputs.ts'
import { decode, readText, systemProblem } from '../../node/spec-files.ts'
import { textFile, writeFiles } from '../../node/write-file.ts'
import type { Terminal } from '../terminal.ts'
import type { CommandMaker } from './command.ts'

interface FmtArgs {
  readonly files: string[]
  readonly check: boolean
}

/** What `-` becomes before yargs reads the arguments, which would take it for an option. */
export const standardInput = '<stdin>'

export const fmtCommand: CommandMaker<FmtArgs> = (terminal, choose) => ({
  command: 'fmt <files..>',
  describe: 'Put the files into canonical form',
  builder: (yargs) =>
    yargs
      .positional('files', {
        describe: 'the .weft files; - reads stdin and writes stdout',
        type: 'string',
        array: true,
        demandOption: true,
      })
      .option('check', {
        describe: 'change nothing; exit with 2 when a file is not in canonical form',
        type: 'boolean',
        default: false,
      })
      .example('weft fmt unet.weft', 'rewrite one file')
      .example('weft fmt --check specs/*.weft', 'for a pipeline')
      .example('weft fmt - < unet.weft', 'print the canonical form'),
  handler: (args) => choose(() => runFmt(args, terminal)),
})

type Formatted = { readonly before: string; readonly after: string }

async function runFmt({ files, check }: FmtArgs, terminal: Terminal): Promise<ExitCode> {
  const statuses: ExitCode[] = []
  for (const file of files) statuses.push(await formatOne(file, check ? 'check' : 'write', terminal))
  return statuses.includes(exitCodes.error)
    ? exitCodes.error
    : statuses.includes(exitCodes.differs)
      ? exitCodes.differs
      : exitCodes.clean
}

async function formatOne(file: string, action: 'check' | 'write', terminal: Terminal): Promise<ExitCode> {
  const isInput = file === standardInput
  const text = isInput ? await readInput(file) : readText(file, file, 'the spec')
  const formatted = isProblem(text) ? commandFindings(text, file) : await format(text, file)
  if ('diagnostics' in formatted) return fail(formatted, terminal)
  const differs = formatted.after !== formatted.before
  if (action === 'check') {
    if (differs) terminal.document(`${file}\n`)
    return differs ? exitCodes.differs : exitCodes.clean
  }
  if (isInput) terminal.document(formatted.after)
  ownOutput(file)
  const failed = isInput || !differs ? undefined : writeFiles([textFile(file, formatted.after)])
  return failed === undefined ? exitCodes.clean : fail(commandFindings(failed, file), terminal)
}

function fail(findings: Findings, terminal: Terminal): ExitCode {
  showFindings([findings], terminal)
  return exitCodes.error
}

/** Only text without syntax errors has a canonical form. */
async function format(text: string, shown: string): Promise<Formatted | Findings> {
  const { parse } = await import('../../compiler/syntax/parse.ts')
  const file = sourceFile(shown, text)
  const bag = new DiagnosticBag()
  parse(file, bag)
  if (bag.hasErrors) return { diagnostics: bag.list(), sources: new Map([[shown, file]]) }
  const { formatWeft } = await import('../../format/prettier-plugin.ts')
  return { before: text, after: await formatWeft(text) }
}

async function readInput(shown: string): Promise<string | Problem> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array))
  } catch (error) {
    return systemProblem(error, shown)
  }
  return decode(Buffer.concat(chunks), shown)
}
