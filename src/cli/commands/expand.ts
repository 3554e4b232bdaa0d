// weft expand: the network after every recurrence, argument and default is written out.
import type { CommandMaker } from './command.ts'
import { compileNetwork } from './compile-network.ts'
import { withNetworkOptions, type NetworkArgs } from './network-options.ts'

export const expandCommand: CommandMaker<NetworkArgs> = (terminal, finish) => ({
  command: 'expand <file>',
  describe: 'The network with every recurrence and default written out',
  builder: (yargs) =>
    withNetworkOptions(yargs)
      .example('weft expand unet.weft', 'what the recurrences produce')
      .example('weft expand unet.weft --set depth=2 > small.weft', 'a spec of its own'),
  handler: async (args) => {
    const compiled = await compileNetwork(args, terminal)
    if (typeof compiled === 'number') return finish(compiled)
    const { expandGraph } = await import('../../backends/weft/expand.ts')
    terminal.out(expandGraph(compiled.graph))
    finish(compiled.status)
  },
})
