// The legend of a picture: directions, outputs, what shades and widths mean. As HTML for pages, as SVG inside files.
import type { Diagram } from '../../compiler/analysis/diagram/model.ts'
import { textWidth } from '../../backends/graph/layout/text-size.ts'
import { markup, type Markup } from '../markup.ts'

import { directionsOf } from './directions.ts'
import { dotPath, dotted, largestShare, painted, shadeOf } from './drawing.ts'
import { percentText } from './texts.ts'

interface Entry {
  readonly name: string
  readonly width: number
  /** In a box of its width, 12 high. */
  readonly sign: Markup
}

function entriesOf(diagram: Diagram): readonly Entry[] {
  const outputs = diagram.boxes.filter((box) => box.kind === 'output')
  const pill = (dash: Markup | false): Markup =>
    markup`<rect x="1" y="1" width="22" height="10" rx="5" ${painted('surface', 'strong')} stroke-width="1.6"${dash}/>`
  return [
    ...directionsOf(diagram).map(({ name, edge, head, dash, tail }) => ({
      name,
      width: 34,
      sign: markup`<path d="M0,6H28" fill="none" ${painted(edge)} stroke-width="2.2"${
        dash.length > 0 && markup` stroke-dasharray="${dash.join(' ')}"`
      }/><path d="M34,6L27,2.6V9.4Z${tail === 'dot' && dotPath({ x: 3, y: 6 })}" ${painted(head)}/>`,
    })),
    ...(outputs.some((box) => !box.aux) ? [{ name: 'output', width: 24, sign: pill(false) }] : []),
    ...(outputs.some((box) => box.aux)
      ? [{ name: 'deep supervision (training only)', width: 24, sign: pill(markup` stroke-dasharray="4 3"`) }]
      : []),
    ...(diagram.boxes.some((box) => box.unread)
      ? [{ name: 'parameters only, read by no output', width: 24, sign: unreadSign }]
      : []),
    ...shadeEntries(diagram),
    ...widthEntries(diagram),
  ]
}

const unreadSign = markup`<rect x="1" y="1" width="22" height="10" rx="3" ${painted('surface', 'border')} stroke-width="1.1"${dotted}/>`

function shadeEntries(diagram: Diagram): Entry[] {
  const most = largestShare(diagram)
  if (most === 0) return []
  const steps = [0.02, 0.25, 1]
  const sign = steps.map((part, k) => {
    const shade = markup`${painted('shade')} fill-opacity="${shadeOf(part * most, most)}"`
    const place = markup`x="${1 + 16 * k}" y="0.5" width="15" height="11"`
    return markup`<rect ${place} ${painted('surface', 'border')}/><rect ${place} ${shade}/>`
  })
  return [
    {
      name: `share of the MACs at inference, up to ${percentText(most)} of the network`,
      width: 49,
      sign: markup`${sign}`,
    },
  ]
}

function widthEntries(diagram: Diagram): Entry[] {
  const densities = diagram.edges.flatMap(({ density }) => density ?? [])
  if (!densities.some((one) => one < 1)) return []
  const least = Math.min(...densities)
  return [
    {
      name: `width: kept share of an edge’s weights, from ${percentText(least)}`,
      width: 30,
      sign: markup`<path d="M0,3.5H30" ${painted('flow')} stroke-width="1.1"/><path d="M0,8.5H30" ${painted('flow')} stroke-width="2.6"/>`,
    },
  ]
}

/** A list for pages. */
export function keyList(diagram: Diagram): Markup {
  return markup`<ul class="legend graph-key">${entriesOf(diagram).map(
    ({ name, width, sign }) =>
      markup`<li><svg class="graph" viewBox="0 0 ${width} 12" width="${width}" height="12" aria-hidden="true">${sign}</svg>${name}</li>`,
  )}</ul>
`
}

const size = 11.5
const rowHeight = 22
const between = 22

/** The same inside a picture, over as many rows as its width asks for. */
export function keyDrawing(
  diagram: Diagram,
  width: number,
): { readonly height: number; readonly content: Markup } {
  let [x, y] = [0, 0]
  const content = entriesOf(diagram).map((entry) => {
    const taken = entry.width + 8 + textWidth(entry.name, size)
    if (x > 0 && x + taken > width) {
      x = 0
      y += rowHeight
    }
    const at = x
    x += taken + between
    return markup`<g transform="translate(${Math.round(at)} ${y})">${entry.sign}<text x="${entry.width + 8}" y="10" font-size="${size}" text-anchor="start" ${painted('text')}>${entry.name}</text></g>
`
  })
  return { height: y + rowHeight, content: markup`${content}` }
}

/** The least width at which no entry of the legend is cut off. */
export function keyWidth(diagram: Diagram): number {
  return Math.max(...entriesOf(diagram).map((one) => one.width + 8 + textWidth(one.name, size)), 0)
}
