// A diagram as a Mermaid flowchart, which GitHub and many editors draw: https://mermaid.js.org/syntax/flowchart.html.
import type { Diagram, DiagramBox } from '../../compiler/analysis/diagram/model.ts'
import { isModule } from '../../backends/graph/layout/faces.ts'
import { paint } from './colours.ts'
import { directionKey, directionsOf, strokeWidth, type Direction } from './directions.ts'
import { largestShare } from './drawing.ts'
import { descriptionOf, labelLines } from './texts.ts'

/** The text of a `.mmd` file, the same for the same diagram. */
export function renderMermaid(diagram: Diagram): string {
  const directions = directionsOf(diagram)
  const edges = directions.flatMap((direction) => edgeLines(diagram, direction))
  const legend = directions.map(
    (one, k) => `    l${k}a((" ")):::sign ${arrowOf(one)}|"${labelText(one.name)}"| l${k}b((" ")):::sign`,
  )
  return [
    '---',
    `title: ${JSON.stringify(oneLine(diagram.network))}`,
    '---',
    'flowchart LR',
    `  accTitle: ${plainLine(`Architecture of ${diagram.network}`)}`,
    `  accDescr: ${plainLine(descriptionOf(diagram))}`,
    ...nodeLines(diagram, largestShare(diagram), undefined, '  '),
    ...edges.map((one) => `  ${one.text}`),
    ...(legend.length === 0 ? [] : ['  subgraph legend["directions"]', ...legend, '  end']),
    ...linkStyles(directions, edges),
    ...classLines(diagram),
    ...[...diagram.groups.map((one) => `g${one.id}`), ...(legend.length === 0 ? [] : ['legend'])].map(
      (id) => `  style ${id} fill:transparent,stroke:${paint('border').colour},stroke-dasharray:2 4`,
    ),
    '',
  ].join('\n')
}

// ---------------------------------------------------------------- boxes

function nodeLines(diagram: Diagram, most: number, group: number | undefined, indent: string): string[] {
  const boxes = diagram.boxes.filter((box) => box.group === group)
  const groups = diagram.groups.filter((one) => one.group === group)
  return [
    ...boxes.map((box) => indent + nodeText(box, most)),
    ...groups.flatMap((one) => [
      `${indent}subgraph g${one.id}["${labelText(one.label)}"]`,
      ...nodeLines(diagram, most, one.id, `${indent}  `),
      `${indent}end`,
    ]),
  ]
}

function nodeText(box: DiagramBox, most: number): string {
  const text = `"${labelLines(box).map(labelText).join('<br>')}"`
  return `b${box.id}${isModule(box) ? `[${text}]` : `([${text}])`}:::${classOf(box, most)}`
}

/** Five steps of shade, by the root of the share as in the other pictures. */
const steps = 5

function classOf(box: DiagramBox, most: number): string {
  if (box.kind === 'output') return box.aux ? 'aux' : 'output'
  if (box.kind === 'input' || box.kind === 'port') return 'input'
  if (box.unread) return 'unread'
  if (box.aux) return 'training'
  const share = most === 0 ? 0 : Math.sqrt((box.share ?? 0) / most)
  return `cost${Math.min(steps - 1, Math.floor(share * steps))}`
}

const shades: readonly string[] = ['#fbf7ec', '#f0e6c8', '#e6d6a5', '#dbc582', '#d1b560']

function classLines(diagram: Diagram): string[] {
  const ink = paint('text').colour
  const line = paint('border').colour
  const most = largestShare(diagram)
  const used = new Set(diagram.boxes.map((box) => classOf(box, most)))
  const all: readonly (readonly [string, string])[] = [
    ...shades.map((fill, k) => [`cost${k}`, `fill:${fill},stroke:${line},color:${ink}`] as const),
    ['sign', `fill:transparent,stroke:${line}`],
    ['training', `fill:#ffffff,stroke:${line},color:${ink},stroke-dasharray:4 3`],
    ['unread', `fill:#ffffff,stroke:${line},color:${ink},stroke-dasharray:1 3`],
    ['input', `fill:#ffffff,stroke:${line},color:${ink},stroke-width:2px`],
    ['output', `fill:#ffffff,stroke:${ink},color:${ink},stroke-width:2px`],
    ['aux', `fill:#ffffff,stroke:${ink},color:${ink},stroke-width:2px,stroke-dasharray:4 3`],
  ]
  return all
    .filter(([name]) => name === 'sign' || used.has(name))
    .map(([name, look]) => `  classDef ${name} ${look}`)
}

// ---------------------------------------------------------------- edges

interface EdgeLine {
  readonly text: string
  readonly direction: Direction
  readonly width: number
}

function edgeLines(diagram: Diagram, direction: Direction): EdgeLine[] {
  const key = directionKey({ kind: direction.kind, direction: direction.name })
  return diagram.edges
    .filter((edge) => directionKey(edge) === key)
    .map((edge) => ({
      text: `b${edge.from} ${arrowOf(direction)} b${edge.to}`,
      direction,
      width: strokeWidth(edge),
    }))
}

function arrowOf({ dash, kind }: Direction): string {
  if (dash.length > 0) return '-.->'
  return kind === 'backbone' ? '==>' : '-->'
}

/** Links are styled by their number in the text; those of the legend come last. */
function linkStyles(directions: readonly Direction[], edges: readonly EdgeLine[]): string[] {
  const lines: string[] = []
  directions.forEach((direction, k) => {
    const widths = new Map<number, number[]>()
    edges.forEach((edge, at) => {
      if (edge.direction === direction) widths.set(edge.width, [...(widths.get(edge.width) ?? []), at])
    })
    const colour = paint(direction.edge).colour
    for (const [width, places] of widths)
      lines.push(`  linkStyle ${places.join(',')} stroke:${colour},stroke-width:${width}px`)
    lines.push(`  linkStyle ${edges.length + k} stroke:${colour},stroke-width:2px`)
  })
  return lines
}

// ---------------------------------------------------------------- texts

/** Inside quotes, where Mermaid reads `#…;` as a character and everything else as Markdown or HTML. */
function labelText(text: string): string {
  return oneLine(text).replaceAll(/[#"<>&`\\*_~[\](){}|;]/g, (one) => `#${one.charCodeAt(0)};`)
}

/** Where nothing can be escaped, and a semicolon ends the statement. */
function plainLine(text: string): string {
  return oneLine(text)
    .replaceAll(';', ',')
    .replaceAll(/[#"<>{}`\\]/g, ' ')
    .trim()
}

function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  return text.replaceAll(/[\u0000-\u001F\u007F-\u009F\u2028\u2029]+/g, ' ')
}
