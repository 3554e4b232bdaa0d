// weft check: every declaration of the files, without looking at costs.
import type { Checked } from '../../compiler/compile.ts'
import { isProblem, type Diagnostic } from '../../compiler/diagnostics/diagnostic.ts'
import { checkDocument, type CheckedBudgetData } from '../check-document.ts'
import { commandFindings, fail, pathFromHere, seenFromHere, showFindings, type Findings } from '../display.ts'
import { exitCodeFor, type ExitCode } from '../exit-codes.ts'
import { locate, type Located } from '../../node/spec-files.ts'
import { expectShortRun } from '../short-run.ts'
import type { Terminal } from '../terminal.ts'
import type { CommandMaker } from './command.ts'
import { readSettings, withNetworkChoice, withProject } from './network-options.ts'

interface CheckArgs {
  readonly files: string[]
  readonly json: boolean
  readonly 'warn-as-error': boolean
  readonly project: string | undefined
  readonly budget: string[] | undefined
  readonly network: string | undefined
  readonly set: string[] | undefined
}

export const checkCommand: CommandMaker<CheckArgs> = (terminal, choose) => ({
  command: 'check <files..>',
  describe: 'Find every mistake in the files; budgets and assertions too',
  builder: (yargs) =>
    withNetworkChoice(
      withProject(yargs).positional('files', {
        describe: 'the .weft files',
        type: 'string',
        array: true,
        demandOption: true,
      }),
      'check this network alone; by default all with their defaults, or with --set the first of the file',
    )
      .option('json', {
        describe: 'print the diagnostics for programs, all of them (schema/weft-check-1.schema.json)',
        type: 'boolean',
        default: false,
      })
      .option('budget', {
        describe: "hold every network against it beside its own: --budget 'params <= 12M'",
        type: 'string',
        array: true,
        nargs: 1,
      })
      .option('warn-as-error', { describe: 'a warning fails the check', type: 'boolean', default: false })
      .example('weft check unet.weft', 'one file')
      .example(
        "weft check unet.weft --budget 'params <= 12M'",
        'a limit that the pipeline sets, with the slack',
      )
      .example(
        "weft check unet.weft --network UNet --set base=32 --budget 'macs <= 200G'",
        'one network, with other arguments',
      )
      .example('weft check specs/*.weft --json', 'many, for an editor or a pipeline'),
  handler: (args) => choose(() => runCheck(args, terminal)),
})

async function runCheck(args: CheckArgs, terminal: Terminal): Promise<ExitCode> {
  expectShortRun()
  const settings = readSettings(args.set)
  if (isProblem(settings)) return fail(settings, args.files[0] ?? '', terminal)
  const given = args.budget ?? []
  const budgets: CheckedBudgetData[] = []
  const findings: Findings[] = []
  for (const file of args.files) {
    const located = locate(file, args.project)
    if (isProblem(located)) {
      findings.push(commandFindings(located, file))
      continue
    }
    const { diagnostics, sources, graphs } = await checked(args, settings, located)
    findings.push(seenFromHere({ diagnostics, sources }, located))
    if (given.length === 0) continue
    const { checkedBudgets } = await import('../checked-budgets.ts')
    for (const graph of graphs)
      budgets.push(
        ...checkedBudgets(graph, { entry: located.entry, files: sources }, (path) =>
          pathFromHere(path, located),
        ),
      )
  }
  const diagnostics: Diagnostic[] = findings.flatMap((one) => one.diagnostics)
  if (args.json) {
    const document = checkDocument(args.files, findings, given.length === 0 ? undefined : budgets)
    terminal.document(`${JSON.stringify(document, undefined, 2)}\n`)
  } else await showChecked(args, findings, budgets, terminal)
  return exitCodeFor(diagnostics, args['warn-as-error'] ? 'refused' : 'allowed')
}

/** All that the file declares, or the one network that is asked for. */
async function checked(
  { network, set, budget: budgets = [] }: CheckArgs,
  settings: Readonly<Record<string, string>>,
  { entry, host }: Located,
): Promise<Pick<Checked, 'diagnostics' | 'sources' | 'graphs'>> {
  const { check, compile } = await import('../../compiler/compile.ts')
  if (network === undefined && set === undefined) return check(entry, host, {}, budgets)
  const chosen = network === undefined ? {} : { network }
  const { graph, ...found } = compile(entry, host, { ...chosen, arguments: settings, budgets })
  return { ...found, graphs: graph === undefined ? [] : [graph] }
}

async function showChecked(
  { files }: CheckArgs,
  findings: readonly Findings[],
  budgets: readonly CheckedBudgetData[],
  terminal: Terminal,
): Promise<void> {
  showFindings(findings, terminal)
  if (budgets.length > 0) {
    const { budgetLines } = await import('../checked-budgets.ts')
    terminal.out(`${budgetLines(budgets, terminal.outStyle).join('\n')}\n`)
  }
  if (findings.every((one) => one.diagnostics.length === 0))
    terminal.out(`${files.length} file${files.length === 1 ? '' : 's'} checked, no problems\n`)
}
