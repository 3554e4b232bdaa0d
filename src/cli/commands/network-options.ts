// Options shared by the commands that compile one network: which file, which network, with which arguments.
import type { Argv } from 'yargs'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'

export interface NetworkArgs {
  readonly file: string
  readonly network: string | undefined
  readonly set: string[] | undefined
  readonly project: string | undefined
  /** Of the commands that take one: the network is the one that it trains, with its arguments. */
  readonly recipe?: string | undefined
}

export const specOrTrained = 'the .weft file, or the folder of a run or of an imported model'

/** Adds `<file> --network --set --project`. */
export function withNetworkOptions(yargs: Argv, file = 'the .weft file'): Argv<NetworkArgs> {
  return withNetworkChoice(
    withProject(yargs).positional('file', { describe: file, type: 'string', demandOption: true }),
    'which network; by default the first in the file',
  )
}

/** Adds `--network --set`. */
export function withNetworkChoice<T>(
  yargs: Argv<T>,
  network: string,
): Argv<T & Pick<NetworkArgs, 'network' | 'set'>> {
  return yargs
    .option('network', {
      describe: network,
      type: 'string',
      requiresArg: true,
    })
    .option('set', {
      describe: "give a parameter a value: --set base=64 --set 'patch=[128, 128, 128]'",
      type: 'string',
      array: true,
      nargs: 1,
    })
}

export function withProject(yargs: Argv): Argv<{ readonly project: string | undefined }> {
  return yargs.option('project', {
    describe:
      'directory that imports may read; by default the current one, or the file’s own when it lies elsewhere',
    type: 'string',
    requiresArg: true,
  })
}

/** `--set base=64 depth=3` as `--set base=64 --set depth=3`: what looks like a setting and follows one is one. */
export function spreadSettings(args: readonly string[]): string[] {
  const spread: string[] = []
  let settings: boolean = false
  for (const [at, arg] of args.entries()) {
    const value = args[at - 1] === '--set'
    const further: boolean = settings && !value && /^[A-Za-z_]\w*=/.test(arg)
    if (further) spread.push('--set')
    spread.push(arg)
    settings = value || further || (arg.startsWith('--set=') && arg.length > 6)
  }
  return spread
}

/** A later setting of the same name wins. */
export function settingsInForce(settings: readonly string[] = []): string[] {
  return [...new Map(settings.map((one) => [one.slice(0, one.indexOf('=')).trim(), one])).values()]
}

/** `['base=64']` as `{ base: '64' }`; a later setting of the same name wins. */
export function readSettings(settings: readonly string[] | undefined): Record<string, string> | Problem {
  const pairs: [string, string][] = []
  for (const setting of settings ?? []) {
    const pair = readSetting(setting)
    if (isProblem(pair)) return pair
    pairs.push(pair)
  }
  return Object.fromEntries(pairs)
}

function readSetting(setting: string): [string, string] | Problem {
  const at = setting.indexOf('=')
  const name = setting.slice(0, Math.max(0, at)).trim()
  const value = setting.slice(at + 1).trim()
  if (at === -1 || name === '' || value === '') return problem('malformed-setting', { setting })
  return isBareList(value) ? problem('setting-of-several', { name, value }) : [name, value]
}

/** `96,96,96`: no expression of the language has a comma outside brackets. */
const isBareList = (value: string): boolean => /^[^[\](){}"]+,[^[\](){}"]*$/.test(value)
