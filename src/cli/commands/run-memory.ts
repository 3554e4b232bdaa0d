// What `weft memory` does.
import { renderMemory } from '../../backends/report/memory/text.ts'
import { memoryDocument } from '../../backends/report/memory/model.ts'
import { symbolsOf } from '../../compiler/analysis/cost.ts'
import { memory, memoryOverflow } from '../../compiler/analysis/memory.ts'
import { diagnose, problem } from '../../compiler/diagnostics/diagnostic.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { expectShortRun } from '../short-run.ts'
import type { Terminal } from '../terminal.ts'
import { compileSpecOrRun } from './compile-network.ts'
import type { MemorySetting } from './memory-options.ts'
import type { NetworkArgs } from './network-options.ts'

export interface MemoryArgs extends NetworkArgs, MemorySetting {
  readonly 'in-place': boolean
  readonly format: 'table' | 'json' | 'md'
  readonly json: boolean
  readonly top: number
}

export async function runMemory(args: MemoryArgs, terminal: Terminal): Promise<ExitCode> {
  expectShortRun()
  const compiled = await compileSpecOrRun(args, terminal)
  if (typeof compiled === 'number') return compiled
  const { graph, sources, status, show } = compiled
  const { batch, dtype, optimizer, top } = args
  const analysis = memory(graph, { batch, dtype, optimizer, inPlace: args['in-place'] })
  if (analysis === undefined) {
    const place = graph.outputs[0]?.span ?? { file: sources.entry, start: 0, end: 0 }
    show([diagnose(problem('memory-needs-extents', { symbols: symbolsOf(graph) }), place)])
    return exitCodes.error
  }
  const overflow = memoryOverflow(graph, analysis)
  if (overflow !== undefined) {
    show([overflow])
    return exitCodes.error
  }
  const document = memoryDocument(graph, analysis, sources, top)
  const { width, unicode, outStyle: style } = terminal
  terminal.out(renderMemory(document, args.json ? 'json' : args.format, { width, unicode, style }))
  return status
}
