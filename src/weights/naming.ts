// Names to paths: which parameter each tensor of a checkpoint is meant for, by a rename map or by equal names.
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../compiler/ir/graph.ts'
import { suggest } from '../compiler/text/suggest.ts'
import { filled } from './globs.ts'
import type { NamedTensors } from './named-tensors.ts'
import type { Captures } from './patterns.ts'
import type { RenameMap, RenameRule } from './rename-map.ts'
import { RenameValues } from './rename-values.ts'

/** The tensor that fills a parameter, and how its axes are reordered. */
export interface Source {
  readonly tensor: string
  readonly permute?: readonly number[]
  /** It takes the shape of its parameter. */
  readonly reshape?: true
  /** Tensors that are the same one under other names. */
  readonly copies?: readonly string[]
}

export interface Target extends Source {
  readonly path: string
}

export interface Naming {
  readonly targets: readonly Target[]
  readonly problems: readonly Problem[]
  /** Mistakes are told from which missing parameters follow. */
  readonly explainMissing: boolean
}

/** Decides for all tensors of a file, whose names may have a prefix before what the map or the network knows. */
export function nameTensors(
  graph: Graph,
  { entries }: NamedTensors,
  map: RenameMap | undefined,
  prefix: string,
): Naming {
  const names = [...entries.keys()].map((tensor) => ({ tensor, name: withoutPrefix(tensor, prefix) }))
  return map === undefined
    ? equalNames(graph, { names, entries })
    : mappedNames(map, graph, { names, entries })
}

const withoutPrefix = (tensor: string, prefix: string): string =>
  tensor.startsWith(prefix) ? tensor.slice(prefix.length) : tensor

interface Named {
  /** As the file has it. */
  readonly tensor: string
  readonly name: string
}

function equalNames(graph: Graph, { names, entries }: Given): Naming {
  const paths = new Set(graph.parameters.map(({ path }) => path))
  const unused = names
    .filter(({ name, tensor }) => !paths.has(name) && isBuilt(entries, tensor))
    .map(({ tensor }) => tensor)
  return {
    targets: names.filter(({ name }) => paths.has(name)).map(({ name, tensor }) => ({ path: name, tensor })),
    problems: unusedProblem(unused, names.length, undefined),
    explainMissing: false,
  }
}

function unusedProblem(names: readonly string[], total: number, map: RenameMap | undefined): Problem[] {
  return names.length === 0
    ? []
    : [problem('weights-unused', { names, total, renamed: map === undefined ? 'as they are' : 'by a map' })]
}

/** One tensor that a rule takes, with its copies. */
interface Hit {
  readonly rule: RenameRule
  readonly source: Source
  readonly path: string
}

/** What is no tensor, and no parameter needs, is nobody's loss. */
const isBuilt = (entries: NamedTensors['entries'], tensor: string): boolean =>
  entries.get(tensor)?.unbuilt === undefined

interface Given {
  readonly names: readonly Named[]
  readonly entries: NamedTensors['entries']
}

function mappedNames(map: RenameMap, graph: Graph, given: Given): Naming {
  const values = new RenameValues(map, graph)
  if (values.problems.length > 0) return { targets: [], problems: values.problems, explainMissing: true }
  const names = given.names.filter(({ name, tensor }) => !isIgnored(map, name) && !isIgnored(map, tensor))
  const hits: Hit[] = []
  const unused: string[] = []
  const broken: Problem[] = []
  const idle = new Set(map.rules)
  for (const [name, tensors] of byMeaning(map, names)) {
    const found = firstRule(map, values, name)
    if (isProblem(found)) {
      broken.push(found)
      continue
    }
    if (found === undefined) {
      unused.push(...tensors.filter((tensor) => isBuilt(given.entries, tensor)))
      continue
    }
    const { rule, captures, leaf } = found
    idle.delete(rule)
    const path = values.fill(rule.to, captures, `rule ${rule.number}, to`)
    if (typeof path === 'string')
      hits.push({ rule, path: path + leaf, source: sourceOf(rule, tensors, given) })
    else if (path !== undefined) broken.push(path)
  }
  const none = idle.size === map.rules.length
  const elsewhere = none ? [] : elsewhereProblems(hits, graph)
  const paths = new Set(graph.parameters.map((one) => one.path))
  return {
    targets: hits.filter(({ path }) => paths.has(path)).map(({ path, source }) => ({ path, ...source })),
    problems: [
      ...broken,
      ...elsewhere,
      ...(none ? [] : idleProblems(map, idle)),
      ...unusedProblem(unused, names.length, map),
    ],
    explainMissing: none || broken.length > 0 || elsewhere.length > 0,
  }
}

