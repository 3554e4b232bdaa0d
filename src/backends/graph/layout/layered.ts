// What has no grid, in layers: dagre chooses each item's layer and place in it; the curves are ours, so that they keep clear of
// boxes. Everything is worked out with layers that follow each other downwards, and turned at the end.
import type { DiagramEdge } from '../../../compiler/analysis/diagram/model.ts'
import { emptyGraph, layOut, type LayeredGraph, type LayeredNode as Place } from './dagre.ts'
import { bend, line, mappedCurve, point, type Curve, type Point, type Segment } from './geometry.ts'
import { groupedBy } from '../../../compiler/text/grouped.ts'
import { composed, portOf, type Block, type LaidOut, type Link } from './scene.ts'

export type Flow = 'right' | 'down'

/** A link with the names of its ends in dagre's graph. An end outside of the scene is a port at its border. */
interface Wire {
  readonly link: Link
  readonly from: string
  readonly to: string
  readonly name: string
}

const gaps = { nodesep: 22, edgesep: 14, ranksep: 30 } as const
/** Dagre's best way of ranking takes long; beyond this many items a simpler one does. */
const manyItems = 250
const first = 'first'
const last = 'last'

export function layered(blocks: ReadonlyMap<string, Block>, links: readonly Link[], flow: Flow): Block {
  const wires = links.map(wireOf)
  const graph = dagreGraph(blocks, wires, flow)
  layOut(graph)
  const places = new Map(graph.nodes().map((key): [string, Place] => [key, graph.node(key)]))
  const [origin, size] = extentOf(places, wires)
  const { turn, back } = turning(origin, flow)
  const parts = new Map(
    Array.from(blocks, ([key, block]) => [key, laidOut(block, placeOf(places, key), turn)]),
  )
  const bands = bandsOf(Array.from(blocks.keys(), (key) => placeOf(places, key)))
  const ends = new Ends(wires, places)
  const drawn = wires.map((wire) => {
    const { points = [] } = graph.edge(wire.from, wire.to, wire.name)
    const { link } = wire
    const from = portBack(parts, link.from, link.edge, back) ?? ends.start(wire)
    const to = portBack(parts, link.to, link.edge, back) ?? ends.end(wire)
    return { link, curve: mappedCurve(curveThrough(from, points.slice(1, -1), to, bands), turn) }
  })
  const whole = flow === 'down' ? size : { width: size.height, height: size.width }
  return { ...composed(whole, parts, drawn), ports: portsOf(drawn) }
}

function wireOf(link: Link, k: number): Wire {
  const { edge, from, to } = link
  return {
    link,
    from: from ?? `in ${edge.from} ${edge.direction}`,
    to: to ?? `out ${edge.from}`,
    name: String(k),
  }
}

/** Ports stand in layers of their own, before and after everything else. */
function dagreGraph(blocks: ReadonlyMap<string, Block>, wires: readonly Wire[], flow: Flow): LayeredGraph {
  const graph = emptyGraph()
  graph.setGraph({ ...gaps, ranker: blocks.size > manyItems ? 'longest-path' : 'network-simplex' })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const [key, { width, height }] of blocks)
    graph.setNode(key, flow === 'down' ? { width, height } : { width: height, height: width })
  const incoming = new Set(wires.flatMap((one) => (one.link.from === undefined ? [one.from] : [])))
  const outgoing = new Set(wires.flatMap((one) => (one.link.to === undefined ? [one.to] : [])))
  for (const key of [...incoming, ...outgoing]) graph.setNode(key, { width: 0, height: 0 })
  for (const { from, to, name } of wires) graph.setEdge(from, to, { weight: 1, minlen: 1 }, name)
  holdPorts(graph, [...blocks.keys()], incoming, outgoing, wires)
  return graph
}

/** Ports before everything that nothing feeds, and after everything that feeds nothing. */
function holdPorts(
  graph: LayeredGraph,
  keys: readonly string[],
  incoming: ReadonlySet<string>,
  outgoing: ReadonlySet<string>,
  wires: readonly Wire[],
): void {
  const fed = new Set(wires.map((one) => one.to))
  const feeding = new Set(wires.map((one) => one.from))
  const held = (from: string, to: string, minlen: number): void => {
    graph.setEdge(from, to, { weight: minlen === 1 ? 100 : 0, minlen }, 'held')
  }
  if (incoming.size > 0) {
    graph.setNode(first, { width: 0, height: 0 })
    for (const key of incoming) held(first, key, 1)
    for (const key of keys) if (!fed.has(key)) held(first, key, 2)
  }
  if (outgoing.size > 0) {
    graph.setNode(last, { width: 0, height: 0 })
    for (const key of outgoing) held(key, last, 1)
    for (const key of keys) if (!feeding.has(key)) held(key, last, 2)
  }
}

function placeOf(places: ReadonlyMap<string, Place>, key: string): Place {
  const found = places.get(key)
  if (found === undefined) throw new Error(`no place for ${key}`)
  return found
}

/** Around everything but the nodes that only hold the ports: at a side with ports, they are the border. */
function extentOf(
  places: ReadonlyMap<string, Place>,
  wires: readonly Wire[],
): [Point, { width: number; height: number }] {
  const shown = [...places].flatMap(([key, place]) => (key === first || key === last ? [] : [place]))
  const left = Math.min(...shown.map((one) => one.x - one.width / 2))
  const right = Math.max(...shown.map((one) => one.x + one.width / 2))
  const top = Math.min(...shown.map((one) => one.y - one.height / 2))
  const bottom = Math.max(...shown.map((one) => one.y + one.height / 2))
  const inner = wires.length === 0 ? 0 : gaps.edgesep
  return [point(left - inner, top), { width: right - left + 2 * inner, height: bottom - top }]
}

