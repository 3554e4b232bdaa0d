// weft deploy: an imported model, or a run, as something that segments without Weft.
import type { Argv } from 'yargs'
import type { CommandMaker } from './command.ts'
import type { DeployArgs } from './deploy-args.ts'

const defaultPort = 8042

export const deployCommand: CommandMaker<DeployArgs> = (terminal, choose) => ({
  command: 'deploy <model>',
  describe: 'Make a page or a program that segments without Weft of an imported model or of a run',
  builder: (yargs) =>
    withPlace(withModel(yargs))
      .example('weft deploy models/heart -o site', 'static files for any web server')
      .example('weft deploy models/heart --target python -o heart', 'a program in Python, with its networks')
      .example('weft deploy models/heart --target node -o heart', 'a function and a command for Node')
      .example(
        'weft deploy models/heart --target triton -o heart',
        'tritonserver --model-repository heart/models',
      )
      .example('weft deploy runs/first --checkpoint best -o site', 'a run whose recipe states a spacing')
      .example('weft deploy models/heart --serve', 'a look at the page, on this machine')
      .epilogue('docs/deploy.md says what is in the folder and what hosts and browsers have to do.'),
  handler: (args) => choose(async () => (await import('./run-deploy.ts')).runDeploy(args, terminal)),
})

type ModelArgs = Pick<DeployArgs, 'model' | 'target' | 'checkpoint'>

/** Adds `<model> --target --checkpoint`. */
function withModel(yargs: Argv): Argv<ModelArgs> {
  return yargs
    .positional('model', {
      describe: 'the folder that `weft import model` wrote, or that of a run whose recipe states a spacing',
      type: 'string',
      demandOption: true,
    })
    .option('target', {
      describe:
        'a page for browsers; a program in Python on onnxruntime, numpy, scipy and nibabel; a package for Node on onnxruntime-node; a model repository of Triton',
      choices: ['site', 'python', 'node', 'triton'] as const,
      default: 'site' as const,
      requiresArg: true,
    })
    .option('checkpoint', {
      describe:
        'of a run: the last, the one before it, or that of the epoch with the best mean Dice; the last unless given',
      choices: ['last', 'previous', 'best'] as const,
      requiresArg: true,
    })
}

/** Adds `--output --serve --port`. */
function withPlace(yargs: Argv<ModelArgs>): Argv<DeployArgs> {
  return yargs
    .option('output', {
      alias: 'o',
      describe: 'folder of the files, for any static host; a new one, or an earlier deployment',
      type: 'string',
      requiresArg: true,
    })
    .option('serve', {
      describe:
        'show the page to a browser on this machine until Ctrl-C; without --output from a folder that goes then',
      type: 'boolean',
      default: false,
    })
    .option('port', {
      describe: 'of --serve; 0 takes any that is free',
      type: 'number',
      default: defaultPort,
      requiresArg: true,
    })
    .check(
      ({ output, serve }) =>
        output !== undefined || serve || 'say where it goes: --output, or --serve for a look',
    )
    .check(
      ({ port }) =>
        (Number.isInteger(port) && port >= 0 && port <= 65_535) ||
        '--port takes a whole number from 0 to 65535',
    )
    .check(
      ({ target, serve }) =>
        target === 'site' || !serve || '--serve shows a page: it goes with --target site',
    )
}
