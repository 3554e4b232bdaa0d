// A layout as SVG elements. Colours are classes, with the light ones as attributes for programs that read no style sheets.
import type { Diagram, DiagramBox } from '../../compiler/analysis/diagram/model.ts'
import type { Curve, Point, Segment } from '../../backends/graph/layout/geometry.ts'
import type { Detail } from '../../backends/graph/layout/faces.ts'
import { fitted } from '../../backends/graph/layout/text-size.ts'
import { rowTitleSize, type Layout } from '../../backends/graph/layout/layout.ts'
import { largest } from '../../compiler/text/numbers.ts'
import { markup, trusted, type Markup, type Piece } from '../markup.ts'
import { paint, type RoleName } from './colours.ts'
import { directionKey, directionsOf, strokeWidth, type Direction } from './directions.ts'
import { boxLines, passageLines } from './texts.ts'

/** Room around the picture. */
export const margin = 18

export interface Drawing {
  readonly width: number
  readonly height: number
  readonly content: Markup
}

export function drawingOf(diagram: Diagram, layout: Layout): Drawing {
  const most = largestShare(diagram)
  const frames = layout.frames.map(frame)
  const boxes = layout.boxes.map((one) => {
    const box = diagram.boxes[one.box]
    return box === undefined ? null : boxOf(box, one, most)
  })
  const rows = layout.rows.map(
    ({ x, y, text }) =>
      markup`<text x="${round(x)}" y="${round(y + 0.35 * rowTitleSize)}" font-size="${rowTitleSize}" text-anchor="end" ${painted('muted')}>${text}</text>\n`,
  )
  const names = layout.frames.map((one) => frameName(one, diagram.groups[one.group]?.label ?? ''))
  const content = markup`${frames}${edgesOf(diagram, layout)}${boxes}${names}${rows}`
  return { width: Math.ceil(layout.width), height: Math.ceil(layout.height), content }
}

/** What the strongest shade stands for. */
export function largestShare(diagram: Diagram): number {
  return largest(diagram.boxes.map((box) => (box.kind === 'port' ? 0 : (box.share ?? 0))))
}

/** How much of the shade a share gets; its root, so that cheap boxes differ too. */
export function shadeOf(share: number | undefined, most: number): number {
  if (share === undefined || most === 0 || share === 0) return 0
  return rounded(0.06 + 0.5 * Math.sqrt(share / most))
}

export const rounded = (value: number): number => Math.round(value * 100) / 100

/** Class and colour of one element. */
export function painted(...roles: readonly RoleName[]): Markup {
  const paints = roles.map(paint)
  const attributes = paints.map((one) => ` ${one.property}="${one.colour}"`).join('')
  return trusted(`class="${paints.map((one) => one.class).join(' ')}"${attributes}`)
}

// ---------------------------------------------------------------- edges

/** Many edges have finer lines and smaller heads. */
const fineness: Readonly<Record<Detail, { readonly head: number; readonly stroke: number }>> = {
  full: { head: 7, stroke: 1 },
  medium: { head: 6, stroke: 0.8 },
  short: { head: 4, stroke: 0.5 },
}

function edgesOf(diagram: Diagram, layout: Layout): Markup[] {
  const byDirection = new Map<string, Layout['curves'][number][]>()
  for (const one of layout.curves) {
    const key = directionKey(one.edge)
    const before = byDirection.get(key)
    if (before === undefined) byDirection.set(key, [one])
    else before.push(one)
  }
  // What carries data along stands behind what the network is about.
  return directionsOf(diagram)
    .toReversed()
    .map((one) =>
      directionEdges(
        diagram,
        one,
        layout.detail,
        byDirection.get(directionKey({ kind: one.kind, direction: one.name })) ?? [],
      ),
    )
}

function directionEdges(
  diagram: Diagram,
  direction: Direction,
  detail: Detail,
  curves: Layout['curves'],
): Markup {
  const { head, stroke } = fineness[detail]
  const heads = curves.map(({ curve }) => headPath(curve, head)).join('')
  const tails =
    direction.tail === 'dot' ? curves.map(({ curve }) => dotPath(tailOf(curve), 0.39 * head)).join('') : ''
  const dash =
    direction.dash.length > 0 &&
    markup` stroke-dasharray="${direction.dash.map((one) => rounded((one * (stroke + 1)) / 2)).join(' ')}"`
  return markup`<g fill="none" ${painted(direction.edge)}${dash}>${curves.map(({ edge, curve }) => {
    const path = pathText(shortened(curve, head))
    const line = markup`<path d="${path}" stroke-width="${rounded(stroke * strokeWidth(edge))}"/>`
    return detail === 'short' ? line : withTooltip(line, path, passageLines(diagram, edge))
  })}</g>
<path ${painted(direction.head)} d="${heads}${tails}"/>
`
}

/** A line is too thin to point at: what is pointed at is wider and not drawn. */
function withTooltip(line: Markup, path: string, lines: readonly string[]): Markup {
  return markup`<g><title>${lines.join('\n')}</title>${line}<path d="${path}" stroke="none" stroke-width="9" pointer-events="stroke"/></g>`
}

/** The path of a curve in SVG's language. */
function pathText({ start, segments }: Curve): string {
  return `M${pair(start)}${segments.map(segmentText).join('')}`
}

function segmentText(one: Segment): string {
  return one.kind === 'line' ? `L${pair(one.to)}` : `C${pair(one.first)} ${pair(one.second)} ${pair(one.to)}`
}