function laidOut(block: Block, place: Place, turn: (at: Point) => Point): LaidOut {
  const centre = turn(place)
  return { block, at: point(centre.x - block.width / 2, centre.y - block.height / 2) }
}

interface Turning {
  /** From dagre's orientation to the picture's. */
  turn(at: Point): Point
  back(at: Point): Point
}

function turning(origin: Point, flow: Flow): Turning {
  if (flow === 'down')
    return {
      turn: (at) => point(at.x - origin.x, at.y - origin.y),
      back: (at) => point(at.x + origin.x, at.y + origin.y),
    }
  return {
    turn: (at) => point(at.y - origin.y, at.x - origin.x),
    back: (at) => point(at.y + origin.x, at.x + origin.y),
  }
}

/** The port of an opened module, as dagre would give it. */
function portBack(
  parts: ReadonlyMap<string, LaidOut>,
  key: string | undefined,
  edge: DiagramEdge,
  back: (at: Point) => Point,
): Point | undefined {
  const part = key === undefined ? undefined : parts.get(key)
  const port = part === undefined ? undefined : portOf(part, edge)
  return port === undefined ? undefined : back(port)
}

function portsOf(
  drawn: readonly { readonly link: Link; readonly curve: Curve }[],
): ReadonlyMap<DiagramEdge, Point> {
  const ports = new Map<DiagramEdge, Point>()
  for (const { link, curve } of drawn) {
    if (link.from === undefined) ports.set(link.edge, curve.start)
    else if (link.to === undefined) ports.set(link.edge, curve.segments.at(-1)?.to ?? curve.start)
  }
  return ports
}

// ---------------------------------------------------------------- curves

/** Where the wires of an item begin and end, side by side in the order of their other ends. */
class Ends {
  readonly #places: ReadonlyMap<string, Place>
  readonly #shares = new Map<string, number>()

  constructor(wires: readonly Wire[], places: ReadonlyMap<string, Place>) {
    this.#places = places
    for (const side of ['from', 'to'] as const) {
      const other = side === 'from' ? 'to' : 'from'
      const byItem = groupedBy(wires, (one) => one[side])
      for (const own of byItem.values()) {
        const ordered = own.toSorted((a, b) => placeOf(places, a[other]).x - placeOf(places, b[other]).x)
        ordered.forEach((one, k) => this.#shares.set(`${side} ${one.name}`, k - (own.length - 1) / 2))
      }
    }
  }

  start(wire: Wire): Point {
    return this.#at(wire, 'from', this.#isUpwards(wire) ? -1 : 1)
  }

  end(wire: Wire): Point {
    return this.#at(wire, 'to', this.#isUpwards(wire) ? 1 : -1)
  }

  #isUpwards(wire: Wire): boolean {
    return placeOf(this.#places, wire.to).y < placeOf(this.#places, wire.from).y
  }

  #at(wire: Wire, side: 'from' | 'to', edge: 1 | -1): Point {
    const { x, y, width, height } = placeOf(this.#places, wire[side])
    const share = this.#shares.get(`${side} ${wire.name}`) ?? 0
    const reach = Math.max(1, Math.abs(share))
    const step = Math.min(14, (0.36 * width) / reach)
    return point(x + share * step, y + (edge * height) / 2)
  }
}

interface Band {
  readonly middle: number
  readonly start: number
  readonly end: number
}

/** The layers, each as high as its highest item. */
function bandsOf(places: readonly Place[]): Band[] {
  const heights = new Map<number, number>()
  for (const { y, height } of places) heights.set(y, Math.max(heights.get(y) ?? 0, height))
  return Array.from(heights, ([y, height]) => ({
    middle: y,
    start: y - height / 2,
    end: y + height / 2,
  })).sort((a, b) => a.middle - b.middle)
}

/** Straight through the layers, where dagre has left room, and bent between them. */
function curveThrough(from: Point, between: readonly Point[], to: Point, bands: readonly Band[]): Curve {
  const isUp = to.y < from.y
  const across = (at: Point): Point[] => {
    const band = bands.find((one) => Math.abs(one.middle - at.y) < 0.5)
    if (band === undefined) return []
    const ends = [point(at.x, band.start), point(at.x, band.end)]
    return isUp ? ends.toReversed() : ends
  }
  const bandAt = (y: number): Band | undefined =>
    bands.find((one) => y > one.start - 0.5 && y < one.end + 0.5)
  const [leaves, enters] = [bandAt(from.y), bandAt(to.y)]
  const stops = [
    point(from.x, leaves === undefined ? from.y : isUp ? leaves.start : leaves.end),
    ...between.flatMap(across),
    point(to.x, enters === undefined ? to.y : isUp ? enters.end : enters.start),
  ]
  const segments: Segment[] = []
  let at = from
  stops.forEach((stop, k) => {
    if (stop.x !== at.x || stop.y !== at.y) segments.push(k % 2 === 0 ? line(stop) : bend(at, stop, 'y'))
    at = stop
  })
  if (at.y !== to.y) segments.push(line(to))
  return { start: from, segments }
}
