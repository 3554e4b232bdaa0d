// weft expand: the network after every recurrence, argument and default is written out.
import { fail } from '../display.ts'
import type { ExitCode } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'
import type { CommandMaker } from './command.ts'
import { compileNetwork } from './compile-network.ts'
import { emit } from './document-output.ts'
import { withNetworkOptions, type NetworkArgs } from './network-options.ts'

interface ExpandArgs extends NetworkArgs {
  readonly out: string | undefined
}

export const expandCommand: CommandMaker<ExpandArgs> = (terminal, choose) => ({
  command: 'expand <file>',
  describe: 'The network with every recurrence and default written out',
  builder: (yargs) =>
    withNetworkOptions(yargs)
      .option('out', { alias: 'o', describe: 'write to this file', type: 'string', requiresArg: true })
      .example('weft expand unet.weft', 'what the recurrences produce')
      .example('weft expand unet.weft --set depth=2 -o small.weft', 'a spec of its own'),
  handler: (args) => choose(() => runExpand(args, terminal)),
})

async function runExpand(args: ExpandArgs, terminal: Terminal): Promise<ExitCode> {
  const compiled = await compileNetwork(args, terminal)
  if (typeof compiled === 'number') return compiled
  const { expandGraph } = await import('../../backends/weft/expand.ts')
  const failed = emit(expandGraph(compiled.graph), { out: args.out, format: 'weft' }, terminal)
  return failed === undefined ? compiled.status : fail(failed, args.file, terminal)
}
