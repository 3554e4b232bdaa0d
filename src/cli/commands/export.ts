// weft export: a network as other tools' files have it.
import { isProblem } from '../../compiler/diagnostics/diagnostic.ts'
import { fail } from '../display.ts'
import type { ExitCode } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'
import type { CommandMaker } from './command.ts'
import { compileNetwork } from './compile-network.ts'
import { emit } from './document-output.ts'
import { withNetworkOptions, type NetworkArgs } from './network-options.ts'

interface ExportArgs extends NetworkArgs {
  readonly what: 'plans'
  readonly into: string | undefined
  readonly configuration: string | undefined
  readonly 'inherits-from': string | undefined
  readonly out: string | undefined
}

export const exportCommand: CommandMaker<ExportArgs> = (terminal, choose) => ({
  command: 'export <what> <file>',
  describe: "Write a network as nnU-Net's plans name it",
  builder: (yargs) =>
    withNetworkOptions(yargs)
      .positional('what', { describe: 'what is written', choices: ['plans'] as const, demandOption: true })
      .option('into', {
        describe: 'add a configuration to these plans instead of printing the architecture alone',
        type: 'string',
        requiresArg: true,
        implies: 'configuration',
      })
      .option('configuration', {
        describe: 'what the new configuration is called',
        type: 'string',
        requiresArg: true,
        implies: 'into',
      })
      .option('inherits-from', {
        describe:
          'whose spacing and preprocessing it has; by default 3d_fullres or 2d, by the axes of the patch',
        type: 'string',
        requiresArg: true,
        implies: 'into',
      })
      .option('out', {
        alias: 'o',
        describe: 'write to this file; with --into by default to the plans themselves',
        type: 'string',
        requiresArg: true,
      })
      .example('weft export plans nnunet.weft --network NNUNet', 'the `architecture` of a configuration')
      .example(
        'weft export plans wide.weft --into nnUNetPlans.json --configuration 3d_wide',
        'for nnUNetv2_train ID 3d_wide 0',
      )
      .epilogue('docs/nnunet.md says which networks plans can name.'),
  handler: (args) => choose(() => runExport(args, terminal)),
})

async function runExport(args: ExportArgs, terminal: Terminal): Promise<ExitCode> {
  const compiled = await compileNetwork(args, terminal)
  if (typeof compiled === 'number') return compiled
  const { exportPlans } = await import('../../nnunet/export-plans.ts')
  const exported = exportPlans(compiled.graph)
  if (isProblem(exported)) return fail(exported, args.file, terminal)
  const { into, configuration: name } = args
  if (into === undefined || name === undefined) {
    const text = `${JSON.stringify({ architecture: exported.architecture }, undefined, 4)}\n`
    const failed = emit(text, { out: args.out, format: 'json' }, terminal)
    return failed === undefined ? compiled.status : fail(failed, args.file, terminal)
  }
  const { readPlansText } = await import('../../node/plans-files.ts')
  const { withExported } = await import('../../nnunet/exported-configuration.ts')
  const { ownOutput } = await import('../../node/inputs.ts')
  const text = readPlansText(into)
  if (isProblem(text)) return fail(text, into, terminal)
  const inheritsFrom = args['inherits-from'] ?? (exported.patch.length === 2 ? '2d' : '3d_fullres')
  const added = withExported(text, into, { name, inheritsFrom }, exported)
  if (isProblem(added)) return fail(added, into, terminal)
  if (args.out === undefined) ownOutput(into)
  const failed = emit(added, { out: args.out ?? into, format: 'json' }, terminal)
  return failed === undefined ? compiled.status : fail(failed, into, terminal)
}
