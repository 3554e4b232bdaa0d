// Pictures of a network's architecture for pages, coloured by the page's custom properties, and what is said beside them.
import type { Sources } from '../../compiler/analysis/charge.ts'
import type { CostReport } from '../../compiler/analysis/cost.ts'
import { diagramOf, type DiagramOptions } from '../../compiler/analysis/diagram/diagram.ts'
import type { Diagram } from '../../compiler/analysis/diagram/model.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import {
  layeredBoxes,
  layoutOf,
  mostLayeredBoxes,
  type LayoutOptions,
} from '../../backends/graph/layout/layout.ts'
import { markup, type Markup } from '../markup.ts'
import { counted } from '../numbers.ts'
import { pictureColours } from './colours.ts'
import { drawingOf, margin } from './drawing.ts'
import { keyList } from './key.ts'
import { descriptionOf, summaryOf } from './texts.ts'

/** Rules that pages with these pictures need in their `style`. A shadow at a side says that there is more to scroll to. */
export const graphStyle = `
.graph-pan { overflow: auto; max-width: 100%; background: linear-gradient(to right, var(--surface) 40%, transparent) left / 3rem 100% no-repeat local,
  linear-gradient(to left, var(--surface) 40%, transparent) right / 3rem 100% no-repeat local,
  linear-gradient(to right, var(--axis), transparent) left / 0.9rem calc(100% - 2px) no-repeat scroll, linear-gradient(to left, var(--axis), transparent) right / 0.9rem calc(100% - 2px) no-repeat scroll; }
.graph-pan > svg { display: block; margin: 0 auto; width: 100%; min-width: calc(0.66 * var(--natural)); max-width: var(--natural); height: auto; }
.graph-sizes { display: flex; flex-wrap: wrap; gap: 0.3rem 1rem; margin: 0 0 0.8rem; padding: 0; border: 0; font-size: 0.9rem; color: var(--muted); }
.graph-sizes label { display: inline-flex; align-items: center; gap: 0.35rem; }
.card:has(#size-whole:checked) .graph-pan > svg { min-width: 0; max-height: 82vh; }
.card:has(#size-actual:checked) .graph-pan > svg { width: var(--natural); min-width: var(--natural); }
.card:has(#size-double:checked) .graph-pan > svg { width: calc(2 * var(--natural)); min-width: 0; max-width: none; }
.graph text { text-anchor: middle; }
.graph text[text-anchor="start"] { text-anchor: start; } .graph text[text-anchor="end"] { text-anchor: end; }
.graph-key svg { flex: none; }
${pictureColours}
@media print { .graph-sizes { display: none; } .graph-pan { overflow: visible; background: none; } .graph-pan > svg { max-width: 100%; min-width: 0; } }
`

const sizes = [
  ['fit', 'fit the width'],
  ['whole', 'whole picture'],
  ['actual', 'actual size'],
  ['double', 'twice the size'],
] as const

/** Chooses how large the picture of the same card is; without a program. One for each page. */
export const pictureSizes = markup`<fieldset class="graph-sizes" aria-label="Size of the picture">${sizes.map(
  ([id, name], k) =>
    markup`<label><input type="radio" name="size" id="size-${id}"${k === 0 && markup` checked=""`}>${name}</label>`,
)}</fieldset>`

export interface Picture {
  /** One or two sentences that say what the picture shows. */
  readonly summary: string
  readonly legend: Markup
  /** An `<svg>` in an element that scrolls where it is too wide. */
  readonly picture: Markup
}

export interface PictureOptions extends DiagramOptions {
  /** Letters, digits and hyphens; begins the ids inside, so that it is unique on the page. */
  readonly id?: string
}

/** The whole network, modules collapsed. */
export function architecturePicture(
  graph: Graph,
  report: CostReport,
  sources: Sources,
  options: PictureOptions = {},
): Picture {
  const diagram = diagramOf(graph, report, sources, options)
  return pictureOf(diagram, { id: options.id ?? 'architecture', title: `Architecture of ${graph.network}` })
}

export interface FigureOptions extends LayoutOptions {
  readonly id: string
  readonly title: string
}

export function pictureOf(diagram: Diagram, options: FigureOptions): Picture {
  return { summary: summaryOf(diagram), legend: keyList(diagram), picture: inlinePicture(diagram, options) }
}

/** Shrinks with the page until texts would be too small to read, then scrolls. */
function inlinePicture(diagram: Diagram, options: FigureOptions): Markup {
  const { id, title } = options
  const layered = layeredBoxes(diagram)
  if (layered > mostLayeredBoxes)
    return markup`<p>${counted(layered, 'module')} outside of every grid are more than a picture can show: put them into blocks.</p>
`
  const layout = layoutOf(diagram, options)
  const { width, height, content } = drawingOf(diagram, layout)
  const [outerWidth, outerHeight] = [width + 2 * margin, height + 2 * margin]
  return markup`<div class="graph-pan" tabindex="0" role="region" aria-label="${title}"><svg class="graph" viewBox="${-margin} ${-margin} ${outerWidth} ${outerHeight}" style="--natural: ${outerWidth}px" role="img" aria-labelledby="${id}-graph-title ${id}-graph-desc">
<title id="${id}-graph-title">${title}</title>
<desc id="${id}-graph-desc">${descriptionOf(diagram)}</desc>
${content}</svg></div>
`
}
