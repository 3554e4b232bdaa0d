// A diagram with every box and curve in its place: grids for backbones and fusions, layers for everything else.
import type { Diagram, DiagramEdge } from '../../../compiler/analysis/diagram/model.ts'
import { largest } from '../../../compiler/text/numbers.ts'
import { detailFor, facesOf, shapeText, type Detail, type Face } from './faces.ts'
import { joined, movedCurve, point, type Curve, type Point, type Rectangle } from './geometry.ts'
import { gridded } from './gridded.ts'
import { layered, type Flow } from './layered.ts'
import type { Spacing } from './lines.ts'
import { branchedRuns, placesOf, rowsOnGrids } from './places.ts'
import { rowedRun, type RowedRun } from './rows.ts'
import { textWidth } from './text-size.ts'
import { linksOf, Scenes, type Block, type Item, type Link } from './scene.ts'

export interface Layout {
  readonly width: number
  readonly height: number
  readonly detail: Detail
  /** In the order of the diagram's boxes. */
  readonly boxes: readonly (Rectangle & { readonly box: number; readonly face: Face })[]
  /** Around opened modules; an outer one before those inside it. */
  readonly frames: readonly (Rectangle & { readonly group: number })[]
  /** Where boxes have no room for shapes: those of each level of a grid, right-aligned at their places. */
  readonly rows: readonly (Point & { readonly text: string })[]
  /** In the order of the diagram's edges. */
  readonly curves: readonly { readonly edge: DiagramEdge; readonly curve: Curve }[]
}

export interface LayoutOptions {
  /** Which way layers follow each other; by default to the right where that is not too wide. */
  readonly flow?: Flow
  /** How wide layers that follow each other to the right may get; beyond, they follow each other downwards. */
  readonly widest?: number
}

/** What the library that places them does in seconds: 1,500 boxes that all follow one took it 2 s, 6,000 of them 24 s. */
export const mostLayeredBoxes = 1500

/** Boxes that stand on no grid: those that the library places. */
export function layeredBoxes({ boxes, grids }: Diagram): number {
  return boxes.length - grids.reduce((sum, grid) => sum + grid.cells.length, 0)
}

const widestRow = 1500

export function layoutOf(diagram: Diagram, options: LayoutOptions = {}): Layout {
  const detail = detailFor(diagram.boxes.length)
  const builder = new Builder(diagram, facesOf(diagram, detail), detail)
  const block = builder.whole(options)
  const titles = detail === 'short' ? rowTitles(diagram, block) : []
  const left = titles.length === 0 ? 0 : largest(titles.map((one) => textWidth(one.text, rowTitleSize))) + 14
  const shift = point(left, 0)
  const boxes = block.boxes
    .map((one) => ({ ...one, x: one.x + left, face: builder.face(one.box) }))
    .sort((a, b) => a.box - b.box)
  const curves = diagram.edges.flatMap((edge) => {
    const curve = block.curves.get(edge)
    return curve === undefined ? [] : [{ edge, curve: left === 0 ? curve : movedCurve(curve, shift) }]
  })
  const frames = block.frames.map((one) => ({ ...one, x: one.x + left }))
  const rows = titles.map(({ y, text }) => ({ x: left - 14, y, text }))
  return { width: block.width + left, height: block.height, detail, boxes, frames, rows, curves }
}

export const rowTitleSize = 10

/** For each level, the shape of its first box: along a level of a fusion, shapes hardly differ. */
function rowTitles(diagram: Diagram, block: Block): { readonly y: number; readonly text: string }[] {
  const modules = diagram.boxes.filter((box) => box.kind !== 'output')
  const boxOfPath = new Map(modules.map((box) => [box.path, box]))
  const placeOfBox = new Map(block.boxes.map((one) => [one.box, one]))
  const titles = new Map<number, string>()
  for (const cell of diagram.grids.flatMap((grid) => grid.cells)) {
    const box = boxOfPath.get(cell.path)
    const place = placeOfBox.get(box?.id ?? -1)
    if (box === undefined || place === undefined) continue
    const y = place.y + place.height / 2
    if (!titles.has(y)) titles.set(y, shapeText(box.shape))
  }
  return Array.from(titles, ([y, text]) => ({ y, text }))
}

const spacings: Readonly<Record<Detail, Spacing>> = {
  full: { columnGap: 56, rowGap: 38, arcStep: 15, mostArc: 110, lane: 9 },
  medium: { columnGap: 48, rowGap: 30, arcStep: 12, mostArc: 110, lane: 7 },
  short: { columnGap: 30, rowGap: 22, arcStep: 8, mostArc: 120, lane: 5 },
}

/** Inside a frame: its name above, some room around. */
const framing = { side: 14, top: 30, bottom: 12 } as const

class Builder {
  readonly #diagram: Diagram
  readonly #faces: readonly Face[]
  readonly #detail: Detail
  readonly #scenes: Scenes

  constructor(diagram: Diagram, faces: readonly Face[], detail: Detail) {
    this.#diagram = diagram
    this.#faces = faces
    this.#detail = detail
    this.#scenes = new Scenes(diagram)
  }

