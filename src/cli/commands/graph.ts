// weft graph: a network's architecture as a picture: characters on a terminal, or a file to show and to print.
import type { CommandMaker } from './command.ts'
import { specOrTrained, withNetworkOptions } from './network-options.ts'
import type { GraphArgs, GraphFormat } from './run-graph.ts'

const graphFormats: readonly GraphFormat[] = ['text', 'svg', 'html', 'mmd', 'dot']

export const graphCommand: CommandMaker<GraphArgs> = (terminal, choose) => ({
  command: 'graph <file>',
  describe: 'Picture of the architecture: fusions and backbones level by level',
  builder: (yargs) =>
    withNetworkOptions(yargs, specOrTrained)
      .option('format', {
        describe: 'what to draw; by default what the name after --out ends with, else text',
        choices: graphFormats,
        requiresArg: true,
      })
      .option('out', { alias: 'o', describe: 'write to this file', type: 'string', requiresArg: true })
      .option('depth', {
        describe: 'levels of modules to open; 1 draws each module and lattice point as one box',
        type: 'number',
        default: 1,
        requiresArg: true,
      })
      .option('expand', {
        describe: 'open this module too: its path, or the name on its box',
        type: 'string',
        array: true,
        nargs: 1,
      })
      .check(({ depth }) => (Number.isInteger(depth) && depth >= 1) || '--depth takes a whole number from 1')
      .example('weft graph e2enet.weft', 'the lattice with its edges and outputs')
      .example('weft graph e2enet.weft -o e2enet.svg', 'a figure for a paper')
      .example('weft graph e2enet.weft -o e2enet.html', 'a page that shows the inside of each module too')
      .example("weft graph unet.weft --expand 'encoder[0]' -o unet.svg", 'one module opened')
      .example('weft graph unet.weft --format mmd', 'for Mermaid, in READMEs'),
  handler: (args) => choose(async () => (await import('./run-graph.ts')).runGraph(args, terminal)),
})
