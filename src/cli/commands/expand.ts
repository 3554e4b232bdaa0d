// weft expand: the network after every recurrence, argument and default is written out.
import type { ExitCode } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'
import type { CommandMaker } from './command.ts'
import { compileNetwork } from './compile-network.ts'
import { withNetworkOptions, type NetworkArgs } from './network-options.ts'

export const expandCommand: CommandMaker<NetworkArgs> = (terminal, choose) => ({
  command: 'expand <file>',
  describe: 'The network with every recurrence and default written out',
  builder: (yargs) =>
    withNetworkOptions(yargs)
      .example('weft expand unet.weft', 'what the recurrences produce')
      .example('weft expand unet.weft --set depth=2 > small.weft', 'a spec of its own'),
  handler: (args) => choose(() => runExpand(args, terminal)),
})

async function runExpand(args: NetworkArgs, terminal: Terminal): Promise<ExitCode> {
  const compiled = await compileNetwork(args, terminal)
  if (typeof compiled === 'number') return compiled
  const { expandGraph } = await import('../../backends/weft/expand.ts')
  terminal.out(expandGraph(compiled.graph))
  return compiled.status
}
