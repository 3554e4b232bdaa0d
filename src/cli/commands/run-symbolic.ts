// What `weft cost --symbolic` does. Apart, so that plain costs do not load it.
import { symbolicDocument } from '../../backends/report/symbolic/model.ts'
import { renderSymbolic } from '../../backends/report/symbolic/text.ts'
import { isProblem } from '../../compiler/diagnostics/diagnostic.ts'
import { symbolicCosts } from '../../compiler/solve/symbolic.ts'
import { locate } from '../../node/spec-files.ts'
import { fail, seenFromHere, showFindings } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import { emit, fileTerminal, outputFile } from './document-output.ts'
import { readSettings, type NetworkArgs } from './network-options.ts'

export interface SymbolicArgs extends NetworkArgs {
  readonly symbolic: readonly string[]
  readonly out: string | undefined
}

export function runSymbolic(args: SymbolicArgs, format: 'table' | 'json', terminal: Terminal): ExitCode {
  const { file, symbolic: over, network, out } = args
  const settings = readSettings(args.set)
  if (isProblem(settings)) return fail(settings, file, terminal)
  const located = locate(file, args.project)
  if (isProblem(located)) return fail(located, file, terminal)
  const shown = progress('counting', terminal)
  const request = { over, arguments: settings, ...(network === undefined ? {} : { network }) }
  const costs = symbolicCosts(located.entry, located.host, request, (done, all) => shown.show(done, all))
  shown.clear()
  if (isProblem(costs)) return fail(costs, file, terminal)
  if ('kind' in costs) {
    showFindings([seenFromHere(costs, located)], terminal)
    return exitCodes.error
  }
  showFindings([seenFromHere({ diagnostics: costs.diagnostics, sources: costs.sources }, located)], terminal)
  const document = symbolicDocument(costs, file)
  const { width, outStyle: style } = outputFile(out) === undefined ? terminal : fileTerminal
  const text =
    format === 'json'
      ? `${JSON.stringify(document, undefined, 2)}\n`
      : renderSymbolic(document, { width, style })
  const failed = emit(text, { out, format }, terminal)
  return failed === undefined ? exitCodes.clean : fail(failed, file, terminal)
}
