// weft graph: a network's fusions and backbones as a picture made of characters.
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'
import type { CommandMaker } from './command.ts'
import { compileNetwork } from './compile-network.ts'
import { withNetworkOptions, type NetworkArgs } from './network-options.ts'

export const graphCommand: CommandMaker<NetworkArgs> = (terminal, choose) => ({
  command: 'graph <file>',
  describe: 'Picture of the fusions and backbones, level by level',
  builder: (yargs) =>
    withNetworkOptions(yargs)
      .example('weft graph e2enet.weft', 'the lattice with its edges and outputs')
      .example('weft graph unet.weft --set depth=3', 'with other arguments'),
  handler: (args) => choose(() => runGraph(args, terminal)),
})

async function runGraph(args: NetworkArgs, terminal: Terminal): Promise<ExitCode> {
  const compiled = await compileNetwork(args, terminal)
  if (typeof compiled === 'number') return compiled
  const { graph } = compiled
  const { latticesOf } = await import('../../compiler/analysis/lattice.ts')
  const { drawLattice } = await import('../../backends/report/picture.ts')
  const pictures = latticesOf(graph).map((lattice) => drawLattice(lattice, terminal).join('\n'))
  if (pictures.length === 0) {
    terminal.out(`${graph.network} has no fusion and no backbone to draw; \`weft cost\` lists its modules\n`)
    return exitCodes.clean
  }
  terminal.out(`${pictures.join('\n\n')}\n`)
  return compiled.status
}
