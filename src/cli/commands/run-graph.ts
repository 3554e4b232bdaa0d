// What `weft graph` does. Apart from its options, so that commands that draw nothing do not load it.
import { cost } from '../../compiler/analysis/cost.ts'
import { diagramOf, type DiagramOptions } from '../../compiler/analysis/diagram/diagram.ts'
import type { Diagram } from '../../compiler/analysis/diagram/model.ts'
import { openedPaths } from '../../compiler/analysis/diagram/names.ts'
import { latticesOf } from '../../compiler/analysis/lattice.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import { drawLattice } from '../../backends/report/picture.ts'
import { fail } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { packageVersion } from '../../node/package-root.ts'
import { expectShortRun } from '../short-run.ts'
import type { Terminal } from '../terminal.ts'
import { compileSpecOrTrained, type CompiledNetwork } from './compile-network.ts'
import { emit, formatFor, widthOfFiles } from './document-output.ts'
import type { NetworkArgs } from './network-options.ts'

export type GraphFormat = 'text' | 'svg' | 'html' | 'mmd' | 'dot'

export interface GraphArgs extends NetworkArgs {
  readonly format: GraphFormat | undefined
  readonly out: string | undefined
  readonly depth: number
  readonly expand: string[] | undefined
}

export async function runGraph(args: GraphArgs, terminal: Terminal): Promise<ExitCode> {
  expectShortRun()
  const format = formatFor(args, formatOfEnding, 'text')
  if (isProblem(format)) return fail(format, args.file, terminal)
  const misdirected = idleOption(args, format)
  if (misdirected !== undefined) return fail(misdirected, args.file, terminal)
  const compiled = await compileSpecOrTrained(args, terminal)
  if (typeof compiled === 'number') return compiled
  const text =
    format === 'text' ? textOf(compiled.graph, args, terminal) : await drawn(compiled, format, args)
  if (text === undefined) return exitCodes.error
  if (isProblem(text)) return fail(text, args.file, terminal)
  const failed = emit(text, { out: args.out, format }, terminal)
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

function idleOption({ depth, expand }: GraphArgs, format: GraphFormat): Problem | undefined {
  if (format !== 'text') return undefined
  const option = depth > 1 ? '--depth' : expand === undefined ? undefined : '--expand'
  return option === undefined ? undefined : problem('text-opens-nothing', { option })
}

// ---------------------------------------------------------------- characters

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
  const opened = openedPaths(graph, report, sources, { depth, expand: expand ?? [] })
  if (isProblem(opened)) return opened
  const options: DiagramOptions = { depth, expand: opened }
  const diagram = diagramOf(graph, report, sources, options)
  if (format === 'mmd') return (await import('../../pages/graph/mermaid.ts')).renderMermaid(diagram)
  if (format === 'dot') return (await import('../../pages/graph/dot.ts')).renderDot(diagram)
  const tooLarge = await sizeProblem(diagram)
  if (tooLarge !== undefined) return tooLarge
  if (format === 'svg') return (await import('../../pages/graph/svg-file.ts')).renderGraphSvg(diagram)
  const { renderGraphPage } = await import('../../pages/graph/page.ts')
  return renderGraphPage(graph, report, sources, { ...options, provenance: `weft ${packageVersion()}` })
}

async function sizeProblem(diagram: Diagram): Promise<Problem | undefined> {
  const { layeredBoxes, mostLayeredBoxes: limit } = await import('../../backends/graph/layout/layout.ts')
  const boxes = layeredBoxes(diagram)
  return boxes > limit ? problem('picture-too-large', { boxes, limit }) : undefined
}
