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

/** The parts of a module in order, equal ones counted: `UpConv · concat · Unit ×2`. Of an operator, its kernel and stride. */
export function summaryOf(
  path: string,
  members: readonly GraphNode[],
  fused: FusedModule | undefined,
): string {
  const [first] = members
  if (members.length === 1 && first?.origin.path === path) return kernelOf(first) || nameIfOther(first, path)
  const transparent = new Set(
    fused === undefined ? [] : ['fuse', ...fused.node.edges.map((edge) => edge.name)],
  )
  const parts = new Map<string, { count: number; last: string }>()
  for (const member of members) {
    const segments = member.origin.path.slice(path.length + 1).split('.')
    const depth = transparent.has(bare(segments[0] ?? '')) && segments.length > 1 ? 1 : 0
    const name = partName(member, segments, depth)
    const place = segments.slice(0, depth + 1).join('.')
    const before = parts.get(name)
    if (before === undefined) parts.set(name, { count: 1, last: place })
    else if (before.last !== place) {
      before.count += 1
      before.last = place
    }
  }
  return Array.from(parts, ([name, { count }]) => (count === 1 ? name : `${name} ×${count}`)).join(' · ')
}

function partName(member: GraphNode, segments: readonly string[], depth: number): string {
  const name = bare(segments[depth] ?? member.op)
  const kernel = depth === segments.length - 1 ? kernelOf(member) : ''
  return kernel === '' ? name : `${name} ${kernel}`
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
