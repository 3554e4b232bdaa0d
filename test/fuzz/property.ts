// What must hold of every text: the compiler gives diagnostics or graphs, in time, with places inside the files; a graph has a cost and an
// export or is refused one; what can be parsed can be formatted, the result means the same, and formatting it again changes nothing.
import { emitOnnx } from '../../src/backends/onnx/emit.ts'
import { onnxPassNames } from '../../src/backends/onnx/passes/pipeline.ts'
import { formatWeft } from '../../src/format/prettier-plugin.ts'
import { check } from '../../src/compiler/compile.ts'
import { DiagnosticBag, type Diagnostic } from '../../src/compiler/diagnostics/diagnostic.ts'
import { renderDiagnostics } from '../../src/compiler/diagnostics/render.ts'
import { parse } from '../../src/compiler/syntax/parse.ts'
import { sourceFile, type SourceFile, type Span } from '../../src/compiler/text/source.ts'
import { cost } from '../../src/compiler/analysis/cost.ts'

const path = 'spec.weft'

export interface Findings {
  /** What does not hold; undefined when everything does. */
  readonly failure: string | undefined
  readonly errors: number
  readonly graphs: number
}

/** @param patience milliseconds after which a case that ended is a failure all the same; a test gives none, since machines are shared */
export async function findings(text: string, patience = Infinity): Promise<Findings> {
  const start = performance.now()
  try {
    const found = check(path, { read: (name) => (name === path ? text : undefined) })
    const errors = found.diagnostics.filter((one) => one.severity === 'error').length
    const graphs = found.graphs.length
    const failure = inconsistency(found, text) ?? (await formatting(text))
    const spent = performance.now() - start
    return {
      failure: failure ?? (spent > patience ? `took ${Math.round(spent)} ms` : undefined),
      errors,
      graphs,
    }
  } catch (error) {
    return {
      failure: `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      errors: 0,
      graphs: 0,
    }
  }
}

function inconsistency(
  { diagnostics, graphs, sources }: ReturnType<typeof check>,
  text: string,
): string | undefined {
  const misplaced = diagnostics.find((one) => !placesOf(one).every((span) => lies(span, sources)))
  if (misplaced !== undefined)
    return `${misplaced.code} points outside its file: ${JSON.stringify(misplaced.span)}`
  renderDiagnostics(diagnostics, { sources, width: 100 })
  for (const graph of graphs) {
    const files = { entry: path, files: sources }
    cost(graph, files)
    // The bytes are not made, so no weight is read.
    emitOnnx(graph, files, exportOptions)
  }
  const networks = text.includes('network')
  const silent = diagnostics.length === 0 && graphs.length === 0 && networks && declaresNetwork(text)
  return silent ? 'no graph and no diagnostic' : undefined
}

const exportOptions = {
  fileName: 'model.onnx',
  weights: { numbersOf: () => new Float32Array() },
  provenance: { weftVersion: '0', weights: 'none' },
  outputs: 'all',
  passes: onnxPassNames,
} as const

function declaresNetwork(text: string): boolean {
  const tree = parse(sourceFile(path, text), new DiagnosticBag())
  return tree.declarations.some((one) => one.kind === 'NetworkDecl')
}

const placesOf = ({ span, related }: Diagnostic): Span[] => [span, ...related.map((one) => one.span)]

function lies({ file, start, end }: Span, sources: ReadonlyMap<string, SourceFile>): boolean {
  const length = sources.get(file)?.text.length
  return length !== undefined && start >= 0 && start <= end && end <= length
}

async function formatting(text: string): Promise<string | undefined> {
  const before = tree(text)
  if (before === undefined) return undefined
  const once = await formatWeft(text)
  const after = tree(once)
  if (after === undefined) return `formatting makes it unreadable:\n${once}`
  if (after !== before) return `formatting changes what it says:\n${once}`
  const twice = await formatWeft(once)
  return twice === once ? undefined : `formatting twice differs:\n${once}\n----\n${twice}`
}

/** The tree without its places; undefined where the text has syntax errors. */
function tree(text: string): string | undefined {
  const bag = new DiagnosticBag()
  const file = parse(sourceFile(path, text), bag)
  if (bag.hasErrors) return undefined
  return JSON.stringify(file, (key, value: unknown) => (key === 'span' ? undefined : value))
}
