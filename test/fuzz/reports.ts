// What must hold of every network that compiles: its report, its picture and its comparison with itself can be made, in every format, as
// sound HTML, the same each time.
import { review } from '../../src/backends/report/review/model.ts'
import { reviewMarkdown } from '../../src/backends/report/review/markdown.ts'
import { diagramOf } from '../../src/compiler/analysis/diagram/diagram.ts'
import { check } from '../../src/compiler/compile.ts'
import type { Graph } from '../../src/compiler/ir/graph.ts'
import type { SourceFile } from '../../src/compiler/text/source.ts'
import { renderDot } from '../../src/pages/graph/dot.ts'
import { renderMermaid } from '../../src/pages/graph/mermaid.ts'
import { architecturePicture } from '../../src/pages/graph/pictures.ts'
import { renderReportPage } from '../../src/pages/report/page.ts'
import { elementsOf } from '../pages/html.ts'

const path = 'spec.weft'

/** What does not hold of the networks of a text; undefined when everything does. */
export function reportFailure(text: string): string | undefined {
  const { graphs, sources } = check(path, { read: (name) => (name === path ? text : undefined) })
  try {
    return graphs.map((graph) => failureOf(graph, sources)).find((one) => one !== undefined)
  } catch (error) {
    return `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  }
}

function failureOf(graph: Graph, files: ReadonlyMap<string, SourceFile>): string | undefined {
  const sources = { entry: path, files }
  const side = { name: path, graph, sources }
  const { document, report } = review(side, { tool: 'weft', against: [side] })
  // Counts past 2^53 are diagnostics.
  if (document === undefined || report === undefined) return undefined
  if (document.comparisons[0]?.same !== true) return 'differs from itself'
  const page = (): string =>
    renderReportPage(document, { picture: architecturePicture(graph, report, sources) })
  const html = page()
  elementsOf(html)
  if (page() !== html) return 'two pages differ'
  reviewMarkdown(document, 3)
  const diagram = diagramOf(graph, report, sources, { depth: 2 })
  renderDot(diagram)
  renderMermaid(diagram)
  const { modules } = document.cost
  const sum = modules.reduce((all, one) => all + one.parameters, 0)
  if (sum !== document.cost.totals.training.parameters)
    return `modules have ${sum} parameters, the network ${document.cost.totals.training.parameters}`
  const { memory, moduleBytes } = document
  const top = moduleBytes.filter((one) => !one.path.includes('.'))
  const saved = top.reduce((all, one) => all + one.savedBytes, 0)
  return memory === null || saved === memory.saved.bytes
    ? undefined
    : `modules keep ${saved} bytes, the network ${memory.saved.bytes}`
}
