// Rename maps the other way round: what the checkpoints that a map is for call each parameter of a network. A rule says what becomes of
// names, not which names there are, so names are tried (`rule-search.ts`), and each is held against the map as it is read.
import type { Graph, Parameter } from '../compiler/ir/graph.ts'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { filled, parseGlob } from './globs.ts'
import { firstRule, isIgnored, meaningOf } from './naming.ts'
import { permuted } from './numbers.ts'
import { parseTemplate, type Captures } from './patterns.ts'
import type { RenameMap, RenameRule } from './rename-map.ts'
import { RenameValues } from './rename-values.ts'
import { RuleSearch, Targets } from './rule-search.ts'
import type { Numbers } from './weights.ts'

/** A parameter as those checkpoints have it. */
export interface OfficialTensor {
  readonly parameter: Parameter
  /** All names of the tensor, the one that counts first. */
  readonly names: readonly string[]
  readonly shape: readonly number[]
  /** Axis `k` of the tensor is axis `permute[k]` of the parameter. */
  readonly permute?: readonly number[]
}

/** Every parameter with its names and extents, or what keeps the map from being turned round. */
export function officialTensors(
  graph: Graph,
  map: RenameMap,
  parameters: readonly Parameter[] = graph.parameters,
): { readonly tensors: readonly OfficialTensor[]; readonly problems: readonly Problem[] } {
  const values = new RenameValues(map, graph)
  if (values.problems.length > 0) return { tensors: [], problems: values.problems }
  const found = namesByPath(map, graph, { values, parameters })
  const problems: Problem[] = unnamed(map, parameters, found)
  const tensors = parameters.flatMap((one): OfficialTensor[] => {
    const [named] = found.get(one.path) ?? []
    const official = named && officialOf(one, named, { map, values })
    if (isProblem(official)) problems.push(official)
    return official === undefined || isProblem(official) ? [] : [official]
  })
  return { tensors, problems }
}

/** One name that a rule takes to a path. */
interface Named {
  readonly name: string
  /** All names of the tensor. */
  readonly names: readonly string[]
  readonly rule: RenameRule
  readonly captures: Captures
  /** What the module's name goes on with; empty where the rule is of a tensor's whole name. */
  readonly leaf: string
}

function officialOf(
  parameter: Parameter,
  { names, rule, captures, leaf }: Named,
  { map: { path }, values }: { readonly map: RenameMap; readonly values: RenameValues },
): OfficialTensor | Problem {
  const { shape } = parameter
  const isShaped = leaf === '' || shape.length > 1
  if (rule.shape !== undefined && isShaped) {
    const found = values.extents(rule.shape, captures, { place: `rule ${rule.number}, shape`, shape })
    const extents = found ?? shape
    return isProblem(extents) ? extents : { parameter, names, shape: extents, ...turnedBack(rule, extents) }
  }
  if (rule.reshape && isShaped)
    return problem('rename-no-extents', { path, rule: rule.number, of: parameter.path })
  const back = turnedBack(rule, shape)
  return { parameter, names, shape: back.permute?.map((axis) => shape[axis] ?? 1) ?? shape, ...back }
}

/** The numbers of a parameter as those checkpoints have them. */
export function officialNumbers({ shape, permute }: OfficialTensor, numbers: Numbers): Numbers {
  if (permute === undefined) return numbers
  const turned = permute.map((_, axis) => shape[permute.indexOf(axis)] ?? 1)
  return permuted(numbers, turned, permute)
}

/** The order that undoes a rule's, where it has as many axes. */
function turnedBack(
  { permute }: RenameRule,
  shape: readonly number[],
): { readonly permute?: readonly number[] } {
  return permute?.length === shape.length ? { permute: permute.map((_, axis) => permute.indexOf(axis)) } : {}
}

// ---------------------------------------------------------------- what stands in the way

function unnamed(
  { path }: RenameMap,
  parameters: readonly Parameter[],
  found: ReadonlyMap<string, readonly Named[]>,
): Problem[] {
  const without = parameters.filter((one) => !found.has(one.path)).map((one) => one.path)
  const several = [...found].filter(([, names]) => names.length > 1)
  const [first] = several
  const [one, other] = first?.[1].map(({ name }) => name) ?? []
  return [
    ...(without.length === 0
      ? []
      : [problem('rename-no-name', { path, paths: without, total: parameters.length })]),
    ...(first === undefined || one === undefined || other === undefined
      ? []
      : [problem('rename-two-names', { path, of: first[0], one, other, count: several.length })]),
  ]
}

// ---------------------------------------------------------------- names

function namesByPath(
  map: RenameMap,
  graph: Graph,
  { values, parameters }: { readonly values: RenameValues; readonly parameters: readonly Parameter[] },
): ReadonlyMap<string, readonly Named[]> {
  const targets = new Targets(parameters.map(({ path }) => path))
  // What has no value is told of nothing here, and must not be taken for a mistake of the map there.
  const search = new RuleSearch(new RenameValues(map, graph), targets)
  const found = new Map<string, Named[]>()
  for (const rule of map.rules.filter(({ written }) => written))
    for (const { text, captures } of search.of(rule))
      for (const [path, leaf] of targets.under(text)) {
        const name = filledPattern(rule, captures) + leaf
        const names = writtenNames(map, name)
        const isBack =
          names.length > 0 && names.every((one) => leadsBack(map, values, one, { name, rule, path }))
        const known = found.get(path) ?? []
        if (isBack && !known.some((one) => one.name === name))
          found.set(path, [...known, { name, names, rule, captures, leaf }])
      }
  return found
}

function filledPattern({ from }: RenameRule, captures: Captures): string {
  const parts = parseTemplate(from.text)
  if (typeof parts === 'string') throw new Error(`${from.text}: ${parts}`)
  return parts
    .map((part) => (part.kind === 'literal' ? part.text : String(captures.get(variableOf(part.text)) ?? '')))
    .join('')
}

const variableOf = (text: string): string => text.split(':')[0]?.trim() ?? ''

/** The names under which a checkpoint has a tensor: aliases the other way round, the last one first. */
function writtenNames({ aliases }: RenameMap, name: string): readonly string[] {
  return aliases.toReversed().reduce<readonly string[]>(
    (names, { copy, of, written }) =>
      names.flatMap((one) => {
        const stars = written === 'of' ? undefined : parseGlob(of).match(one)
        if (stars === undefined) return [one]
        const other = filled(copy.text, stars)
        return written === 'copy' ? [other] : [one, other]
      }),
    [name],
  )
}

/** Whether the map takes a name where it should, by the rule that it was made with: an earlier one may take it elsewhere. */
function leadsBack(
  map: RenameMap,
  values: RenameValues,
  written: string,
  { name, rule, path }: { readonly name: string; readonly rule: RenameRule; readonly path: string },
): boolean {
  if (isIgnored(map, written) || meaningOf(map, written) !== name) return false
  const found = firstRule(map, values, name)
  if (found === undefined || isProblem(found) || found.rule !== rule) return false
  const to = values.fill(rule.to, found.captures, `rule ${rule.number}, to`)
  return typeof to === 'string' && to + found.leaf === path
}
