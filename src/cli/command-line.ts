// The command line as a whole: which commands there are, and how mistakes in using them are told.
import { join } from 'node:path'
import yargs, { type Argv } from 'yargs'
import type { Action, CommandMaker } from './commands/command.ts'
import { benchCommand } from './commands/bench.ts'
import { checkCommand } from './commands/check.ts'
import { commentCommand } from './commands/comment.ts'
import { compileCommand } from './commands/compile.ts'
import { costCommand } from './commands/cost.ts'
import { dataCommand } from './commands/data.ts'
import { planCommand } from './commands/plan.ts'
import { deployCommand } from './commands/deploy.ts'
import { diffCommand } from './commands/diff.ts'
import { evaluateCommand } from './commands/evaluate.ts'
import { expandCommand } from './commands/expand.ts'
import { explainCommand } from './commands/explain.ts'
import { exportCommand } from './commands/export.ts'
import { fitCommand } from './commands/fit.ts'
import { fmtCommand, standardInput } from './commands/fmt.ts'
import { graphCommand } from './commands/graph.ts'
import { importCommand } from './commands/import.ts'
import { initCommand } from './commands/init.ts'
import { lspCommand } from './commands/lsp.ts'
import { memoryCommand } from './commands/memory.ts'
import { spreadSettings } from './commands/network-options.ts'
import { playgroundCommand } from './commands/playground.ts'
import { predictCommand } from './commands/predict.ts'
import { reportCommand } from './commands/report.ts'
import { sweepCommand } from './commands/sweep.ts'
import { trainCommand } from './commands/train.ts'
import { verifyCommand } from './commands/verify.ts'
import { weightsCommand } from './commands/weights.ts'
import { guardingInputs } from '../node/inputs.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { packageRoot, packageVersion } from '../node/package-root.ts'
import type { Terminal } from './terminal.ts'
import { unknownCommandText, UsageError, usageText } from './usage-error.ts'

type Register = (yargs: Argv, terminal: Terminal, choose: (action: Action) => void) => Argv

const registers =
  <Args>(make: CommandMaker<Args>): Register =>
  (yargs, terminal, choose) =>
    yargs.command(make(terminal, choose))

/** In the order of the help. */
const commands: ReadonlyMap<string, Register> = new Map([
  ['check', registers(checkCommand)],
  ['cost', registers(costCommand)],
  ['diff', registers(diffCommand)],
  ['comment', registers(commentCommand)],
  ['memory', registers(memoryCommand)],
  ['sweep', registers(sweepCommand)],
  ['fit', registers(fitCommand)],
  ['graph', registers(graphCommand)],
  ['report', registers(reportCommand)],
  ['compile', registers(compileCommand)],
  ['verify', registers(verifyCommand)],
  ['weights', registers(weightsCommand)],
  ['bench', registers(benchCommand)],
  ['data', registers(dataCommand)],
  ['plan', registers(planCommand)],
  ['train', registers(trainCommand)],
  ['predict', registers(predictCommand)],
  ['evaluate', registers(evaluateCommand)],
  ['import', registers(importCommand)],
  ['export', registers(exportCommand)],
  ['deploy', registers(deployCommand)],
  ['expand', registers(expandCommand)],
  ['fmt', registers(fmtCommand)],
  ['init', registers(initCommand)],
  ['explain', registers(explainCommand)],
  ['playground', registers(playgroundCommand)],
  ['lsp', registers(lspCommand)],
])