  face(box: number): Face {
    const found = this.#faces[box]
    if (found === undefined) throw new Error(`no face for box ${box}`)
    return found
  }

  whole({ flow, widest = widestRow }: LayoutOptions): Block {
    const items = this.#scenes.itemsOf(undefined)
    const links = linksOf(this.#diagram, this.#scenes, undefined)
    if (this.#diagram.grids.some((grid) => grid.cells.length > 0)) return this.#onGrid(items, links)
    if (flow !== undefined) return layered(this.#blocks(items, flow), links, flow)
    const wide = layered(this.#blocks(items, 'right'), links, 'right')
    return wide.width <= widest ? wide : layered(this.#blocks(items, 'down'), links, 'down')
  }

  #onGrid(items: readonly Item[], links: readonly Link[]): Block {
    const { grids } = this.#diagram
    // An output may have the name of the module that makes it.
    const modules = items.filter((one) => this.#diagram.boxes[one.box ?? -1]?.kind !== 'output')
    const keyOfPath = new Map(modules.map((one) => [one.path, one.key]))
    const rows = rowsOnGrids(grids, keyOfPath)
    const keys = items.map((one) => one.key)
    const blocks = this.#blocks(items, 'right')
    const merged = new Map<string, string>()
    const rowed: RowedRun[] = []
    for (const run of branchedRuns(keys, links, rows)) {
      const beside = rowedRun(run, links, rows)
      if (beside !== undefined) {
        rowed.push(beside)
        continue
      }
      const own = new Map(run.flatMap((key) => pairOf(blocks, key)))
      const name = `run ${run[0]}`
      const inside = links.flatMap(({ edge, from, to }): Link[] => {
        const ends = { from: own.has(from ?? '') ? from : undefined, to: own.has(to ?? '') ? to : undefined }
        return ends.from === undefined && ends.to === undefined ? [] : [{ edge, ...ends }]
      })
      for (const key of run) {
        blocks.delete(key)
        merged.set(key, name)
      }
      blocks.set(name, layered(own, inside, 'right'))
    }
    const renamed = (key: string | undefined): string | undefined => merged.get(key ?? '') ?? key
    const outer = links.flatMap(({ edge, from, to }): Link[] => {
      const ends = { from: renamed(from), to: renamed(to) }
      return ends.from === ends.to ? [] : [{ edge, ...ends }]
    })
    const places = placesOf(grids, keyOfPath, [...blocks.keys()], outer, rowed)
    return gridded(blocks, outer, places, spacings[this.#detail])
  }

  #blocks(items: readonly Item[], flow: Flow): Map<string, Block> {
    return new Map(
      items.map((item) => [
        item.key,
        item.group === undefined ? this.#leaf(item.box ?? -1) : this.#opened(item.group, flow),
      ]),
    )
  }

  #leaf(box: number): Block {
    const { width, height } = this.face(box)
    return {
      width,
      height,
      boxes: [{ x: 0, y: 0, width, height, box }],
      frames: [],
      curves: new Map<DiagramEdge, Curve>(),
      ports: new Map(),
    }
  }

  #opened(group: number, flow: Flow): Block {
    const links = linksOf(this.#diagram, this.#scenes, group)
    const inner = layered(this.#blocks(this.#scenes.itemsOf(group), flow), links, flow)
    return framed(inner, group, flow)
  }
}

function pairOf(blocks: ReadonlyMap<string, Block>, key: string): [string, Block][] {
  const block = blocks.get(key)
  return block === undefined ? [] : [[key, block]]
}

/** An opened module in its frame. What comes in and leaves passes straight through the frame's margin. */
function framed(inner: Block, group: number, flow: Flow): Block {
  const { side, top, bottom } = framing
  const width = inner.width + 2 * side
  const height = inner.height + top + bottom
  const shift = point(side, top)
  const outward = (at: Point): Point => {
    if (flow === 'down') return point(at.x + side, at.y <= inner.height / 2 ? 0 : height)
    return point(at.x <= inner.width / 2 ? 0 : width, at.y + top)
  }
  const curves = new Map<DiagramEdge, Curve>()
  for (const [edge, curve] of inner.curves) {
    const moved = movedCurve(curve, shift)
    const port = inner.ports.get(edge)
    if (port === undefined) curves.set(edge, moved)
    else {
      const border = outward(port)
      const isStart = port.x === curve.start.x && port.y === curve.start.y
      const margin: Curve = { start: border, segments: [] }
      curves.set(edge, isStart ? joined([margin, moved]) : joined([moved, margin]))
    }
  }
  return {
    width,
    height,
    boxes: inner.boxes.map((one) => ({ ...one, x: one.x + side, y: one.y + top })),
    frames: [
      { x: 0, y: 0, width, height, group },
      ...inner.frames.map((one) => ({ ...one, x: one.x + side, y: one.y + top })),
    ],
    curves,
    ports: new Map(Array.from(inner.ports, ([edge, port]) => [edge, outward(port)])),
  }
}
