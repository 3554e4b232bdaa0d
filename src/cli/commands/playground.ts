// weft playground: the page with an editor and what its text costs.
import type { CommandMaker } from './command.ts'
import type { PlaygroundArgs } from './run-playground.ts'

const defaultPort = 8043

export const playgroundCommand: CommandMaker<PlaygroundArgs> = (terminal, choose) => ({
  command: 'playground [file]',
  describe: 'A page to write specs in a browser, with their costs beside the text',
  builder: (yargs) =>
    yargs
      .positional('file', {
        describe: 'the spec that it begins with; a small U-Net without',
        type: 'string',
      })
      .option('output', {
        alias: 'o',
        describe:
          'write the page into this folder, for any static host; a new one, or an earlier playground; without it the page is shown to a browser on this machine until Ctrl-C',
        type: 'string',
        requiresArg: true,
      })
      .option('project', {
        describe: 'directory that imports stay in',
        type: 'string',
        requiresArg: true,
      })
      .option('port', {
        describe: 'where the page is shown; 0 takes any that is free',
        type: 'number',
        default: defaultPort,
        requiresArg: true,
      })
      .check(
        ({ port }) =>
          (Number.isInteger(port) && port >= 0 && port <= 65_535) ||
          '--port takes a whole number from 0 to 65535',
      )
      .example('weft playground', 'on this machine')
      .example('weft playground my.weft', 'begun with a spec of yours')
      .example('weft playground -o public', 'static files for any web server')
      .epilogue('docs/playground.md says what is on the page and what hosts have to do.'),
  handler: (args) => choose(async () => (await import('./run-playground.ts')).runPlayground(args, terminal)),
})
