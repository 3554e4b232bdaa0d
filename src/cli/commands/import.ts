// weft import: what other tools have planned, as a spec, or trained, as a model.
import type { Argv } from 'yargs'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { commandFindings, fail, showFindings } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'
import type { CheckpointName } from '../../node/models/results-folder.ts'
import type { CommandMaker } from './command.ts'
import { emit } from './document-output.ts'

export interface ImportArgs {
  readonly what: 'plans' | 'model'
  readonly file: string
  readonly dataset: string | undefined
  readonly configuration: string[] | undefined
  readonly fold: string[] | undefined
  readonly checkpoint: CheckpointName | undefined
  readonly model: string | undefined
  readonly out: string | undefined
}

/** Which options go with which file. */
const optionsOf = { plans: ['dataset', 'configuration'], model: ['fold', 'checkpoint', 'model'] } as const

export const importCommand: CommandMaker<ImportArgs> = (terminal, choose) => ({
  command: 'import <what> <file>',
  describe: "Make a spec of nnU-Net's plans, or a model of what it has trained",
  builder: (yargs) => withExamples(withModelOptions(withPlansOptions(yargs))),
  handler: (args) =>
    choose(async () =>
      args.what === 'plans'
        ? runImport(args, terminal)
        : (await import('./run-import-model.ts')).runImportModel(args, args.out ?? '', terminal),
    ),
})

/** Adds `<what> <file> --dataset --configuration --out`. */
function withPlansOptions<T>(
  yargs: Argv<T>,
): Argv<T & Pick<ImportArgs, 'what' | 'file' | 'dataset' | 'configuration' | 'out'>> {
  return yargs
    .positional('what', { describe: 'what it is', choices: ['plans', 'model'] as const, demandOption: true })
    .positional('file', {
      describe:
        'nnUNetPlans.json, or a *_plans_3D.pkl of version 1; of a model the folder TRAINER__PLANS__CONFIGURATION, or the zip of nnUNetv2_export_model_to_zip',
      type: 'string',
      demandOption: true,
    })
    .option('dataset', {
      describe: 'of plans: the dataset.json, for classes and channels; by default the one beside the plans',
      type: 'string',
      requiresArg: true,
    })
    .option('configuration', {
      alias: 'c',
      describe: 'of plans: which configuration; by default all of them',
      type: 'string',
      array: true,
      nargs: 1,
    })
    .option('out', {
      alias: 'o',
      describe: 'write to this file; of a model a folder of its own',
      type: 'string',
      requiresArg: true,
    })
}

/** Adds `--fold --checkpoint --model`. */
function withModelOptions<T>(yargs: Argv<T>): Argv<T & Pick<ImportArgs, 'fold' | 'checkpoint' | 'model'>> {
  return yargs
    .option('fold', {
      describe:
        'of a model: a fold of the ensemble, a number or `all`; by default all numbered ones that are there',
      type: 'string',
      array: true,
      nargs: 1,
    })
    .option('checkpoint', {
      describe: 'of a model: which checkpoint of each fold; by default the final one',
      choices: ['final', 'best', 'latest'] as const,
      requiresArg: true,
    })
    .option('model', {
      describe: 'of a zip with several models: which one, by its folder there or how that ends: 3d_fullres',
      type: 'string',
      requiresArg: true,
    })
}

const withExamples = (yargs: Argv<ImportArgs>): Argv<ImportArgs> =>
  yargs
    .check((args) => misuse(args) ?? true)
    .example('weft import plans nnUNetPlans.json -o heart.weft', 'a network for each configuration')
    .example('weft import plans nnUNetPlans.json -c 3d_fullres', 'one of them, to the terminal')
    .example('weft import plans plans.json --dataset ../dataset.json', 'with the labels of that dataset')
    .example('weft import plans nnUNetPlansv2.1_plans_3D.pkl', 'of version 1, whose plans are pickles')
    .example(
      'weft import model nnUNetTrainer__nnUNetPlans__3d_fullres -o models/heart',
      'network, weights of all folds and pipeline, for `weft predict`',
    )
    .example(
      'weft import model heart.zip --model 3d_fullres -o models/heart',
      'of a zip that nnU-Net exported',
    )
    .epilogue(
      'docs/nnunet.md says what of the plans becomes what of the spec, docs/pipeline.md what is done with volumes.',
    )

function misuse(args: ImportArgs): string | undefined {
  const other = args.what === 'plans' ? 'model' : 'plans'
  const given = optionsOf[other].find((name) => args[name] !== undefined)
  if (given !== undefined) return `--${given} goes with \`weft import ${other}\``
  return args.what === 'model' && args.out === undefined ? 'a model needs a folder: --out' : undefined
}

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
  const { formatWeft } = await import('../../format/prettier-plugin.ts')
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
