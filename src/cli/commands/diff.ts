// weft diff: what differs between two networks, what it costs, and whether a checkpoint of the one still loads in the other.
import type { Argv } from 'yargs'
import type { CommandMaker } from './command.ts'
import { specOrTrained, withNetworkOptions, type NetworkArgs } from './network-options.ts'
import type { DiffArgs } from './run-diff.ts'

export const diffCommand: CommandMaker<DiffArgs> = (terminal, choose) => ({
  command: 'diff <file> [other]',
  describe: 'What differs between two networks: architecture, costs, checkpoints',
  builder: (yargs) =>
    withSides(yargs)
      .option('format', {
        describe: 'how to print; by default what the name after --out ends with, else text',
        choices: ['text', 'md', 'json', 'html'] as const,
        requiresArg: true,
      })
      .option('json', { describe: 'the same as --format json', type: 'boolean', default: false })
      .option('depth', {
        describe: 'levels of the module tree to show',
        type: 'number',
        default: 2,
        requiresArg: true,
      })
      .option('out', { alias: 'o', describe: 'write to this file', type: 'string', requiresArg: true })
      .option('map', {
        describe: 'write the map that a checkpoint of A loads in B by, for --rename',
        type: 'string',
        requiresArg: true,
      })
      .check((args) => wrongSides(args) ?? true)
      .check(({ depth }) => (Number.isInteger(depth) && depth >= 1) || '--depth takes a whole number from 1')
      .example('weft diff before.weft after.weft', 'two files')
      .example('weft diff net.weft --from main', 'a branch of Git, and the file as it is now')
      .example('weft diff nnunet.weft --set base=32 --against-set base=48', 'two settings of one file')
      .example('weft diff e2enet.weft --against-network E2ENetNoDSFF', 'two networks of one file')
      .example('weft diff net.weft --from main --format md', 'for a pull request')
      .example('weft diff net.weft --from main -o diff.html --map moved.json', 'a page, and a rename map')
      .epilogue('Exit status: 0 the networks are the same, 2 they differ, 1 an error.'),
  handler: (args) => choose(async () => (await import('./run-diff.ts')).runDiff(args, terminal)),
})

type SideArgs = NetworkArgs & Pick<DiffArgs, 'other' | 'against-network' | 'against-set' | 'from' | 'to'>

function withSides(yargs: Argv): Argv<SideArgs> {
  return withNetworkOptions(yargs, `A: ${specOrTrained}`)
    .positional('other', {
      describe: 'B: another one; by default the same file',
      type: 'string',
    })
    .option('against-network', {
      describe: 'which network of B; of the same file, by default that of A',
      type: 'string',
      requiresArg: true,
    })
    .option('against-set', {
      describe: 'give a parameter of B a value; of the same file, after what --set gives',
      type: 'string',
      array: true,
      nargs: 1,
    })
    .option('from', {
      describe: 'A is the file of this Git revision',
      type: 'string',
      requiresArg: true,
      conflicts: 'other',
    })
    .option('to', {
      describe: 'B is the file of this Git revision; by default the file as it is now',
      type: 'string',
      requiresArg: true,
      implies: 'from',
    })
}

function wrongSides(
  args: Pick<DiffArgs, 'other' | 'from' | 'against-network' | 'against-set'>,
): string | undefined {
  const { other, from } = args
  const given = [other, from, args['against-network'], args['against-set']]
  return given.some((one) => one !== undefined)
    ? undefined
    : 'say what to compare with: a second file, --from, --against-network or --against-set'
}
