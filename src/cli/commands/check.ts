// weft check: every declaration of the files, without looking at costs.
import { isProblem, type Diagnostic } from '../../compiler/diagnostics/diagnostic.ts'
import { checkDocument } from '../check-document.ts'
import { commandFindings, seenFromHere, showFindings, type Findings } from '../display.ts'
import { exitCodeFor, type ExitCode } from '../exit-codes.ts'
import { locate } from '../../node/spec-files.ts'
import type { Terminal } from '../terminal.ts'
import type { CommandMaker } from './command.ts'
import { withProject } from './network-options.ts'

interface CheckArgs {
  readonly files: string[]
  readonly json: boolean
  readonly 'warn-as-error': boolean
  readonly project: string | undefined
}

export const checkCommand: CommandMaker<CheckArgs> = (terminal, choose) => ({
  command: 'check <files..>',
  describe: 'Find every mistake in the files; budgets and assertions too',
  builder: (yargs) =>
    withProject(yargs)
      .positional('files', { describe: 'the .weft files', type: 'string', array: true, demandOption: true })
      .option('json', {
        describe: 'print the diagnostics for programs (schema/weft-check-1.schema.json)',
        type: 'boolean',
        default: false,
      })
      .option('warn-as-error', { describe: 'a warning fails the check', type: 'boolean', default: false })
      .example('weft check unet.weft', 'one file')
      .example('weft check specs/*.weft --json', 'many, for an editor or a pipeline'),
  handler: (args) => choose(() => runCheck(args, terminal)),
})

async function runCheck(args: CheckArgs, terminal: Terminal): Promise<ExitCode> {
  const { check } = await import('../../compiler/compile.ts')
  const findings = args.files.map((file): Findings => {
    const located = locate(file, args.project)
    if (isProblem(located)) return commandFindings(located, file)
    const { diagnostics, sources } = check(located.entry, located.host)
    return seenFromHere({ diagnostics, sources }, located)
  })
  const diagnostics: Diagnostic[] = findings.flatMap((one) => one.diagnostics)
  if (args.json) terminal.out(`${JSON.stringify(checkDocument(args.files, findings), undefined, 2)}\n`)
  else showFindings(findings, terminal)
  const count = args.files.length
  if (!args.json && diagnostics.length === 0)
    terminal.out(`${count} file${count === 1 ? '' : 's'} checked, no problems\n`)
  return exitCodeFor(diagnostics, args['warn-as-error'] ? 'refused' : 'allowed')
}
