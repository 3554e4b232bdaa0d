// The parts of a picture while it is laid out: boxes and opened modules as items of the scene that they stand in.
import type { Diagram, DiagramEdge } from '../../../compiler/analysis/diagram/model.ts'
import { joined, movedCurve, point, type Curve, type Point, type Rectangle } from './geometry.ts'

/** A box, or a module with a scene inside. */
export interface Item {
  readonly key: string
  /** Its path, where a grid may have a place for it. */
  readonly path: string
  readonly box?: number
  readonly group?: number
}

/** A part of the picture that is laid out, its coordinates relative to its own corner. */
export interface Block {
  readonly width: number
  readonly height: number
  readonly boxes: readonly (Rectangle & { readonly box: number })[]
  readonly frames: readonly (Rectangle & { readonly group: number })[]
  /** By edge: its part inside this block. */
  readonly curves: ReadonlyMap<DiagramEdge, Curve>
  /** By edge that comes in or leaves: where it passes the border. */
  readonly ports: ReadonlyMap<DiagramEdge, Point>
}

export interface LaidOut {
  readonly block: Block
  readonly at: Point
}

/** Several blocks in one, with the curves that were drawn between them joined to the parts inside them. */
export function composed(
  size: { readonly width: number; readonly height: number },
  parts: ReadonlyMap<string, LaidOut>,
  drawn: readonly { readonly link: Link; readonly curve: Curve }[],
): Omit<Block, 'ports'> {
  const curves = new Map<DiagramEdge, Curve>()
  for (const { block, at } of parts.values())
    for (const [edge, curve] of block.curves) curves.set(edge, movedCurve(curve, at))
  for (const { link, curve } of drawn) {
    const inside = (key: string | undefined): Curve[] => {
      const part = key === undefined ? undefined : parts.get(key)
      const found = part?.block.curves.get(link.edge)
      return part === undefined || found === undefined ? [] : [movedCurve(found, part.at)]
    }
    curves.set(link.edge, joined([...inside(link.from), curve, ...inside(link.to)]))
  }
  const all = [...parts.values()]
  return {
    ...size,
    boxes: all.flatMap(({ block, at }) => block.boxes.map((one) => moved(one, at))),
    frames: all.flatMap(({ block, at }) => block.frames.map((one) => moved(one, at))),
    curves,
  }
}

function moved<R extends Rectangle>(one: R, by: Point): R {
  return { ...one, x: one.x + by.x, y: one.y + by.y }
}

/** Where an edge meets an item that is laid out: at the port of an opened module, else undefined. */
export function portOf({ block, at }: LaidOut, edge: DiagramEdge): Point | undefined {
  const port = block.ports.get(edge)
  return port === undefined ? undefined : point(port.x + at.x, port.y + at.y)
}

/** The scenes of a diagram: which items each of them has, and which item of a scene a box lies in. */
export class Scenes {
  readonly #diagram: Diagram
  readonly #items = new Map<number | undefined, Item[]>()

  constructor(diagram: Diagram) {
    this.#diagram = diagram
    for (const box of diagram.boxes)
      this.#itemsOf(this.#scene(box.group)).push({ key: `b${box.id}`, path: box.path, box: box.id })
    for (const group of diagram.groups) {
      if (group.kind === 'family') continue
      this.#itemsOf(this.#scene(group.group)).push({ key: `g${group.id}`, path: group.path, group: group.id })
    }
  }

  itemsOf(scene: number | undefined): readonly Item[] {
    return this.#items.get(scene) ?? []
  }

  /** The key of the item of a scene that a box lies in; undefined where it lies outside. */
  itemAround(box: number, scene: number | undefined): string | undefined {
    let key = `b${box}`
    let at = this.#scene(this.#diagram.boxes[box]?.group)
    while (at !== scene) {
      if (at === undefined) return undefined
      key = `g${at}`
      at = this.#scene(this.#diagram.groups[at]?.group)
    }
    return key
  }

  #itemsOf(scene: number | undefined): Item[] {
    const known = this.#items.get(scene)
    if (known !== undefined) return known
    const made: Item[] = []
    this.#items.set(scene, made)
    return made
  }

  /** The innermost opened module; backbones and fusions are none. */
  #scene(group: number | undefined): number | undefined {
    let at = group
    while (at !== undefined && this.#diagram.groups[at]?.kind === 'family')
      at = this.#diagram.groups[at]?.group
    return at
  }
}

/** An edge as a scene sees it. An end that lies outside of the scene is undefined. */
export interface Link {
  readonly edge: DiagramEdge
  readonly from: string | undefined
  readonly to: string | undefined
}

export function linksOf(diagram: Diagram, scenes: Scenes, scene: number | undefined): Link[] {
  return diagram.edges.flatMap((edge): Link[] => {
    const from = scenes.itemAround(edge.from, scene)
    const to = scenes.itemAround(edge.to, scene)
    return from === to ? [] : [{ edge, from, to }]
  })
}
