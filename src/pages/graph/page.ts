// The page of a network's architecture: the picture, the inside of each kind of module, a table of everything drawn.
import type { Sources } from '../../compiler/analysis/charge.ts'
import type { CostReport } from '../../compiler/analysis/cost.ts'
import { diagramOf, insideOf, type DiagramOptions } from '../../compiler/analysis/diagram/diagram.ts'
import type { Diagram } from '../../compiler/analysis/diagram/model.ts'
import { insidesOf, type Inside } from '../../compiler/analysis/diagram/insides.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import { shapeText } from '../../backends/graph/layout/faces.ts'
import { withSeparators } from '../../compiler/text/numbers.ts'
import { renderDocument, type Section } from '../document.ts'
import { markup, type Markup, type Piece } from '../markup.ts'
import { counted } from '../numbers.ts'
import { disclosure, table } from '../parts.ts'
import { graphStyle, pictureOf, pictureSizes } from './pictures.ts'
import { boxName, percentText, totalsOf } from './texts.ts'

export interface GraphPageOptions extends DiagramOptions {
  /** What made the page. */
  readonly provenance: string
}

const pageStyle = `${graphStyle}
body { max-width: 110rem; }
details > figure { margin: 0.6rem 0 0; }
#boxes :is(th, td):is(:nth-child(-n + 3), :nth-last-child(-n + 2)) { text-align: left; }
#boxes th, #boxes td { vertical-align: top; white-space: normal; overflow-wrap: break-word; } #boxes tbody :is(th, td:nth-child(3)) { white-space: nowrap; }
@media print { .graph-hint, #modules:not(:has(details[open])) { display: none; } #boxes th, #boxes td { white-space: normal; padding: 0.2rem 0.4rem; } }
`

/** The whole text of the page, the same for the same network. */
export function renderGraphPage(
  graph: Graph,
  report: CostReport,
  sources: Sources,
  options: GraphPageOptions,
): string {
  const diagram = diagramOf(graph, report, sources, options)
  const insides = insidesOf(graph, diagram.boxes, diagram.boxOfNode)
  const inside = (one: Inside, k: number): Markup => insideFigure(graph, report, sources, one, k)
  const shown = insides.slice(0, mostInsides)
  const sections: readonly Section[] = [
    { id: 'picture', title: 'Architecture', content: picture(diagram) },
    ...(shown.length === 0
      ? []
      : [
          {
            id: 'modules',
            title: 'Inside the modules',
            content: [shown.map(inside), leftOut(insides.length)],
          },
        ]),
    { id: 'boxes', title: 'Boxes', content: boxTable(diagram) },
  ]
  return renderDocument({
    title: `${graph.network}: architecture`,
    header: markup`<header>
<p class="kicker">Architecture of a network</p>
<div class="title"><h1>${graph.network}</h1></div>
<p class="lead">${totalsOf(diagram)}</p>
</header>
`,
    sections,
    footer: options.provenance,
    style: pageStyle,
  })
}

function picture(diagram: Diagram): Markup {
  const {
    summary,
    legend,
    picture: drawn,
  } = pictureOf(diagram, {
    id: 'architecture',
    title: `Architecture of ${diagram.network}`,
  })
  return markup`<figure class="card"><figcaption><p>${summary} <span class="graph-hint">Hover over a box or an edge for its exact numbers.</span></p></figcaption>
${pictureSizes}
${legend}${drawn}</figure>
`
}

// ---------------------------------------------------------------- inside the modules

/** Kinds of modules beyond this are left out, and so are operators beyond what a picture can show. */
const mostInsides = 60
const mostOperators = 120
const widestRow = 1700

function insideFigure(graph: Graph, report: CostReport, sources: Sources, inside: Inside, k: number): Markup {
  const { box, alike, operators } = inside
  const detail = operators <= mostOperators ? 'operators' : 'modules'
  const diagram = insideOf(graph, report, sources, box.path, detail)
  const { picture: drawn } = pictureOf(diagram, {
    id: `inside-${k}`,
    title: `Inside ${box.path}`,
    widest: widestRow,
  })
  const others = alike.length === 0 ? '' : ` and ${alike.length} more built like it`
  const summary = markup`${box.label}${others}: ${box.summary}`
  return disclosure(
    summary,
    markup`<figure class="card"><figcaption><p>${insideText(inside)}</p></figcaption>
${drawn}</figure>
`,
  )
}

function insideText({ box, alike, operators }: Inside): Piece {
  const numbers = `${box.path}: ${counted(operators, 'operator')}.`
  if (alike.length === 0) return numbers
  const names = alike.slice(0, 40).map((one) => one.label)
  const more = alike.length > names.length ? ` and ${alike.length - names.length} more` : ''
  return `${numbers} The same inside, with other channels and extents: ${names.join(', ')}${more}.`
}

function leftOut(count: number): Piece {
  return (
    count > mostInsides &&
    markup`<p>${count - mostInsides} further kinds of modules are not drawn; <code>weft graph --expand PATH</code> opens one.</p>`
  )
}

// ---------------------------------------------------------------- the table

/** Numbers are named as in `weft cost`, where parameters and MACs are dense ones. */
function boxTable(diagram: Diagram): Markup {
  const isSparse = diagram.amounts.effectiveParameters < diagram.amounts.parameters
  const counts = isSparse
    ? ['Parameters', 'Effective parameters', 'Effective MACs at inference']
    : ['Parameters', 'MACs at inference']
  const reads = readsOf(diagram)
  return table({
    caption: 'Everything that the picture shows',
    head: ['Box', 'Made of', 'Result', ...counts, 'Share', 'Line', 'Reads'],
    rows: diagram.boxes.map((box) => {
      const { parameters, effectiveParameters, effectiveMacs } = box.amounts
      const own = isSparse ? [parameters, effectiveParameters] : [parameters]
      return [
        boxName(box),
        box.summary,
        shapeText(box.shape),
        ...[...own.map(withSeparators), countText(effectiveMacs)].map((one) =>
          box.operators === 0 ? '' : one,
        ),
        box.share === undefined || box.operators === 0 ? '' : percentText(box.share),
        box.place === undefined ? '' : `${box.place.file}:${box.place.line}`,
        reads[box.id],
      ]
    }),
  })
}

const countText = (count: number | undefined): string =>
  count === undefined ? 'unknown' : withSeparators(count)

/** By box: what it reads, and in which direction of a fusion. */
function readsOf({ boxes, edges }: Diagram): readonly string[] {
  const reads = boxes.map((): string[] => [])
  for (const { from, to, direction, kind } of edges) {
    const label = boxes[from]?.label ?? ''
    reads[to]?.push(kind === 'fusion' ? `${label} (${direction})` : label)
  }
  return reads.map((one) => one.join(', '))
}