const pair = ({ x, y }: Point): string => `${round(x)},${round(y)}`
const round = (value: number): number => Math.round(value * 10) / 10

/** Which way a curve points at its end, as a vector of length 1. */
function headingOf(curve: Curve): Point {
  const last = curve.segments.at(-1)
  const end = last?.to ?? curve.start
  const before = last?.kind === 'curve' ? last.second : (curve.segments.at(-2)?.to ?? curve.start)
  const length = Math.hypot(end.x - before.x, end.y - before.y)
  return length === 0 ? { x: 1, y: 0 } : { x: (end.x - before.x) / length, y: (end.y - before.y) / length }
}

/** Without the part that the head covers. */
function shortened(curve: Curve, headLength: number): Curve {
  const last = curve.segments.at(-1)
  if (last === undefined) return curve
  const heading = headingOf(curve)
  const to = { x: last.to.x - heading.x * (headLength - 1), y: last.to.y - heading.y * (headLength - 1) }
  return { start: curve.start, segments: [...curve.segments.slice(0, -1), { ...last, to }] }
}

function headPath(curve: Curve, headLength: number): string {
  const heading = headingOf(curve)
  const end = curve.segments.at(-1)?.to ?? curve.start
  const base = { x: end.x - heading.x * headLength, y: end.y - heading.y * headLength }
  const half = headLength * 0.49
  const [left, right] = [1, -1].map((side) => ({
    x: base.x - side * heading.y * half,
    y: base.y + side * heading.x * half,
  }))
  return left === undefined || right === undefined ? '' : `M${pair(end)}L${pair(left)}L${pair(right)}Z`
}

/** Just after a curve's beginning, so that a dot there touches the box. */
function tailOf(curve: Curve): Point {
  const [next] = curve.segments
  const aim = next === undefined ? curve.start : next.kind === 'curve' ? next.first : next.to
  const [dx, dy] = [aim.x - curve.start.x, aim.y - curve.start.y]
  const length = Math.hypot(dx, dy)
  if (length === 0) return curve.start
  return { x: curve.start.x + (3 * dx) / length, y: curve.start.y + (3 * dy) / length }
}

/** A filled circle. */
export function dotPath({ x, y }: Point, radius = 2.7): string {
  const r = rounded(radius)
  return `M${pair({ x: x - r, y })}a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0Z`
}

// ---------------------------------------------------------------- boxes and frames

function boxOf(box: DiagramBox, placed: Layout['boxes'][number], most: number): Markup {
  const { x, y, width, height, face } = placed
  const shade = box.kind === 'port' ? 0 : shadeOf(box.share, most)
  return markup`<g><title>${boxLines(box).join('\n')}</title>${outline(box, placed)}${
    shade > 0 && rectangle(placed, cornerOf(box, height), markup`${painted('shade')} fill-opacity="${shade}"`)
  }${textLines(face.lines, x + width / 2, y, height)}</g>
`
}

export const dotted = markup` stroke-dasharray="1 2.5"`

const cornerOf = ({ kind }: DiagramBox, height: number): number =>
  kind === 'module' || kind === 'operator' ? 5 : round(height / 2)

/** Outputs have a strong border, dashed where they are auxiliary, as modules have that only such outputs need; dotted what no output reads. */
function outline(box: DiagramBox, placed: Layout['boxes'][number]): Markup {
  const isEnd = box.kind === 'input' || box.kind === 'output'
  const role = box.kind === 'output' ? 'strong' : 'border'
  const dash = box.unread ? dotted : (box.aux || box.kind === 'port') && markup` stroke-dasharray="4 3"`
  const width = isEnd ? 1.8 : 1.1
  return rectangle(
    placed,
    cornerOf(box, placed.height),
    markup`${painted('surface', role)} stroke-width="${width}"${dash}`,
  )
}

function rectangle(
  {
    x,
    y,
    width,
    height,
  }: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  corner: number,
  look: Markup,
): Markup {
  return markup`<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${corner}" ${look}/>`
}

const rolesOfLines = { label: 'text', shape: 'text', summary: 'text' } as const

/** Centred in the box, one below the other. */
function textLines(
  lines: Layout['boxes'][number]['face']['lines'],
  x: number,
  top: number,
  height: number,
): Piece {
  const whole = lines.reduce((sum, one) => sum + 1.32 * one.size, 0)
  let y = top + (height - whole) / 2
  return lines.map((one) => {
    const base = y + one.size
    y += 1.32 * one.size
    const weight = one.role === 'label' && markup` font-weight="600"`
    return markup`<text x="${round(x)}" y="${round(base)}" font-size="${one.size}"${weight} ${painted(rolesOfLines[one.role])}>${one.text}</text>`
  })
}

function frame(placed: Layout['frames'][number]): Markup {
  const look = markup`fill="none" ${painted('border')} stroke-width="1" stroke-dasharray="1 3" stroke-linecap="round"`
  return markup`${rectangle(placed, 8, look)}
`
}

/** Over the edges that come in, on a ground of its own. */
function frameName(placed: Layout['frames'][number], label: string): Markup {
  const size = 12
  const text = fitted(label, placed.width - 20, size, 'bold')
  const look = markup`${painted('muted', 'ground')} stroke-width="4" stroke-linejoin="round" paint-order="stroke"`
  return markup`<text x="${round(placed.x + 10)}" y="${round(placed.y + 17)}" font-size="${size}" font-weight="600" text-anchor="start" ${look}>${text}</text>
`
}
