// The expressions of a rename map: Weft's own, over the arguments of a network, the map's `let` values and what a pattern captured.
import {
  DiagnosticBag,
  isProblem,
  problem,
  type Diagnostic,
  type Problem,
} from '../compiler/diagnostics/diagnostic.ts'
import type { CodeName } from '../compiler/diagnostics/codes.ts'
import type { Graph } from '../compiler/ir/graph.ts'
import type { Plain } from '../compiler/ops/attrs.ts'
import { isList, isTerm } from '../compiler/ops/words.ts'
import { force } from '../compiler/semantics/values/demands.ts'
import { define, defer, nest } from '../compiler/semantics/values/env.ts'
import type { Env } from '../compiler/semantics/values/values.ts'
import { evaluate } from '../compiler/semantics/values/evaluation.ts'
import { defaultLimits } from '../compiler/semantics/values/limits.ts'
import { languageEnv } from '../compiler/semantics/calls/language.ts'
import { newElaboration } from '../compiler/semantics/elaborator.ts'
import { bool, float, int, list, invalid, type Value } from '../compiler/semantics/values/values.ts'
import { showValue } from '../compiler/semantics/values/show.ts'
import type { Expr } from '../compiler/syntax/ast.ts'
import { parseExpression } from '../compiler/syntax/parse.ts'
import { sourceFile } from '../compiler/text/source.ts'
import type { Captures, Template } from './patterns.ts'
import type { RenameMap } from './rename-map.ts'

const nowhere = { file: '', start: 0, end: 0 }

/** Evaluates the templates of one map for one network. */
export class RenameValues {
  /** What is wrong with the `let` values. */
  readonly problems: readonly Problem[]
  readonly #path: string
  readonly #bag = new DiagnosticBag()
  readonly #env: Env
  readonly #expressions = new Map<string, Expr>()
  readonly #told = new Set<Diagnostic>()
  /** Expressions that were told to be wrong: they are evaluated no more. */
  readonly #useless = new Set<string>()

