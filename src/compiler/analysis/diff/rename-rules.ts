// A rename map for a checkpoint of A: a rule for each family of modules whose names change alike, in the form that `--rename` reads.
import type { ProposedMap, RenamedParameter } from './document.ts'
import { groupBy, indicesOf, skeletonOf } from './path-patterns.ts'

interface ModuleName {
  readonly before: string
  readonly after: string
}

interface Rule {
  readonly from: string
  readonly to: string
}

/** `filled` holds every parameter that is loaded, `idle` the paths of A that are not. */
export function proposedMap(
  filled: readonly RenamedParameter[],
  idle: readonly string[],
  [before, after]: readonly [string, string],
): ProposedMap {
  const modules = modulesOf(filled)
  const groups = [
    ...groupBy(modules, (one) => `${skeletonOf(one.before)} > ${skeletonOf(one.after)}`).values(),
  ]
  // Where modules of one form go different ways, a pattern for one of them would take the others too.
  const forms = groupBy(groups, ([first]) => skeletonOf(first?.before ?? ''))
  const rules = groups.flatMap((group) => {
    const alone = (forms.get(skeletonOf(group[0]?.before ?? '')) ?? []).length === 1
    const folded = alone ? foldedRule(group) : undefined
    return folded === undefined ? group.map(literalRule) : [folded]
  })
  const about = `From a checkpoint of ${before} to ${after}, as weft diff proposes it.`
  const map = { format: 'weft-rename-1' as const, about, rules }
  return idle.length === 0 ? map : { ...map, ignore: idle.toSorted(byText) }
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A rule is of a module where all its loaded parameters keep the last part of their names, which they always do. */
function modulesOf(filled: readonly RenamedParameter[]): ModuleName[] {
  const names = new Map<string, ModuleName>()
  for (const { before, after } of filled)
    names.set(moduleOf(before), { before: moduleOf(before), after: moduleOf(after) })
  return [...names.values()]
}

function moduleOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.')))
}

function literalRule({ before, after }: ModuleName): Rule {
  return { from: before, to: after }
}

const variables = ['i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r'] as const

/** One rule for all: each index of the new name is an index of the old one, that plus a constant, or a constant. */
function foldedRule(group: readonly ModuleName[]): Rule | undefined {
  const [first] = group
  if (first === undefined) return undefined
  if (group.length === 1) return literalRule(first)
  const before = group.map((one) => indicesOf(one.before))
  const after = group.map((one) => indicesOf(one.after))
  if ((before[0]?.length ?? 0) > variables.length) return undefined
  const terms = (after[0] ?? []).map((_, place) => termFor(place, before, after))
  if (!terms.every((one) => one !== undefined)) return undefined
  let [from, to] = [0, 0]
  return {
    from: skeletonOf(first.before).replaceAll('#', () => `{${variables[from++] ?? ''}}`),
    to: skeletonOf(first.after).replaceAll('#', () => terms[to++] ?? ''),
  }
}

type Indices = readonly (readonly number[])[]

/** `{i}`, `{i+1}` or `0` for one index of the new names. */
function termFor(place: number, before: Indices, after: Indices): string | undefined {
  const shift = (from: number): number | undefined => {
    const shifts = new Set(after.map((one, at) => (one[place] ?? 0) - (before[at]?.[from] ?? 0)))
    return shifts.size === 1 ? [...shifts][0] : undefined
  }
  const places = (before[0] ?? []).map((_, from) => from)
  const ordered = places.toSorted((x, y) => Number(y === place) - Number(x === place))
  const plain = ordered.find((from) => shift(from) === 0)
  if (plain !== undefined) return `{${variables[plain] ?? ''}}`
  const values = new Set(after.map((one) => one[place]))
  if (values.size === 1) return String([...values][0] ?? 0)
  const shifted = ordered.find((from) => shift(from) !== undefined)
  if (shifted === undefined) return undefined
  const by = shift(shifted) ?? 0
  return `{${variables[shifted] ?? ''}${by < 0 ? '' : '+'}${by}}`
}
