// A picture as an SVG file of its own: title, picture, legend, and the few rules that it needs.
import type { Diagram } from '../../compiler/analysis/diagram/model.ts'
import { layoutOf, type LayoutOptions } from '../../backends/graph/layout/layout.ts'
import { textWidth } from '../../backends/graph/layout/text-size.ts'
import { markup, trusted } from '../markup.ts'
import { darkColours } from './colours.ts'
import { drawingOf, margin, painted } from './drawing.ts'
import { keyDrawing, keyWidth } from './key.ts'
import { descriptionOf, totalsOf } from './texts.ts'

const fonts = 'Helvetica, Arial, &quot;Liberation Sans&quot;, &quot;DejaVu Sans&quot;, sans-serif'
const titleHeight = 62
const keyGap = 26

/** The whole text of the file, the same for the same diagram. */
export function renderGraphSvg(diagram: Diagram, options: LayoutOptions = {}): string {
  const drawing = drawingOf(diagram, layoutOf(diagram, options))
  const subtitle = totalsOf(diagram)
  const needed = Math.max(drawing.width, keyWidth(diagram), textWidth(diagram.network, 20, 'bold'))
  const inner = Math.ceil(Math.max(needed, Math.min(textWidth(subtitle, 12), 900)))
  const key = keyDrawing(diagram, inner)
  const width = inner + 2 * margin
  const height = Math.ceil(titleHeight + drawing.height + keyGap + key.height + 2 * margin)
  const shift = Math.round((inner - drawing.width) / 2)
  return `<?xml version="1.0" encoding="UTF-8"?>
${
  markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="graph-title graph-desc" font-family="${trusted(fonts)}" text-anchor="middle">
<title id="graph-title">${diagram.network}</title>
<desc id="graph-desc">${descriptionOf(diagram)}</desc>
<style>@media screen and (prefers-color-scheme: dark) { ${trusted(darkColours)} }</style>
<rect width="${width}" height="${height}" ${painted('surface')}/>
<g text-anchor="start"><text x="${margin}" y="${margin + 20}" font-size="20" font-weight="600" ${painted('text')}>${diagram.network}</text>
<text x="${margin}" y="${margin + 40}" font-size="12" ${painted('muted')}>${subtitle}</text></g>
<g transform="translate(${margin + shift} ${margin + titleHeight})">
${drawing.content}</g>
<g transform="translate(${margin} ${margin + titleHeight + drawing.height + keyGap})">
${key.content}</g>
</svg>
`.text
}`
}
