// Compiles and costs a network of the repository's own files, for the tests of the examples.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Sources } from '../../src/compiler/analysis/charge.ts'
import { cost, type CostReport } from '../../src/compiler/analysis/cost.ts'
import { compile, type SourceHost } from '../../src/compiler/compile.ts'
import type { Diagnostic } from '../../src/compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../src/compiler/ir/graph.ts'
import { positionAt, type SourceFile } from '../../src/compiler/text/source.ts'

export const repository = fileURLToPath(new URL('../../', import.meta.url))

export const repositoryHost: SourceHost = {
  read: (path) => (existsSync(repository + path) ? readFileSync(repository + path, 'utf8') : undefined),
}

/** `examples/unet.weft:12:3 WEFT304 … (help) [i = 2]`: what a failing test should say. */
export function describeDiagnostic(diagnostic: Diagnostic, sources: ReadonlyMap<string, SourceFile>): string {
  const { span, code, message, help, indices } = diagnostic
  const file = sources.get(span.file)
  const { line, column } = file === undefined ? { line: 0, column: 0 } : positionAt(file, span.start)
  const at = indices.map(({ name, value }) => `${name} = ${value}`).join(', ')
  return `${span.file}:${line}:${column} ${code} ${message}${help === undefined ? '' : ` (${help})`}${at === '' ? '' : ` [${at}]`}`
}

export interface CompiledExample {
  readonly graph: Graph
  readonly report: CostReport
  readonly sources: Sources
}

/**
 * One network with its costs, or a failure that shows every diagnostic. Tests shrink patches until the deepest level is a single voxel,
 * which is told of norms there (WEFT619) and is no mistake of the example; as published, none may be told.
 */
export function compileExample(
  file: string,
  network: string,
  args: Readonly<Record<string, string>>,
): CompiledExample {
  const { graph, diagnostics, sources } = compile(file, repositoryHost, { network, arguments: args })
  const places: Sources = { entry: file, files: sources }
  const costing = graph === undefined ? undefined : cost(graph, places)
  const isShrunk = Object.keys(args).length > 0
  const found = [...diagnostics, ...(costing?.diagnostics ?? [])].filter(
    ({ code }) => !(isShrunk && code === 'WEFT619'),
  )
  if (graph === undefined || costing?.report === undefined || found.length > 0) {
    throw new Error(
      `${network} of ${file}:\n${found.map((one) => describeDiagnostic(one, sources)).join('\n')}`,
    )
  }
  return { graph, report: costing.report, sources: places }
}
