// What `weft graph` does. Apart from its options, so that commands that draw nothing do not load it.
import { extname } from 'node:path'
import { cost, type CostReport } from '../../compiler/analysis/cost.ts'
import { diagramOf, type Diagram, type DiagramOptions } from '../../compiler/analysis/diagram/diagram.ts'
import { latticesOf } from '../../compiler/analysis/lattice.ts'
import type { ModuleCost } from '../../compiler/analysis/module-tree.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import { suggest } from '../../compiler/text/suggest.ts'
import { drawLattice } from '../../backends/report/picture.ts'
import { textFile, writeFiles } from '../../node/write-file.ts'
import { fail } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { packageVersion } from '../package-root.ts'
import { expectShortRun } from '../short-run.ts'
import type { Terminal } from '../terminal.ts'
import { compileSpecOrRun, type CompiledNetwork } from './compile-network.ts'
import type { GraphArgs, GraphFormat } from './graph.ts'
import { outputProblem, runFileProblem } from './output-path.ts'

export async function runGraph(args: GraphArgs, terminal: Terminal): Promise<ExitCode> {
  expectShortRun()
  const format = formatOf(args)
  if (isProblem(format)) return fail(format, args.file, terminal)
  const misdirected = wrongOutput(args) ?? idleOption(args, format)
  if (misdirected !== undefined) return fail(misdirected, args.file, terminal)
  const compiled = await compileSpecOrRun(args, terminal)
  if (typeof compiled === 'number') return compiled
  const text =
    format === 'text' ? textOf(compiled.graph, args, terminal) : await drawn(compiled, format, args)
  if (text === undefined) return exitCodes.error
  if (isProblem(text)) return fail(text, args.file, terminal)
  const failed = write(text, args.out, terminal)
  return failed === undefined ? compiled.status : fail(failed, args.file, terminal)
}

const formatOfEnding: Readonly<Record<string, GraphFormat>> = {
  '.svg': 'svg',
  '.html': 'html',
  '.htm': 'html',
  '.mmd': 'mmd',
  '.mermaid': 'mmd',
  '.dot': 'dot',
  '.gv': 'dot',
  '.txt': 'text',
}

function formatOf({ format, out }: GraphArgs): GraphFormat | Problem {
  if (format !== undefined) return format
  if (out === undefined) return 'text'
  const found = formatOfEnding[extname(out).toLowerCase()]
  return found ?? problem('picture-ending', { path: out, known: Object.keys(formatOfEnding) })
}

function wrongOutput({ file, out }: GraphArgs): Problem | undefined {
  if (out === undefined) return undefined
  return outputProblem(out, { file, weights: undefined, rename: undefined }) ?? runFileProblem(out, file)
}

function idleOption({ depth, expand }: GraphArgs, format: GraphFormat): Problem | undefined {
  if (format !== 'text') return undefined
  const option = depth > 1 ? '--depth' : expand === undefined ? undefined : '--expand'
  return option === undefined ? undefined : problem('text-opens-nothing', { option })
}

function write(text: string, out: string | undefined, terminal: Terminal): Problem | undefined {
  if (out === undefined) {
    terminal.out(text)
    return undefined
  }
  const failed = writeFiles([textFile(out, text)])
  if (failed === undefined) terminal.err(`wrote ${out}\n`)
  return failed
}

// ---------------------------------------------------------------- characters

const widthOfFiles = 100

function textOf(graph: Graph, { out }: GraphArgs, terminal: Terminal): string {
  const options = out === undefined ? terminal : { width: widthOfFiles, unicode: true }
  const pictures = latticesOf(graph).map((lattice) => drawLattice(lattice, options).join('\n'))
  if (pictures.length === 0)
    return `${graph.network} has no fusion and no backbone to draw; \`weft cost\` lists its modules\n`
  return `${pictures.join('\n\n')}\n`
}

// ---------------------------------------------------------------- pictures

/** Undefined where the costs cannot be counted, which is shown. */
async function drawn(
  { graph, sources, show }: CompiledNetwork,
  format: Exclude<GraphFormat, 'text'>,
  { depth, expand }: GraphArgs,
): Promise<string | Problem | undefined> {
  const { report, diagnostics } = cost(graph, sources)
  if (report === undefined) {
    show(diagnostics)
    return undefined
  }
  const options: DiagramOptions = { depth, expand: expand ?? [] }
  const unknown = unknownModule(report, graph.network, expand ?? [])
  if (unknown !== undefined) return unknown
  const diagram = diagramOf(graph, report, sources, options)
  if (format === 'mmd') return (await import('../../pages/graph/mermaid.ts')).renderMermaid(diagram)
  if (format === 'dot') return (await import('../../pages/graph/dot.ts')).renderDot(diagram)
  const tooLarge = await sizeProblem(diagram)
  if (tooLarge !== undefined) return tooLarge
  if (format === 'svg') return (await import('../../pages/graph/svg-file.ts')).renderGraphSvg(diagram)
  const { renderGraphPage } = await import('../../pages/graph/page.ts')
  return renderGraphPage(graph, report, sources, { ...options, provenance: `weft ${packageVersion()}` })
}

function unknownModule(report: CostReport, network: string, expand: readonly string[]): Problem | undefined {
  if (expand.length === 0) return undefined
  const known = new Set<string>()
  const visit = (one: ModuleCost): void => {
    if (one.children.length > 0) known.add(one.path)
    one.children.forEach(visit)
  }
  report.modules.forEach(visit)
  const module = expand.find((one) => !known.has(one))
  return module === undefined
    ? undefined
    : problem('module-unknown', { module, network, suggestion: suggest(module, known) })
}

async function sizeProblem(diagram: Diagram): Promise<Problem | undefined> {
  const { mostLayeredBoxes: limit } = await import('../../backends/graph/layout/layout.ts')
  const placed = diagram.grids.reduce((sum, grid) => sum + grid.cells.length, 0)
  const boxes = diagram.boxes.length - placed
  return boxes > limit ? problem('picture-too-large', { boxes, limit }) : undefined
}
