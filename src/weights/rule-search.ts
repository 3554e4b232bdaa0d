// What the pattern of a rule can have captured where the rule gives a path of a network: whole numbers from 0 and words are tried, part by part of
// what it gives, as far as that is the begin of a path.
import type { Captures } from './patterns.ts'
import type { RenameRule } from './rename-map.ts'
import type { RenameValues } from './rename-values.ts'

// ---------------------------------------------------------------- paths

/** The paths of parameters, and of the modules that hold them. */
export class Targets {
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

export interface Found {
  readonly text: string
  readonly captures: Captures
}

/** Numbers that are tried for one variable of an expression, for each of two, for each of more. */
const numberLimits = [1024, 64, 16] as const

/** Goes through what the variables of a rule can stand for, part by part of what it gives. */
export class RuleSearch {
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
