// What is written in a box: a short name, and what the box is made of.
import type { GraphNode } from '../../ir/graph.ts'
import type { FusedModule } from './outline.ts'

/** `encoder.level[2]` as `encoder[2]`, `lattice.node[0,3]` as `lattice[0,3]`; of other paths the last part. */
export function labelOf(path: string): string {
  const segments = path.split('.')
  const last = segments.at(-1) ?? path
  const member = /^(?:level|node)(\[.*\])$/.exec(last)
  const family = segments.at(-2)
  return member === null || family === undefined ? last : `${family}${member[1]}`
}

/**
 * Operators that join, cut, pass on, normalise or activate: as on figures of papers, left out where there is anything else to
 * name.
 */
const minor: ReadonlySet<string> = new Set(
  (
    'concat add identity slice crop_like dropout gaussian_noise batch_norm instance_norm layer_norm group_norm ' +
    'relu leaky_relu elu prelu gelu silu hard_swish relu6'
  ).split(' '),
)

/** The parts of a module in order, equal ones counted: `UpConv · Unit ×2`. Of an operator, its kernel and stride. */
export function summaryOf(
  path: string,
  members: readonly GraphNode[],
  fused: FusedModule | undefined,
): string {
  const [first] = members
  if (members.length === 1 && first?.origin.path === path) return kernelOf(first) || nameIfOther(first, path)
  if (members.length === 1 && first !== undefined) return `${first.op} ${kernelOf(first)}`.trimEnd()
  const all = partsOf(path, members, fused)
  const major = all.filter(([name]) => !minor.has(name))
  const shown = major.length > 0 ? major : all
  return shown.map(([name, count]) => (count === 1 ? name : `${name} ×${count}`)).join(' · ')
}

function partsOf(
  path: string,
  members: readonly GraphNode[],
  fused: FusedModule | undefined,
): [name: string, count: number][] {
  const transparent = new Set(
    fused === undefined ? [] : ['fuse', ...fused.node.edges.map((edge) => edge.name)],
  )
  const places = new Map<string, Set<string>>()
  for (const member of members) {
    const segments = member.origin.path.slice(path.length + 1).split('.')
    const depth = transparent.has(bare(segments[0] ?? '')) && segments.length > 1 ? 1 : 0
    const name = bare(segments[depth] ?? member.op)
    const place = segments.slice(0, depth + 1).join('.')
    places.set(name, (places.get(name) ?? new Set()).add(place))
  }
  return Array.from(places, ([name, found]) => [name, found.size])
}

function nameIfOther(node: GraphNode, path: string): string {
  return bare(path.split('.').at(-1) ?? '') === node.op ? '' : node.op
}

/** Without the ordinal or index at its end. */
function bare(segment: string): string {
  return segment.replace(/\[[^\]]*\]$/, '')
}

/** `3×3×3`, `3×3×3 /2`; empty for operators without a kernel. */
function kernelOf({ attributes }: GraphNode): string {
  const { kernel, stride } = attributes
  if (!isNumbers(kernel)) return ''
  const steps = isNumbers(stride) && stride.some((one) => one !== 1) ? ` /${product(stride)}` : ''
  return kernel.join('×') + steps
}

const product = (sides: readonly number[]): string =>
  sides.every((side) => side === sides[0]) ? String(sides[0]) : sides.join('×')

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'number')
}
