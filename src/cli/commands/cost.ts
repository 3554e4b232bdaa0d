// weft cost: what a network costs, exactly, from its spec.
import type { Argv } from 'yargs'
import type { Dimension } from '../../backends/report/rows.ts'
import type { AttentionForm } from '../../compiler/analysis/conventions/conventions.ts'
import { isProblem } from '../../compiler/diagnostics/diagnostic.ts'
import { fail } from '../display.ts'
import { exitCodeFor, exitCodes, type ExitCode } from '../exit-codes.ts'
import { expectShortRun } from '../short-run.ts'
import type { Terminal } from '../terminal.ts'
import type { CommandMaker } from './command.ts'
import { compileSpecOrTrained } from './compile-network.ts'
import { emit, fileTerminal, formatFor, outputFile } from './document-output.ts'
import { executedBy, withExecuted, type ExecutedTarget } from './executed.ts'
import { specOrTrained, withNetworkOptions, type NetworkArgs } from './network-options.ts'

type CostFormat = 'table' | 'json' | 'csv' | 'md'

const formatOfEnding: Readonly<Record<string, CostFormat>> = {
  '.md': 'md',
  '.json': 'json',
  '.csv': 'csv',
  '.txt': 'table',
}

interface CostArgs extends NetworkArgs {
  readonly format: CostFormat | undefined
  readonly json: boolean
  readonly out: string | undefined
  readonly by: Dimension
  readonly depth: number
  readonly convention: string
  readonly attention: AttentionForm
  readonly reconcile: boolean
  readonly executed: ExecutedTarget | undefined
  readonly symbolic: string[] | undefined
}

/** Deep enough for the levels and nodes of a lattice, shallow enough for one screen. */
const defaultDepth = 2

export const costCommand: CommandMaker<CostArgs> = (terminal, choose) => ({
  command: 'cost <file>',
  describe: 'Parameters and MACs by module, operator or source line',
  builder: (yargs) =>
    withSymbolic(withExecuted(withNetworkOptions(yargs, specOrTrained)))
      .option('format', {
        describe: 'how to print; by default what the name after --out ends with, else table',
        choices: ['table', 'json', 'csv', 'md'] as const,
        requiresArg: true,
      })
      .option('json', { describe: 'the same as --format json', type: 'boolean', default: false })
      .option('out', { alias: 'o', describe: 'write to this file', type: 'string', requiresArg: true })
      .option('by', {
        describe: 'what the rows are',
        choices: ['module', 'operator', 'line', 'call'] as const,
        default: 'module' as const,
      })
      .option('depth', {
        describe: 'levels of the module tree to show',
        type: 'number',
        default: defaultDepth,
        requiresArg: true,
      })
      .option('convention', {
        describe: 'count as this tool or paper does (docs/costs.md)',
        type: 'string',
        default: 'mac',
        requiresArg: true,
      })
      .option('attention', {
        describe: 'how the code that a tool would count writes attention (docs/costs.md)',
        choices: ['matmul', 'operator', 'einsum', 'sdpa'] as const,
        default: 'matmul' as const,
      })
      .option('reconcile', {
        describe: 'totals under every convention, and the terms that separate them',
        type: 'boolean',
        default: false,
      })
      .check(({ depth }) => (Number.isInteger(depth) && depth >= 1) || '--depth takes a whole number from 1')
      .example('weft cost e2enet.weft', 'totals and the module tree')
      .example("weft cost e2enet.weft --set base=32 --set 'patch=[64, 160, 192]'", 'with other arguments')
      .example('weft cost unet.weft --by line', 'what each line of the file costs')
      .example('weft cost unet.weft --by call', 'each line with all that it calls')
      .example('weft cost nnunet.weft --convention fvcore', 'as fvcore would count')
      .example('weft cost e2enet.weft --network E2ENetBlock --executed onnx', 'what the exported model runs')
      .example('weft cost nnunet.weft --symbolic base,patch', 'as polynomials in these parameters')
      .example('weft cost nnunet.weft --reconcile', 'why tools disagree, term by term')
      .example('weft cost unet.weft --json', 'everything, for programs (schema/weft-cost-1.schema.json)'),
  handler: (args) => choose(() => runCost(args, terminal)),
})