/** Runs one command and gives its exit status; throws only for errors of ours. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [command = ''] = args
  const parser = parserOf(terminal, command)
  try {
    if (args.length === 0) return showHelp(parser, terminal)
    if (!command.startsWith('-') && !commands.has(command))
      throw new UsageError(unknownCommandText(command, commands.keys()))
    await parser.parseAsync(spreadSettings(args).map((arg) => (arg === '-' ? standardInput : arg)))
  } catch (error) {
    if (error instanceof Chosen) return guardingInputs(error.action)
    if (!(error instanceof UsageError)) throw error
    const where = commands.has(command) ? `weft ${command} --help` : 'weft --help'
    const text = usageText(error.message, { args, ...(await helpOf(command, terminal)) })
    terminal.err(`${terminal.errStyle.red('error')}: ${text}\n\`${where}\` shows how it is used\n`)
    return exitCodes.error
  }
  return exitCodes.clean
}

/**
 * What a command's handler throws: yargs would go on to render the command's help, for a failure of the handler, and that takes as long as
 * reading a spec.
 */
class Chosen extends Error {
  readonly action: Action

  constructor(action: Action) {
    super('a command was chosen')
    this.action = action
  }
}

/** Knows the one command that is named, else all of them. */
function parserOf(terminal: Terminal, named: string): Argv {
  const own = commands.get(named)
  const choose = (action: Action): never => {
    throw new Chosen(action)
  }
  const parser = yargs()
    .scriptName('weft')
    .usage('$0 <command>\n\nExact costs, pictures and checks of segmentation networks, from one spec file.')
  for (const register of own === undefined ? commands.values() : [own]) register(parser, terminal, choose)
  return (
    parser
      .demandCommand(1, 'name a command')
      .strict()
      .check((args: Readonly<Record<string, unknown>>) => repeatedOption(args) ?? true, true)
      .detectLocale(false)
      // Of the words that yargs reads from a file, the only ones that differ from those in its code; the bundled command has no such file.
      .updateStrings({ 'Implications failed:': 'Missing dependent arguments:' })
      .parserConfiguration({
        'dot-notation': false,
        'camel-case-expansion': false,
        'parse-positional-numbers': false,
      })
      .version(packageVersion())
      .alias({ help: 'h', version: 'V' })
      .epilogue(
        `Exit status: 0 clean, 1 error, 2 budget exceeded, networks or formatting differ.\n\`weft <command> --help\` has examples, \`weft explain <word>\` says what a word means; the documentation is in\n${join(packageRoot(), 'docs')}`,
      )
      .wrap(Math.min(terminal.width, 100))
      .exitProcess(false)
      .fail((message: string | null, error: Error | undefined) => {
        throw message === null || message === ''
          ? (error ?? new UsageError('wrong usage'))
          : new UsageError(message)
      })
  )
}

/** The names of a command's options and of what it needs by place, as its help lists them. */
async function helpOf(
  command: string,
  terminal: Terminal,
): Promise<{ readonly options: readonly string[]; readonly places: readonly string[] }> {
  const help = await new Promise<string>((resolve) => {
    void parserOf(terminal, command).parse([command, '--help'], {}, (_error, _args, output) =>
      resolve(output),
    )
  })
  const [usage = ''] = help.split('\n')
  const names = (pattern: RegExp, text: string): string[] =>
    [...text.matchAll(pattern)].map(([, name = '']) => name)
  return {
    options: names(/^ +(?:-\w, )?--([\w-]+)/gm, help),
    places: names(/<([\w-]+)(?:\.\.)?>/g, usage),
  }
}

const severalTimes: ReadonlySet<string> = new Set([
  'against',
  '_',
  'files',
  'set',
  'budget',
  'against-set',
  'over',
  'vary',
  'symbolic',
  'within',
  'metric',
  'lower',
  'with',
  'without',
  'expand',
  'configuration',
  'fold',
  'c',
])

/** An option that takes one value and is given several. */
function repeatedOption(args: Readonly<Record<string, unknown>>): string | undefined {
  const found = Object.keys(args).find((name) => Array.isArray(args[name]) && !severalTimes.has(name))
  return found === undefined ? undefined : `${found.length === 1 ? '-' : '--'}${found} is given several times`
}

async function showHelp(parser: Argv, terminal: Terminal): Promise<ExitCode> {
  terminal.err(`${await parser.getHelp()}\n`)
  return exitCodes.error
}
