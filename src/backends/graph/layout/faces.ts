// What a box shows and how large that makes it. The more boxes a picture has, the less each of them says.
import type { Diagram, DiagramBox } from '../../../compiler/analysis/diagram/model.ts'
import { formatFactor, type Shape } from '../../../compiler/ir/tensor.ts'
import { largest } from '../../../compiler/text/numbers.ts'
import { fitted, textWidth } from './text-size.ts'

/** `full`: name, shape, parts; `medium`: name and shape; `short`: the name. */
export type Detail = 'full' | 'medium' | 'short'

export interface TextLine {
  readonly text: string
  readonly role: 'label' | 'shape' | 'summary'
  readonly size: number
}

export interface Face {
  readonly width: number
  readonly height: number
  readonly lines: readonly TextLine[]
}

interface Sizes {
  readonly label: number
  readonly shape: number
  readonly least: number
  readonly most: number
  readonly padding: number
}

const sizes: Readonly<Record<Detail, Sizes>> = {
  full: { label: 12.5, shape: 11.5, least: 96, most: 190, padding: 11 },
  medium: { label: 11, shape: 10, least: 64, most: 150, padding: 8 },
  short: { label: 10, shape: 9, least: 30, most: 72, padding: 5 },
}

const summarySize = 10.5
const summaryRows = 2
const longestLine = 125

export function detailFor(boxes: number): Detail {
  return boxes <= 90 ? 'full' : boxes <= 300 ? 'medium' : 'short'
}

/** `48 · 64×160×160`: channels, then extents. */
export function shapeText(shape: Shape): string {
  const [channels, ...extents] = shape.map(formatFactor)
  if (channels === undefined) return 'scalar'
  return extents.length === 0 ? channels : `${channels} · ${extents.join('×')}`
}

/** By box. Modules are all of one size, so that they line up; inputs and outputs are as large as their texts. */
export function facesOf(diagram: Diagram, detail: Detail): readonly Face[] {
  const modules = diagram.boxes.filter(isModule)
  const width = bounded(largest(modules.map((box) => neededWidth(box, detail))), detail)
  const rows = largest(modules.map((box) => summaryLines(box, width, detail).length))
  return diagram.boxes.map((box) => {
    if (!isModule(box)) return face(box, bounded(neededWidth(box, detail), detail), 0, detail)
    return face(box, width, rows, detail)
  })
}

/** Not an input, an output or what lies outside. */
export const isModule = (box: DiagramBox): boolean => box.kind === 'module' || box.kind === 'operator'

function bounded(width: number, detail: Detail): number {
  const { least, most } = sizes[detail]
  return Math.ceil(Math.min(most, Math.max(least, width)))
}

function neededWidth(box: DiagramBox, detail: Detail): number {
  const { label, shape, padding } = sizes[detail]
  const name = textWidth(labelText(box, detail), label, 'bold')
  const extents = detail === 'short' ? 0 : textWidth(shapeText(box.shape), shape)
  const parts = detail === 'full' ? summaryWidth(box.summary) : 0
  return Math.max(name, extents, parts) + 2 * padding
}

/** In one line where that is not long, else in the two that are shortest. */
function summaryWidth(summary: string): number {
  const whole = textWidth(summary, summarySize)
  if (whole <= longestLine) return whole
  const parts = summary.split(' · ')
  const halves = parts.slice(1).map((_, k) => {
    const lines = [parts.slice(0, k + 1), parts.slice(k + 1)]
    return largest(lines.map((line) => textWidth(line.join(' · '), summarySize)))
  })
  return Math.min(whole, ...halves)
}

/** Where names would not fit, the indices alone: `3,7` of `lattice[3,7]`. */
function labelText({ label }: DiagramBox, detail: Detail): string {
  if (detail !== 'short') return label
  return /\[([\d,]+)\]$/.exec(label)?.[1] ?? label
}

function face(box: DiagramBox, width: number, rows: number, detail: Detail): Face {
  const { label, shape, padding } = sizes[detail]
  const room = width - 2 * padding
  const lines: TextLine[] = [
    { text: fitted(labelText(box, detail), room, label, 'bold'), role: 'label', size: label },
  ]
  if (detail !== 'short')
    lines.push({ text: fitted(shapeText(box.shape), room, shape), role: 'shape', size: shape })
  for (const text of summaryLines(box, width, detail))
    lines.push({ text, role: 'summary', size: summarySize })
  const heights = label + (detail === 'short' ? 0 : shape) + rows * summarySize
  return { width, height: Math.ceil(1.32 * heights + (detail === 'short' ? 8 : 12)), lines }
}

/** The parts of a module over at most two lines, broken between parts. */
function summaryLines(box: DiagramBox, width: number, detail: Detail): string[] {
  if (detail !== 'full' || box.summary === '') return []
  const room = width - 2 * sizes.full.padding
  const lines: string[] = []
  for (const part of box.summary.split(' · ')) {
    const last = lines.at(-1)
    const both = last === undefined ? part : `${last} · ${part}`
    if (last !== undefined && textWidth(both, summarySize) <= room) lines[lines.length - 1] = both
    else lines.push(part)
  }
  const shown = lines.slice(0, summaryRows)
  if (lines.length > summaryRows) shown[summaryRows - 1] = `${shown[summaryRows - 1]} · …`
  return shown.map((one) => fitted(one, room, summarySize))
}
