// Wrong calls of the command: yargs' words for them as sentences that say what there is instead.
import { suggest } from '../compiler/text/suggest.ts'
import { didYouMean } from '../compiler/diagnostics/define.ts'

/** A wrong call of the command. */
export class UsageError extends Error {}

interface Call {
  readonly args: readonly string[]
  /** Of the command, without their dashes. */
  readonly options: readonly string[]
  /** What it is given by place, in order: `file`. */
  readonly places: readonly string[]
}

/** The same mistake in our words where we have better ones. */
export function usageText(message: string, call: Call): string {
  return (
    unknownText(message, call) ??
    choiceText(message, call) ??
    dependentText(message) ??
    missingText(message, call) ??
    message
  )
}

export const unknownCommandText = (given: string, known: Iterable<string>): string =>
  withSuggestion(`there is no command \`${given}\``, suggest(given, known))

function unknownText(message: string, { args, options }: Call): string | undefined {
  const names = /^Unknown arguments?: (.+)$/s.exec(message)?.[1]?.split(', ')
  return names
    ?.map((name) => {
      const option = optionOf(name, args)
      if (option === undefined) return `\`${name}\` is more than it takes`
      const nearest = suggest(name, options)
      return withSuggestion(
        `there is no option ${option}`,
        nearest === undefined ? undefined : `--${nearest}`,
      )
    })
    .join('\n')
}

/** `--formt` or `-x`, as it was written; undefined for what is no option. */
function optionOf(name: string, args: readonly string[]): string | undefined {
  const isOption = (arg: string): boolean => arg === `--${name}` || arg.startsWith(`--${name}=`)
  if (args.some(isOption)) return `--${name}`
  return name.length === 1 && args.some((arg) => /^-\w/.test(arg) && arg.includes(name))
    ? `-${name}`
    : undefined
}

function choiceText(message: string, { options }: Call): string | undefined {
  const [, name, given = '', listed = ''] =
    /Argument: ([\w-]+), Given: (.*), Choices: (.*)$/.exec(message) ?? []
  if (name === undefined) return undefined
  const bare = (text: string): string => text.replaceAll('"', '')
  const choices = listed.split(', ').map(bare)
  const last = choices.at(-1) ?? ''
  const others = choices.slice(0, -1).join(', ')
  // What is given by its place has no dashes: help writes it `<what>`.
  const place = options.includes(name) ? `--${name}` : `<${name}>`
  return withSuggestion(
    `${place} takes ${others === '' ? last : `${others} or ${last}`}, not ${bare(given)}`,
    suggest(bare(given), choices),
  )
}

/** What is given by place and is not there. */
function missingText(message: string, { args: [command = ''], places }: Call): string | undefined {
  const [, given] = /^Not enough non-option arguments: got (\d+)/.exec(message) ?? []
  const missing = places.slice(Number(given)).map((name) => `<${name}>`)
  return given === undefined || missing.length === 0
    ? undefined
    : `\`weft ${command}\` needs ${missing.join(' and ')}`
}

/** Options that mean nothing without another one. */
function dependentText(message: string): string | undefined {
  const [, listed] = /^Missing dependent arguments:\n(.+)$/s.exec(message) ?? []
  return listed
    ?.split('\n')
    .map((line) => {
      const [name = '', needed = ''] = line.trim().split(' -> ')
      return `--${name} goes with --${needed}`
    })
    .join('\n')
}

function withSuggestion(text: string, suggestion: string | undefined): string {
  const hint = didYouMean(suggestion)
  return hint === undefined ? text : `${text}; ${hint}`
}
