// Rename maps the other way round: what the checkpoints that a map is for call each parameter of a network. A rule says what becomes of
// names, not which names there are, so names are tried: whole numbers from 0 for what a pattern captures, as far as the path goes along.
import type { Graph, Parameter } from '../compiler/ir/graph.ts'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { filled, parseGlob } from './globs.ts'
import { firstRule, isIgnored, meaningOf } from './naming.ts'
import { permuted } from './numbers.ts'
import { parseTemplate, type Captures } from './patterns.ts'
import type { RenameMap, RenameRule } from './rename-map.ts'
import { RenameValues } from './rename-values.ts'
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
  const search = new Search(new RenameValues(map, graph), targets)
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

// ---------------------------------------------------------------- paths

/** The paths of parameters, and of the modules that hold them. */
class Targets {
  readonly #sorted: readonly string[]
  readonly #under = new Map<string, [path: string, leaf: string][]>()

  constructor(paths: readonly string[]) {
    for (const path of paths) {
      this.#add(path, path, '')
      const dot = path.lastIndexOf('.')
      if (dot !== -1) this.#add(path.slice(0, dot), path, path.slice(dot))
    }
    this.#sorted = [...this.#under.keys()].toSorted((a, b) => (a < b ? -1 : 1))
  }

  #add(target: string, path: string, leaf: string): void {
    this.#under.set(target, [...(this.#under.get(target) ?? []), [path, leaf]])
  }

  /** The parameters that a target stands for, each with what its name goes on with. */
  under(target: string): readonly (readonly [path: string, leaf: string])[] {
    return this.#under.get(target) ?? []
  }

  /** Whether a target begins so. */
  hasStart(start: string): boolean {
    let [low, high] = [0, this.#sorted.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#sorted[middle] ?? '') < start) low = middle + 1
      else high = middle
    }
    return this.#sorted[low]?.startsWith(start) === true
  }

  /** Words between dots and brackets, which is what variables of names can stand for. */
  words(): readonly string[] {
    return [...new Set(this.#sorted.flatMap((one) => one.split(/[.[\],]+/)))].filter((word) =>
      /^[A-Za-z_]/.test(word),
    )
  }
}

// ---------------------------------------------------------------- what is captured

interface Found {
  readonly text: string
  readonly captures: Captures
}

/** Numbers that are tried for one variable of an expression, for each of two, for each of more. */
const numberLimits = [1024, 64, 16] as const

/** Goes through what the variables of a rule can stand for, part by part of what it gives. */
class Search {
  readonly #values: RenameValues
  readonly #targets: Targets
  readonly #words: readonly string[]
  readonly #evaluated = new Map<string, readonly Evaluated[]>()

  constructor(values: RenameValues, targets: Targets) {
    this.#values = values
    this.#targets = targets
    this.#words = targets.words()
  }

  /** Everything that a rule can give that is a target, with what its pattern captures then. */
  of(rule: RenameRule): readonly Found[] {
    let found: readonly Found[] = [{ text: '', captures: new Map() }]
    for (const part of rule.to)
      found = fewPerText(
        found.flatMap(({ text, captures }) =>
          part.kind === 'literal'
            ? [{ text: text + part.text, captures }]
            : this.#valuesOf(part.text, rule, captures).map((one) => ({
                text: text + String(one.value),
                captures: new Map([...captures, ...one.captures]),
              })),
        ),
      ).filter(({ text, captures }) => this.#targets.hasStart(text) && !this.#isRefused(rule, captures))
    return found
      .filter(({ text }) => this.#targets.under(text).length > 0)
      .flatMap((one) => this.#completed(rule, one))
  }

  /** Whether a rule's condition is false, as far as what it speaks of is known. */
  #isRefused(rule: RenameRule, captures: Captures): boolean {
    const { when = 'true' } = rule
    const isKnown = usedIn(when, rule).every((name) => captures.has(name))
    return isKnown && !this.#valuesOf(when, rule, captures).some(({ value }) => value === true)
  }

  /** What the pattern captures and the path does not tell, as far as the rule's condition goes. */
  #completed(rule: RenameRule, { text, captures }: Found): readonly Found[] {
    const open = rule.from.variables.filter((name) => !captures.has(name))
    return this.#valuesOf(rule.when ?? 'true', rule, captures, open)
      .filter(({ value }) => value === true)
      .map((one) => ({ text, captures: new Map([...captures, ...one.captures]) }))
  }

  /** The values of an expression for all that its variables can stand for which are not known yet. */
  #valuesOf(
    expression: string,
    rule: RenameRule,
    known: Captures,
    more: readonly string[] = [],
  ): readonly Evaluated[] {
    const used = usedIn(expression, rule)
    const open = [...new Set([...used.filter((name) => !known.has(name)), ...more])]
    const fixed = used.filter((name) => known.has(name)).map((name) => [name, known.get(name)])
    const key = JSON.stringify([expression, open.map((name) => [name, isWord(rule, name)]), fixed])
    const before = this.#evaluated.get(key)
    if (before !== undefined) return before
    const limit = numberLimits[Math.min(open.length, numberLimits.length) - 1] ?? 1
    const domains = open.map((name) =>
      isWord(rule, name)
        ? [...this.#words, ...quoted(expression)]
        : Array.from({ length: limit }, (_, at) => at),
    )
    const found = [...combined(open, domains)].flatMap((captures) => {
      const value = this.#values.attempt(expression, new Map([...known, ...captures]))
      return value === undefined ? [] : [{ value, captures }]
    })
    this.#evaluated.set(key, found)
    return found
  }
}

/** Enough to see that a map leaves it open what is captured: it says the same of all that follow. */
const samplesPerText = 64

function fewPerText(found: readonly Found[]): readonly Found[] {
  const counts = new Map<string, number>()
  return found.filter(({ text }) => {
    const count = (counts.get(text) ?? 0) + 1
    counts.set(text, count)
    return count <= samplesPerText
  })
}

interface Evaluated {
  readonly value: string | boolean
  /** Of the variables that were not known before. */
  readonly captures: Captures
}

const usedIn = (expression: string, { from }: RenameRule): readonly string[] =>
  from.variables.filter((name) => new RegExp(`\\b${name}\\b`).test(expression))

const isWord = ({ from }: RenameRule, name: string): boolean =>
  new RegExp(`\\{\\s*${name}\\s*:\\s*name\\s*\\}`).test(from.text)

/** Texts that an expression compares with. */
const quoted = (expression: string): readonly string[] =>
  [...expression.matchAll(/"([^"]*)"/g)].map(([, text = '']) => text)

function* combined(
  names: readonly string[],
  domains: readonly (readonly (number | string)[])[],
): Generator<Captures> {
  const [name, ...others] = names
  const [domain = [], ...rest] = domains
  if (name === undefined) {
    yield new Map()
    return
  }
  for (const value of domain)
    for (const more of combined(others, rest)) yield new Map([[name, value], ...more])
}