/** Polynomials have neither rows nor a convention of their own. */
function withSymbolic<T>(
  yargs: Argv<T & { readonly executed: ExecutedTarget | undefined }>,
): Argv<T & { readonly executed: ExecutedTarget | undefined; readonly symbolic: string[] | undefined }> {
  return yargs
    .option('symbolic', {
      describe:
        'totals as polynomials in these parameters: --symbolic base,patch, or with their values --symbolic base=16..64:8 (docs/costs.md)',
      type: 'string',
      array: true,
      nargs: 1,
    })
    .check(
      ({ symbolic }) =>
        symbolic?.every((one) => /\w/.test(one)) !== false ||
        'say over which parameters: --symbolic base,patch',
    )
    .check(
      ({ symbolic, executed, convention, reconcile, by, depth, format, out }) =>
        symbolic === undefined ||
        (executed === undefined &&
          convention === 'mac' &&
          reconcile !== true &&
          by === 'module' &&
          depth === defaultDepth &&
          format !== 'csv' &&
          format !== 'md' &&
          !/\.(?:csv|md)$/.test(typeof out === 'string' ? out : '')) ||
        '--symbolic gives totals in MACs, as a table or JSON: it goes with no --executed, --convention, --reconcile, --by, --depth, csv or md',
    )
}

async function runCost(args: CostArgs, terminal: Terminal): Promise<ExitCode> {
  if (args.symbolic === undefined) expectShortRun()
  const format = formatFor(args, formatOfEnding, 'table')
  if (isProblem(format)) return fail(format, args.file, terminal)
  const { symbolic } = args
  if (symbolic !== undefined) {
    const { runSymbolic } = await import('./run-symbolic.ts')
    return runSymbolic({ ...args, symbolic }, format === 'json' ? 'json' : 'table', terminal)
  }
  const compiled = await compileSpecOrTrained(args, terminal)
  if (typeof compiled === 'number') return compiled
  const { graph, sources, status, show } = compiled
  const { conventionNamed, forAttention } = await import('../../compiler/analysis/conventions/conventions.ts')
  const convention = conventionNamed(args.convention)
  if (isProblem(convention)) return fail(convention, args.file, terminal)
  const { cost } = await import('../../compiler/analysis/cost.ts')
  const run = args.executed === undefined ? undefined : await executedBy(args.executed, args.file, compiled)
  if (isProblem(run)) return fail(run, args.file, terminal)
  if (run !== undefined && 'diagnostics' in run) {
    show(run.diagnostics)
    return exitCodes.error
  }
  const counting = forAttention(convention, args.attention)
  const { report, diagnostics } = cost(graph, sources, counting, run?.macs)
  show(diagnostics)
  if (report === undefined) return exitCodes.error
  const { reconcile } = await import('../../compiler/analysis/conventions/reconcile.ts')
  const reconciled = args.reconcile ? reconcile(report, args.attention) : undefined
  if (reconciled !== undefined && 'severity' in reconciled) {
    show([reconciled])
    return exitCodes.error
  }
  const { budgetResults } = await import('../../compiler/analysis/budgets.ts')
  const { costDocument } = await import('../../backends/report/model.ts')
  const { renderCost } = await import('../../backends/report/index.ts')
  const document = costDocument(graph, report, budgetResults(graph, report), sources, {
    ...(reconciled === undefined ? {} : { reconciled }),
    ...(run === undefined ? {} : { executed: run }),
  })
  const { by, depth } = args
  const page = outputFile(args.out) === undefined ? terminal : fileTerminal
  const text = renderCost(document, format, { by, depth, width: page.width, style: page.outStyle })
  const failed = emit(text, { out: args.out, format }, terminal)
  if (failed !== undefined) return fail(failed, args.file, terminal)
  return status === exitCodes.clean ? exitCodeFor(diagnostics) : status
}
