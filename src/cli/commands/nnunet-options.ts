// Options of weft compile --target nnunet.
import type { Argv } from 'yargs'

export interface NnunetOptionArgs {
  readonly recipe: string | undefined
  readonly plans: string | undefined
  readonly dataset: string | undefined
  readonly configuration: string | undefined
}

/** Adds `--recipe --plans --dataset --configuration`. */
export function withNnunetOptions<T>(yargs: Argv<T>): Argv<T & NnunetOptionArgs> {
  return yargs
    .option('recipe', {
      describe: 'nnunet: which `train` block; without it nnU-Net trains the network in its own way',
      type: 'string',
      requiresArg: true,
    })
    .option('plans', {
      describe: 'nnunet: the nnUNetPlans.json whose patch, channels and classes the network is compiled for',
      type: 'string',
      requiresArg: true,
    })
    .option('dataset', {
      describe: 'nnunet: the dataset.json of those plans; by default the one beside them',
      type: 'string',
      requiresArg: true,
    })
    .option('configuration', {
      alias: 'c',
      describe: 'nnunet: which configuration of the plans; by default 3d_fullres',
      type: 'string',
      requiresArg: true,
    })
    .check(
      ({ plans, dataset, configuration }) =>
        plans !== undefined ||
        (dataset ?? configuration) === undefined ||
        `--${dataset === undefined ? 'configuration' : 'dataset'} goes with --plans`,
    )
}
