// Compiles a spec given as text.
import { compile, type CompileOptions, type Compilation } from '../../src/compiler/compile.ts'
import type { Sources } from '../../src/compiler/analysis/charge.ts'
import type { Graph } from '../../src/compiler/ir/graph.ts'

export const entry = 'net.weft'

export function compileText(text: string, options: CompileOptions = {}): Compilation {
  return compile(entry, { read: (path) => (path === entry ? text : undefined) }, options)
}

/** The graph of a spec that has one; a broken budget is no obstacle. */
export function graphOf(
  text: string,
  options: CompileOptions = {},
): { readonly graph: Graph; readonly sources: Sources } {
  const { graph, sources, diagnostics } = compileText(text, options)
  if (graph === undefined) throw new Error(diagnostics.map((one) => `${one.code} ${one.message}`).join('\n'))
  return { graph, sources: { entry, files: sources } }
}
