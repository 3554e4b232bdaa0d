// weft explain: the page behind a diagnostic's code, an operator, a block of the library or a word.
import { problem } from '../../compiler/diagnostics/diagnostic.ts'
import { suggest } from '../../compiler/text/suggest.ts'
import { fail } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import type { Entry } from '../../explain/entry.ts'
import type { Terminal } from '../terminal.ts'
import type { CommandMaker } from './command.ts'

interface ExplainArgs {
  readonly word: string | undefined
  readonly json: boolean
}

export const explainCommand: CommandMaker<ExplainArgs> = (terminal, choose) => ({
  command: 'explain [word]',
  describe: 'What a diagnostic, an operator, a block of std or a word of recipes and reports means',
  builder: (yargs) =>
    yargs
      .positional('word', {
        describe:
          'a code or its name, an operator, a block, a word; or a list: diagnostics, operators, blocks, words; by default diagnostics',
        type: 'string',
      })
      .option('json', { describe: 'print it for programs', type: 'boolean', default: false })
      .example('weft explain WEFT601', 'a diagnostic by code; budget-exceeded by name')
      .example('weft explain conv', 'an operator: formula, arguments, an example with its costs')
      .example('weft explain std/blocks', 'the blocks of the library; each by its name')
      .example('weft explain MACs', 'a word; weft explain words lists them'),
  handler: (args) => choose(() => runExplain(args, terminal)),
})

async function runExplain({ word, json }: ExplainArgs, terminal: Terminal): Promise<ExitCode> {
  const { allEntries, diagnosticEntries, entryOf, lists } = await import('../../explain/entries.ts')
  const asked = word === undefined ? diagnosticEntries : lists[word.toLowerCase()]
  if (asked !== undefined) return showList(asked(), json, terminal)
  const entries = allEntries()
  const given = word ?? ''
  const found = entryOf(given, entries)
  if (found !== undefined) return showEntry(found, json, terminal)
  const known = [...entries.flatMap(({ name, aliases }) => [name, ...aliases]), ...Object.keys(lists)]
  return fail(problem('unknown-code', { given, suggestion: suggest(given, known) }), 'weft explain', terminal)
}

async function showList(entries: readonly Entry[], json: boolean, terminal: Terminal): Promise<ExitCode> {
  const { listText } = await import('../explain-text.ts')
  if (json) terminal.document(`${JSON.stringify(entries, undefined, 2)}\n`)
  else terminal.out(listText(entries, terminal))
  return exitCodes.clean
}

async function showEntry(entry: Entry, json: boolean, terminal: Terminal): Promise<ExitCode> {
  const { entryText } = await import('../explain-text.ts')
  if (json) terminal.document(`${JSON.stringify(entry, undefined, 2)}\n`)
  else terminal.out(entryText(entry, terminal))
  return exitCodes.clean
}
