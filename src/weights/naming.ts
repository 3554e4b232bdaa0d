// Names to paths: which parameter each tensor of a checkpoint is meant for, by a rename map or by equal names.
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../compiler/ir/graph.ts'
import { suggest } from '../compiler/text/suggest.ts'
import type { NamedTensors } from './named-tensors.ts'
import type { Captures } from './patterns.ts'
import type { RenameMap, RenameRule } from './rename-map.ts'
import { RenameValues } from './rename-values.ts'

/** The tensor that fills a parameter, and how its axes are reordered. */
export interface Source {
  readonly tensor: string
  readonly permute?: readonly number[]
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

export function equalNames(graph: Graph, { entries }: NamedTensors): Naming {
  const paths = new Set(graph.parameters.map(({ path }) => path))
  const names = [...entries.keys()]
  const unused = names.filter((name) => !paths.has(name))
  return {
    targets: names.filter((name) => paths.has(name)).map((name) => ({ path: name, tensor: name })),
    problems: unusedProblem(unused, names.length, undefined),
    explainMissing: false,
  }
}

function unusedProblem(names: readonly string[], total: number, map: RenameMap | undefined): Problem[] {
  return names.length === 0
    ? []
    : [problem('weights-unused', { names, total, renamed: map === undefined ? 'as they are' : 'by a map' })]
}

/** One tensor that a rule takes. */
interface Hit {
  readonly rule: RenameRule
  readonly tensor: string
  readonly path: string
}

export function mappedNames(map: RenameMap, graph: Graph, { entries }: NamedTensors): Naming {
  const values = new RenameValues(map, graph)
  if (values.problems.length > 0) return { targets: [], problems: values.problems, explainMissing: true }
  const names = [...entries.keys()].filter((name) => !map.ignore.some((pattern) => pattern.test(name)))
  const hits: Hit[] = []
  const unused: string[] = []
  const broken: Problem[] = []
  const idle = new Set(map.rules)
  for (const tensor of names) {
    const found = firstRule(map, tensor)
    if (found === undefined) {
      unused.push(tensor)
      continue
    }
    const { rule, captures, leaf } = found
    idle.delete(rule)
    const path = values.fill(rule.to, captures, `rule ${rule.number}, to`)
    if (typeof path === 'string') hits.push({ rule, tensor, path: path + leaf })
    else if (path !== undefined) broken.push(path)
  }
  const none = idle.size === map.rules.length
  const elsewhere = none ? [] : elsewhereProblems(hits, graph)
  const paths = new Set(graph.parameters.map((one) => one.path))
  return {
    targets: hits
      .filter(({ path }) => paths.has(path))
      .map(({ rule, tensor, path }) => ({
        path,
        tensor,
        ...orderFor(rule, entries.get(tensor)?.shape ?? []),
      })),
    problems: [
      ...broken,
      ...elsewhere,
      ...(none ? [] : idleProblems(map, idle)),
      ...unusedProblem(unused, names.length, map),
    ],
    explainMissing: none || broken.length > 0 || elsewhere.length > 0,
  }
}

type RuleMatch = {
  readonly rule: RenameRule
  readonly captures: Captures
  /** What the module's new name goes on with: `.weight`. */
  readonly leaf: string
}

/** A rule names a module, whose tensors keep the last part of their names, or a tensor. */
function firstRule({ rules }: RenameMap, tensor: string): RuleMatch | undefined {
  const dot = tensor.lastIndexOf('.')
  for (const rule of rules) {
    const module = dot === -1 ? undefined : rule.from.match(tensor.slice(0, dot))
    if (module !== undefined) return { rule, captures: module, leaf: tensor.slice(dot) }
    const whole = rule.from.match(tensor)
    if (whole !== undefined) return { rule, captures: whole, leaf: '' }
  }
  return undefined
}

/** A bias has no axes to reorder: a rule's order is that of the tensors with as many axes. */
function orderFor({ permute }: RenameRule, shape: readonly number[]): Pick<Source, 'permute'> {
  return permute?.length === shape.length ? { permute } : {}
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
      names: of.map((one) => one.tensor),
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
