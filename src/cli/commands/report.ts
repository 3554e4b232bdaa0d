// weft report: everything that a design review asks of a network, on one page.
import type { CommandMaker } from './command.ts'
import { withExecuted } from './executed.ts'
import { withMemorySetting } from './memory-options.ts'
import { specOrTrained, withNetworkOptions } from './network-options.ts'
import type { ReportArgs } from './run-report.ts'

export const reportCommand: CommandMaker<ReportArgs> = (terminal, choose) => ({
  command: 'report <file>',
  describe: 'One page for a design review: costs, memory, picture, budgets, source',
  builder: (yargs) =>
    withExecuted(withMemorySetting(withNetworkOptions(yargs, specOrTrained)))
      .option('out', {
        alias: 'o',
        describe: 'write to this file; by default a page to report.html, text to the terminal',
        type: 'string',
        requiresArg: true,
      })
      .option('format', {
        describe: 'how to print; by default what the name after --out ends with, else html',
        choices: ['html', 'md', 'json'] as const,
        requiresArg: true,
      })
      .option('json', { describe: 'the same as --format json', type: 'boolean', default: false })
      .option('against', {
        describe:
          "hold it against FILE, 'FILE#Network', 'FILE#Network(base = 48)' or '#Network' of its own file",
        type: 'string',
        array: true,
        nargs: 1,
      })
      .option('convention', {
        describe: 'count as this tool or paper does beside MACs (docs/costs.md)',
        type: 'string',
        default: 'mac',
        requiresArg: true,
      })
      .option('depth', {
        describe: 'levels of the module tree in Markdown',
        type: 'number',
        default: 2,
        requiresArg: true,
      })
      .check(({ depth }) => (Number.isInteger(depth) && depth >= 1) || '--depth takes a whole number from 1')
      .example('weft report e2enet.weft', 'a page of its own: report.html')
      .example('weft report e2enet.weft -o e2enet.html --against nnunet.weft', 'beside another network')
      .example("weft report nnunet.weft --against '#NNUNetV1' --batch 2", 'beside one of the same file')
      .example('weft report e2enet.weft --executed onnx', 'with what the exported model multiplies')
      .example('weft report e2enet.weft --format md', 'the same as text')
      .epilogue(
        'Exit status: 0, 2 when a budget is broken (the report is written all the same), 1 an error.',
      ),
  handler: (args) => choose(async () => (await import('./run-report.ts')).runReport(args, terminal)),
})