export const isIgnored = ({ ignore }: RenameMap, name: string): boolean =>
  ignore.some((glob) => glob.match(name) !== undefined)

/** Tensors by the name that counts: the one of that name first, then its copies. */
function byMeaning(map: RenameMap, names: readonly Named[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>()
  for (const { tensor, name } of names) {
    const meant = meaningOf(map, name)
    const group = groups.get(meant) ?? []
    if (meant === name) group.unshift(tensor)
    else group.push(tensor)
    groups.set(meant, group)
  }
  return groups
}

export function meaningOf({ aliases }: RenameMap, name: string): string {
  return aliases.reduce((known, { copy, of }) => {
    const stars = copy.match(known)
    return stars === undefined ? known : filled(of, stars)
  }, name)
}

/** A bias has no axes to reorder: a rule's order is that of the tensors with as many axes. */
function sourceOf({ permute, reshape }: RenameRule, tensors: readonly string[], { entries }: Given): Source {
  const [tensor = '', ...copies] = tensors
  const isOrdered = permute?.length === entries.get(tensor)?.shape.length
  return {
    tensor,
    ...(permute !== undefined && isOrdered ? { permute } : {}),
    ...(reshape ? { reshape } : {}),
    ...(copies.length === 0 ? {} : { copies }),
  }
}

type RuleMatch = {
  readonly rule: RenameRule
  readonly captures: Captures
  /** What the module's new name goes on with: `.weight`. */
  readonly leaf: string
}

/** A rule names a module, whose tensors keep the last part of their names, or a tensor. */
export function firstRule(
  { rules }: RenameMap,
  values: RenameValues,
  tensor: string,
): RuleMatch | Problem | undefined {
  const dot = tensor.lastIndexOf('.')
  for (const rule of rules) {
    const module = dot === -1 ? undefined : rule.from.match(tensor.slice(0, dot))
    const captures = module ?? rule.from.match(tensor)
    if (captures === undefined) continue
    const isMeant = rule.when === undefined || values.holds(rule.when, captures, `rule ${rule.number}, when`)
    if (isProblem(isMeant)) return isMeant
    if (isMeant === true) return { rule, captures, leaf: module === undefined ? '' : tensor.slice(dot) }
  }
  return undefined
}

function elsewhereProblems(hits: readonly Hit[], graph: Graph): Problem[] {
  const paths = graph.parameters.map((one) => one.path)
  const known = new Set(paths)
  const byRule = new Map<RenameRule, Hit[]>()
  for (const hit of hits)
    if (!known.has(hit.path)) byRule.set(hit.rule, [...(byRule.get(hit.rule) ?? []), hit])
  return [...byRule].map(([rule, of]) =>
    problem('weights-elsewhere', {
      rule: rule.number,
      names: of.map(({ source }) => source.tensor),
      path: of[0]?.path ?? '',
      suggestion: suggest(of[0]?.path ?? '', paths),
    }),
  )
}

function idleProblems({ path, rules }: RenameMap, idle: ReadonlySet<RenameRule>): Problem[] {
  return rules
    .filter((rule) => idle.has(rule) && !rule.optional)
    .map((rule) => problem('rename-idle', { path, rule: rule.number, from: rule.from.text }))
}