  constructor({ path, lets }: RenameMap, graph: Graph) {
    this.#path = path
    const language = languageEnv(newElaboration(this.#bag, { ...defaultLimits, nodes: 0 }))
    for (const { name, value } of graph.arguments) define(language, name, nowhere, toValue(value))
    this.#env = nest(language)
    this.problems = this.#define(lets)
  }

  /** The text of a template; undefined where what is wrong with it was told before. */
  fill(template: Template, captures: Captures, place: string): string | Problem | undefined {
    const texts: string[] = []
    for (const part of template) {
      const text = part.kind === 'literal' ? part.text : this.#textOf(part.text, captures, place)
      if (typeof text !== 'string') return text
      texts.push(text)
    }
    return texts.join('')
  }

  /** Whether a condition is true; undefined where what is wrong with it was told before. */
  holds(condition: string, captures: Captures, place: string): boolean | Problem | undefined {
    const value = this.#valueOf(condition, captures, place)
    if (value === undefined || isProblem(value)) return value
    if (value.kind === 'bool') return value.value
    this.#useless.add(condition)
    return this.#wrongKind(condition, value, { place, wanted: 'true or false' })
  }

  /** The list of whole numbers that an expression gives over those of a parameter, `extents`. */
  extents(
    text: string,
    captures: Captures,
    of: { readonly place: string; readonly shape: readonly number[] },
  ): readonly number[] | Problem | undefined {
    const { place, shape } = of
    const known = new Map<string, number | string | readonly number[]>([...captures, ['extents', shape]])
    const value = this.#valueOf(text, known, place)
    if (value === undefined || isProblem(value)) return value
    const items =
      value.kind === 'list' ? value.items.map((one) => (one.kind === 'int' ? one.value : -1)) : [-1]
    if (items.every((one) => one >= 0)) return items
    return this.#wrongKind(text, value, { place, wanted: 'a list of whole numbers' })
  }

  /** The text of an expression, or whether it is true; undefined where it has no such value, of which nothing is told. */
  attempt(text: string, captures: Captures): string | boolean | undefined {
    const expr = this.#expressions.get(text) ?? this.#parse(text, text)
    this.#expressions.set(text, expr)
    const value = evaluate(expr, withCaptures(this.#env, captures))
    // Mistakes are what is expected of attempts: they are not what a session ends for.
    this.#env.session.reports = 0
    if (value.kind === 'bool') return value.value
    return value.kind === 'int' || value.kind === 'string' ? String(value.value) : undefined
  }

  #define(lets: RenameMap['lets']): Problem[] {
    const env = this.#env
    const problems: Problem[] = []
    const slots = [...lets].map(([name, text]) => {
      const expr = this.#parse(text, `let ${name}`)
      const unread = this.#news(`let ${name}`)
      problems.push(...unread)
      const value = (): Value => (unread.length === 0 ? evaluate(expr, env) : invalid)
      return { name, slot: defer(env, name, expr.span, value) }
    })
    for (const { name, slot } of slots) {
      force(env, slot, slot.span)
      problems.push(...this.#news(`let ${name}`))
    }
    return problems
  }

  #textOf(text: string, captures: Captures, place: string): string | Problem | undefined {
    const value = this.#valueOf(text, captures, place)
    if (value === undefined || isProblem(value)) return value
    if (value.kind === 'int' || value.kind === 'string') return String(value.value)
    this.#useless.add(text)
    return this.#wrongKind(`{${text}}`, value, { place, wanted: 'a whole number or a string' })
  }

  /** Undefined where what is wrong was told before. */
  #valueOf(text: string, captures: Known, place: string): Value | Problem | undefined {
    const expr = this.#expressions.get(text) ?? this.#parse(text, place)
    this.#expressions.set(text, expr)
    const unread = this.#news(place)[0]
    if (unread !== undefined) {
      this.#useless.add(text)
      return unread
    }
    if (this.#useless.has(text)) return undefined
    const value = evaluate(expr, withCaptures(this.#env, captures))
    const [wrong] = this.#news(place)
    if (value.kind !== 'invalid') return value
    this.#useless.add(text)
    return wrong
  }

  #wrongKind(
    text: string,
    value: Value,
    { place, wanted }: { readonly place: string; readonly wanted: string },
  ): Problem {
    const reason = `\`${text}\` is ${showValue(value)}; it must be ${wanted}`
    return problem('rename-expression', { path: this.#path, place, reason, help: undefined })
  }

  #parse(text: string, place: string): Expr {
    return parseExpression(sourceFile(`${place}: ${text}`, text), this.#bag)
  }

  /** What was found since this was asked last, as problems of a place. */
  #news(place: string): Problem[] {
    const found = this.#bag.list().filter((one) => !this.#told.has(one))
    for (const one of found) this.#told.add(one)
    return found.map(({ name, message: reason, help }) =>
      problem('rename-expression', {
        path: this.#path,
        place,
        reason,
        help: helpHere(name, help),
      }),
    )
  }
}

/** What the language says in a spec, where it holds in a map as well. */
function helpHere(name: CodeName, help: string | undefined): string | undefined {
  if (name === 'cyclic-recurrence') return undefined
  return name !== 'unknown-name' || help?.startsWith('did you mean') === true
    ? help
    : "known are the network's arguments, the `let` values and what `from` captured"
}

/** What was captured, and what is known beside it. */
type Known = ReadonlyMap<string, number | string | readonly number[]>

function withCaptures(env: Env, captures: Known): Env {
  const nested = nest(env)
  for (const [name, value] of captures) define(nested, name, nowhere, knownValue(value))
  return nested
}

function knownValue(value: number | string | readonly number[]): Value {
  if (typeof value === 'number') return int(value)
  return typeof value === 'string' ? { kind: 'string', value } : list(value.map(int))
}

function toValue(plain: Plain): Value {
  if (typeof plain === 'number') return Number.isSafeInteger(plain) ? int(plain) : float(plain)
  if (typeof plain === 'boolean') return bool(plain)
  if (typeof plain === 'string') return { kind: 'string', value: plain }
  if (isList(plain)) return list(plain.map(toValue))
  if (!isTerm(plain)) return { kind: 'dim', dim: plain }
  const named = Object.entries(plain.named).map(([name, value]) => [name, toValue(value)] as const)
  return { kind: 'term', word: plain.word, positional: plain.positional.map(toValue), named: new Map(named) }
}
