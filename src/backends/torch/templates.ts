// One class of many scopes: numbers that differ become its arguments.
import type { ClassArgument, Draft, ModuleClass, Recovery, Step } from './model.ts'
import { claim, className, segmentOf, snakeCase, variableName } from './names.ts'
import type { Scope } from './scopes.ts'
import { holesIn, sameLiteral, type Hole, type Literal } from './python.ts'

/** Steps from which on members of a family are worth a class. */
const leastSteps = 4

/** Of a family of tensors: `state[1]`. */
export const isMember = ({ segment }: Scope): boolean => segmentOf(segment).index !== undefined

/** One class of all instances; undefined where there is nothing to gain by one. */
export function unified(instances: readonly Draft[], recovery: Recovery): ModuleClass | undefined {
  const [draft] = instances
  if (draft === undefined) return undefined
  const { scope } = draft
  const isLandmark = recovery.landmarks.has(scope.path)
  const isPlain = scope.block === undefined && !isLandmark && !recovery.families.has(scope.path)
  if (isPlain && (instances.length === 1 || draft.steps.length < leastSteps)) return undefined
  if (isLandmark && instances.length === 1 && !recovery.nodes.has(scope.path)) return undefined
  const name = isLandmark
    ? `${className(segmentOf(scope.parent?.segment ?? '').name)}${className(segmentOf(scope.segment).name)}`
    : className(scope.block?.block ?? segmentOf(scope.segment).name)
  return { ...template(instances), name: claim(name, recovery.names), doc: scope.block?.doc }
}

type Template = Omit<ModuleClass, 'name' | 'doc'>

/** Numbers that differ between the instances become arguments; those that always agree are one. */
export function template(instances: readonly Draft[]): Template {
  const [draft] = instances
  if (draft === undefined) throw new Error('a class without instances')
  const vectors = draft.holes.map((_, at) => instances.map(({ holes }) => holes[at]?.value ?? 0))
  const groups = new Map<string, { readonly values: readonly Literal[]; readonly holes: Hole[] }>()
  const keys = vectors.map((values, at) => {
    const [first] = values
    const one = draft.holes[at]
    if (one === undefined || values.every((value) => sameLiteral(value, first ?? 0))) return undefined
    const key = JSON.stringify(values)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { values, holes: [one] })
    else group.holes.push(one)
    return key
  })
  const used = new Set<string>()
  const hints = [...groups.values()].map(({ holes }) => snakeCase(holes[0]?.hint ?? ''))
  const isTold = (hint: string): boolean => hints.filter((one) => one === hint).length === 1
  const places = placesOf(draft.steps)
  const chosen = new Map<string, ClassArgument>()
  for (const [key, { values, holes }] of groups) {
    const known = argumentOf(instances, values)
    const hint = snakeCase(holes[0]?.hint ?? 'value')
    const place = holes[0] === undefined ? undefined : places.get(holes[0])
    const name = claim(variableName(known ?? (isTold(hint) ? hint : placed(hint, place))), used)
    const measures = holes.some((one) => one.measures)
    chosen.set(key, { name, values, measures, default: measures ? undefined : usualOf(values) })
  }
  const order = [...chosen.values()]
  const args = [
    ...order.filter((one) => one.default === undefined),
    ...order.filter((one) => one.default !== undefined),
  ]
  return {
    draft,
    instances,
    arguments: args,
    fills: keys.map((key) => (key === undefined ? undefined : chosen.get(key))),
  }
}

/** Where each number is used: the first name on the way to the module. */
function placesOf(steps: readonly Step[]): ReadonlyMap<Hole, string> {
  const places = new Map<Hole, string>()
  for (const { member, construct, value } of steps) {
    const { name } = segmentOf(member?.[0] ?? '')
    for (const one of [...(construct === undefined ? [] : holesIn(construct)), ...holesIn(value)])
      if (name !== '') places.set(one, name)
  }
  return places
}

/** `upward_channels` for what goes into the edge `upward`. */
const placed = (hint: string, place: string | undefined): string =>
  place === undefined ? hint : `${snakeCase(place)}_${hint.replace(/^in_/, '')}`

/** The block's own parameter that has these values everywhere. */
function argumentOf(instances: readonly Draft[], values: readonly Literal[]): string | undefined {
  const [first] = instances
  return first?.scope.block?.arguments.find(({ name }) =>
    instances.every(({ scope }, k) => {
      const given = scope.block?.arguments.find((one) => one.name === name)?.value
      return given !== undefined && sameLiteral(collapsed(given), values[k] ?? 0)
    }),
  )?.name
}

/** A list of equal numbers as that number, as attributes are. */
function collapsed(value: unknown): Literal {
  if (!Array.isArray(value)) return typeof value === 'object' ? '' : (value as Literal)
  const items = value.map(collapsed)
  const [first] = items
  return first !== undefined && items.every((one) => sameLiteral(one, first)) ? first : items
}

/** What most instances have, where that is worth a default. */
function usualOf(values: readonly Literal[]): Literal | undefined {
  if (values.length < 3) return undefined
  const counts = new Map<string, number>()
  for (const value of values) counts.set(JSON.stringify(value), (counts.get(JSON.stringify(value)) ?? 0) + 1)
  const [most] = [...counts].sort((a, b) => b[1] - a[1])
  return most !== undefined && most[1] * 2 > values.length ? (JSON.parse(most[0]) as Literal) : undefined
}
