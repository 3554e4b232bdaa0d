// weft plan: what a dataset is like, and the networks that nnU-Net's rules make of it within a memory.
import type { Argv } from 'yargs'
import { presetNames } from '../../nnunet/planner/presets.ts'
import { readByteSize } from '../byte-size.ts'
import type { CommandMaker } from './command.ts'
import type { PlanArgs } from './run-plan.ts'

export const planCommand: CommandMaker<PlanArgs> = (terminal, choose) => ({
  command: 'plan <data>',
  describe: 'A dataset’s fingerprint, and patch, strides and kernels for it by nnU-Net’s rules',
  builder: (yargs) =>
    withOutput(withRules(yargs))
      .check(
        ({ within }) =>
          within === undefined ||
          (readByteSize(within) ?? 0) > 0 ||
          `--within takes a size such as 8GiB, not ${within}`,
      ) // prettier-ignore
      .example('weft plan Dataset219_AMOS2022', 'the fingerprint, and networks that train within 8 GiB')
      .example(
        'weft plan Dataset219_AMOS2022 --within 24GiB --preset resenc-l -o amos.weft',
        'as a spec with recipes',
      ) // prettier-ignore
      .example('weft plan Dataset219_AMOS2022 --dtype f16', 'as under autocast')
      .example(
        'weft plan Dataset219_AMOS2022 --reference nnunet --format plans -o nnUNetPlans.json',
        'what nnU-Net itself would plan',
      ) // prettier-ignore
      .epilogue('docs/plan.md has the rules.'),
  handler: (args) => choose(async () => (await import('./run-plan.ts')).runPlan(args, terminal)),
})

type RuleArgs = Pick<PlanArgs, 'data' | 'within' | 'preset' | 'reference' | 'dtype' | 'orientation'>

function withRules(yargs: Argv): Argv<RuleArgs> {
  return yargs
    .positional('data', {
      describe: 'the folder of a dataset in nnU-Net’s raw layout, or phantom:…',
      type: 'string',
      demandOption: true,
    })
    .option('within', {
      describe:
        'memory that training may take; by default that of the preset: 8GiB, 24GiB of resenc-l, 40GiB of resenc-xl',
      type: 'string',
      requiresArg: true,
    })
    .option('preset', {
      describe: 'which of nnU-Net’s planners: the plain U-Net or one with a residual encoder',
      choices: presetNames,
      default: 'plain' as const,
    })
    .option('reference', {
      describe: 'nnunet: hold networks against the memory by nnU-Net’s own proxy, so that its plans come out',
      choices: ['nnunet'] as const,
      requiresArg: true,
    })
    .option('dtype', {
      describe: 'of activations; weights stay float32, as under autocast',
      choices: ['f32', 'f16', 'bf16'] as const,
      default: 'f32' as const,
    })
    .option('orientation', {
      describe: 'how volumes are turned; strict unless given, with --reference what nnU-Net’s reader does',
      choices: ['strict', 'nearest', 'as-stored'] as const,
      requiresArg: true,
    })
}

function withOutput(yargs: Argv<RuleArgs>): Argv<PlanArgs> {
  return yargs
    .option('format', {
      describe:
        'how to print; by default what the name after --out ends with, else text. `plans`: as nnUNetPlans.json; `weft`: a spec',
      choices: ['text', 'json', 'plans', 'weft'] as const,
      requiresArg: true,
    })
    .option('json', { describe: 'the same as --format json', type: 'boolean', default: false })
    .option('out', { alias: 'o', describe: 'write to this file', type: 'string', requiresArg: true })
}
