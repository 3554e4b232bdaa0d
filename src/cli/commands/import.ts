// weft import: what other tools have planned, as a spec.
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { commandFindings, fail, showFindings } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'
import type { CommandMaker } from './command.ts'
import { emit } from './document-output.ts'

interface ImportArgs {
  readonly what: 'plans'
  readonly file: string
  readonly dataset: string | undefined
  readonly configuration: string[] | undefined
  readonly out: string | undefined
}

export const importCommand: CommandMaker<ImportArgs> = (terminal, choose) => ({
  command: 'import <what> <file>',
  describe: "Make a spec of nnU-Net's plans",
  builder: (yargs) =>
    yargs
      .positional('what', { describe: 'what the file is', choices: ['plans'] as const, demandOption: true })
      .positional('file', {
        describe: 'nnUNetPlans.json, or a *_plans_3D.pkl of version 1',
        type: 'string',
        demandOption: true,
      })
      .option('dataset', {
        describe: 'the dataset.json, for classes and channels; by default the one beside the plans',
        type: 'string',
        requiresArg: true,
      })
      .option('configuration', {
        alias: 'c',
        describe: 'which configuration; by default all of them',
        type: 'string',
        array: true,
        nargs: 1,
      })
      .option('out', { alias: 'o', describe: 'write to this file', type: 'string', requiresArg: true })
      .example('weft import plans nnUNetPlans.json -o heart.weft', 'a network for each configuration')
      .example('weft import plans nnUNetPlans.json -c 3d_fullres', 'one of them, to the terminal')
      .example('weft import plans plans.json --dataset ../dataset.json', 'with the labels of that dataset')
      .example('weft import plans nnUNetPlansv2.1_plans_3D.pkl', 'of version 1, whose plans are pickles')
      .epilogue('docs/nnunet.md says what of the plans becomes what of the spec.'),
  handler: (args) => choose(() => runImport(args, terminal)),
})

async function runImport(args: ImportArgs, terminal: Terminal): Promise<ExitCode> {
  const { descriptionBeside, openHeads, openPlans } = await import('../../node/plans-files.ts')
  const { importPlans } = await import('../../nnunet/import-plans.ts')
  const plans = openPlans(args.file)
  if (isProblem(plans)) return fail(plans, args.file, terminal)
  const description = args.dataset ?? descriptionBeside(args.file)
  const heads = description === undefined ? undefined : openHeads(description)
  if (isProblem(heads)) return fail(heads, args.file, terminal)
  const imported = importPlans(plans, {
    ...(heads === undefined ? {} : { heads }),
    ...(args.configuration === undefined ? {} : { configurations: args.configuration }),
  })
  if (!('text' in imported)) return failAll(imported, args.file, terminal)
  const { formatWeft } = await import('../prettier-plugin.ts')
  const failed = emit(await formatWeft(imported.text), { out: args.out, format: 'weft' }, terminal)
  if (failed !== undefined) return fail(failed, args.file, terminal)
  if (heads === undefined && plans.heads === undefined)
    terminal.err(
      'no dataset.json is given or lies beside the plans: `classes` is left open, and there are no recipes\n',
    )
  return exitCodes.clean
}

function failAll(problems: readonly Problem[], file: string, terminal: Terminal): ExitCode {
  showFindings(
    problems.map((one) => commandFindings(one, file)),
    terminal,
  )
  return exitCodes.error
}
