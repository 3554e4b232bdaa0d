// How the directions of edges look: a colour and a dash each, the usual ones the same in every picture.
import type { Diagram, DiagramEdge, EdgeKind } from '../../compiler/analysis/diagram/model.ts'
import type { RoleName } from './colours.ts'

export interface Direction {
  readonly name: string
  readonly kind: EdgeKind
  readonly edge: RoleName
  readonly head: RoleName
  readonly dash: readonly number[]
  /** What marks the beginning of its edges. */
  readonly tail: 'dot' | 'none'
}

type Look = Pick<Direction, 'edge' | 'head' | 'dash' | 'tail'>

const series = (index: number, dash: readonly number[], tail: Look['tail'] = 'none'): Look => ({
  edge: `edge${index}`,
  head: `head${index}`,
  dash,
  tail,
})

/** The colours of the first three are those of the connections on the page of a run. */
const usual: ReadonlyMap<string, Look> = new Map([
  ['forward', series(0, [])],
  ['upward', series(1, [7, 3])],
  ['downward', series(2, [2, 3])],
  ['skip', series(3, [], 'dot')],
])

const others: readonly Look[] = [
  series(5, [5, 2]),
  series(6, [12, 3]),
  series(4, [4, 2, 1, 2]),
  series(5, [1, 3]),
]

export function directionsOf(diagram: Diagram): readonly Direction[] {
  const found = new Map<string, DiagramEdge>()
  for (const edge of diagram.edges) if (!found.has(directionKey(edge))) found.set(directionKey(edge), edge)
  const known = [...usual.keys()]
  const rank = ({ kind, direction }: DiagramEdge): number => {
    if (kind !== 'fusion') return kind === 'backbone' ? 200 : 300
    return known.includes(direction) ? known.indexOf(direction) : 100
  }
  const ordered = [...found.values()].sort((a, b) => rank(a) - rank(b))
  let unusual = 0
  return ordered.map((edge): Direction => {
    const { kind, direction } = edge
    if (kind === 'backbone') return { name: direction, kind, ...series(7, []) }
    if (kind === 'flow')
      return { name: direction, kind, edge: 'flow', head: 'flow-head', dash: [], tail: 'none' }
    const look = usual.get(direction) ?? others[unusual++ % others.length] ?? series(5, [])
    return { name: direction, kind, ...look }
  })
}

export function directionKey({ kind, direction }: Pick<DiagramEdge, 'kind' | 'direction'>): string {
  return `${kind} ${direction}`
}

/** The denser an edge's weights, the wider its line. */
export function strokeWidth({ kind, density }: DiagramEdge): number {
  if (kind === 'backbone') return 2
  return density === undefined ? 1.5 : Math.round((0.9 + 1.7 * density) * 100) / 100
}
