// What `weft memory` does.
import { renderMemory } from '../../backends/report/memory/text.ts'
import { memoryDocument } from '../../backends/report/memory/model.ts'
import { symbolsOf } from '../../compiler/analysis/cost.ts'
import { memory, memoryOverflow } from '../../compiler/analysis/memory.ts'
import { diagnose, isProblem, problem } from '../../compiler/diagnostics/diagnostic.ts'
import { fail } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { expectShortRun } from '../short-run.ts'
import type { Terminal } from '../terminal.ts'
import { compileSpecOrTrained } from './compile-network.ts'
import { emit, fileTerminal, formatFor, outputFile } from './document-output.ts'
import type { MemorySetting } from './memory-options.ts'
import type { NetworkArgs } from './network-options.ts'

type MemoryFormat = 'table' | 'json' | 'md'

export interface MemoryArgs extends NetworkArgs, MemorySetting {
  readonly 'in-place': boolean
  readonly 'fused-attention': boolean
  readonly format: MemoryFormat | undefined
  readonly json: boolean
  readonly out: string | undefined
  readonly top: number
}

const formatOfEnding: Readonly<Record<string, MemoryFormat>> = {
  '.md': 'md',
  '.json': 'json',
  '.txt': 'table',
}

export async function runMemory(args: MemoryArgs, terminal: Terminal): Promise<ExitCode> {
  expectShortRun()
  const format = formatFor(args, formatOfEnding, 'table')
  if (isProblem(format)) return fail(format, args.file, terminal)
  const compiled = await compileSpecOrTrained(args, terminal)
  if (typeof compiled === 'number') return compiled
  const { graph, sources, status, show } = compiled
  const { batch, dtype, optimizer, top } = args
  const inPlace = args['in-place']
  const analysis = memory(graph, {
    batch,
    dtype,
    optimizer,
    inPlace,
    fusedAttention: args['fused-attention'],
  })
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
  const { width, unicode, outStyle: style } = outputFile(args.out) === undefined ? terminal : fileTerminal
  const text = renderMemory(document, format, { width, unicode, style })
  const failed = emit(text, { out: args.out, format }, terminal)
  return failed === undefined ? status : fail(failed, args.file, terminal)
}
