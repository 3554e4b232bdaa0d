// weft explain: the page behind a diagnostic's code.
import type { CodeSpec } from '../../compiler/diagnostics/define.ts'
import { problem } from '../../compiler/diagnostics/diagnostic.ts'
import { suggest } from '../../compiler/text/suggest.ts'
import { commandFindings, showFindings } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'
import type { CommandMaker } from './command.ts'

interface ExplainArgs {
  readonly code: string | undefined
}

export const explainCommand: CommandMaker<ExplainArgs> = (terminal, choose) => ({
  command: 'explain [code]',
  describe: 'What a diagnostic means and how to fix it; without a code, all of them',
  builder: (yargs) =>
    yargs
      .positional('code', { describe: 'as messages print it, or its name', type: 'string' })
      .example('weft explain WEFT601', 'by code')
      .example('weft explain budget-exceeded', 'by name')
      .example('weft explain', 'the list'),
  handler: ({ code }) => choose(() => runExplain(code, terminal)),
})

type Entry = readonly [name: string, spec: Pick<CodeSpec<unknown>, 'code' | 'severity' | 'explanation'>]

async function runExplain(given: string | undefined, terminal: Terminal): Promise<ExitCode> {
  const { codes } = await import('../../compiler/diagnostics/codes.ts')
  const entries: Entry[] = Object.entries(codes).sort(([, a], [, b]) => (a.code < b.code ? -1 : 1))
  if (given === undefined) {
    terminal.out(
      entries.map(([name, spec]) => `${spec.code}  ${spec.severity.padEnd(7)}  ${name}\n`).join(''),
    )
    return exitCodes.clean
  }
  const wanted = given.toLowerCase()
  const found = entries.find(
    ([name, spec]) => name === wanted || [spec.code.toLowerCase(), spec.code.slice(4)].includes(wanted),
  )
  if (found === undefined) return showUnknown(given, entries, terminal)
  const [name, { code, severity, explanation }] = found
  terminal.out(`${terminal.outStyle.bold(`${code} ${name}`)} (${severity})\n\n${explanation.trim()}\n`)
  return exitCodes.clean
}

function showUnknown(given: string, entries: readonly Entry[], terminal: Terminal): ExitCode {
  const suggestion = suggest(
    given,
    entries.flatMap(([name, spec]) => [name, spec.code]),
  )
  const { diagnostics, sources } = commandFindings(
    problem('unknown-code', { given, suggestion }),
    'weft explain',
  )
  showFindings([{ diagnostics, sources }], terminal)
  return exitCodes.error
}
