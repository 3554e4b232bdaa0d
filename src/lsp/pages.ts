// The pages behind a network's lens, as `weft graph` and `weft report` make them; loaded when one is asked for.
import { conventions } from '../compiler/analysis/conventions/conventions.ts'
import { diagramOf } from '../compiler/analysis/diagram/diagram.ts'
import type { Sources } from '../compiler/analysis/charge.ts'
import { layeredBoxes, mostLayeredBoxes } from '../backends/graph/layout/layout.ts'
import { review } from '../backends/report/review/model.ts'
import { renderGraphPage } from '../pages/graph/page.ts'
import { architecturePicture } from '../pages/graph/pictures.ts'
import { renderReportPage } from '../pages/report/page.ts'
import type { Elaborated, Numbers } from './reading.ts'
import { choiceText } from './shown-numbers.ts'

export interface Page {
  readonly title: string
  readonly html: string
}

export interface Maker {
  /** `weft 0.1.0` */
  readonly tool: string
  /** SHA-256 of a text as UTF-8, in hexadecimal; absent where none can be had at once. */
  digest?(text: string): string
}

/** Undefined where there is none: too large a picture, costs that cannot be counted. */
export function pageOf(
  kind: 'graph' | 'report',
  numbers: Numbers,
  { sources: files, recipes, results }: Elaborated,
  entry: string,
  maker: Maker,
): Page | undefined {
  const sources: Sources = { entry, files }
  const { graph, report } = numbers
  const title = `${choiceText(numbers.choice)}: ${kind}`
  const options = { depth: 1, expand: [] }
  if (kind === 'graph') {
    if (layeredBoxes(diagramOf(graph, report, sources, options)) > mostLayeredBoxes) return undefined
    const html = renderGraphPage(graph, report, sources, { ...options, provenance: maker.tool })
    return { title, html }
  }
  const own = {
    name: choiceText(numbers.choice),
    graph,
    sources,
    recipes: recipes.filter(({ network }) => network === graph.network),
  }
  const found = review(own, {
    tool: maker.tool,
    ...(maker.digest === undefined ? {} : { digest: maker.digest }),
    convention: conventions.mac,
    against: [],
    results,
    memory: { batch: 1 },
  })
  if (found.document === undefined || found.report === undefined) return undefined
  const picture = architecturePicture(graph, found.report, sources)
  return { title, html: renderReportPage(found.document, { picture }) }
}
