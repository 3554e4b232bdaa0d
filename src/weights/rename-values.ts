// The expressions of a rename map: Weft's own, over the arguments of a network, the map's `let` values and what a pattern captured.
import { DiagnosticBag, problem, type Diagnostic, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { GraphBuilder } from '../compiler/ir/builder.ts'
import type { Graph } from '../compiler/ir/graph.ts'
import type { Plain } from '../compiler/ops/attrs.ts'
import { isList, isTerm } from '../compiler/ops/words.ts'
import { define, defer, force, nest, type Env } from '../compiler/semantics/env.ts'
import { evaluate } from '../compiler/semantics/evaluate.ts'
import { defaultLimits } from '../compiler/semantics/limits.ts'
import { languageEnv } from '../compiler/semantics/module-env.ts'
import { newSession } from '../compiler/semantics/session.ts'
import { bool, float, int, list, showValue, type Value } from '../compiler/semantics/values.ts'
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

  constructor({ path, lets }: RenameMap, graph: Graph) {
    this.#path = path
    const language = languageEnv(newSession(new GraphBuilder(0), this.#bag, defaultLimits))
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

  #define(lets: RenameMap['lets']): Problem[] {
    const env = this.#env
    const problems: Problem[] = []
    const slots = [...lets].map(([name, text]) => {
      const expr = this.#parse(text, `let ${name}`)
      problems.push(...this.#news(`let ${name}`))
      return { name, slot: defer(env, name, expr.span, () => evaluate(expr, env)) }
    })
    for (const { name, slot } of slots) {
      force(env, slot, slot.span)
      problems.push(...this.#news(`let ${name}`))
    }
    return problems
  }

  #textOf(text: string, captures: Captures, place: string): string | Problem | undefined {
    const expr = this.#expressions.get(text) ?? this.#parse(text, place)
    this.#expressions.set(text, expr)
    const value = evaluate(expr, withCaptures(this.#env, captures))
    const [wrong] = this.#news(place)
    if (wrong !== undefined || value.kind === 'invalid') return wrong
    if (value.kind === 'int' || value.kind === 'string') return String(value.value)
    const reason = `\`{${text}}\` is ${showValue(value)}; it must be a whole number or a string`
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
        // The help for circles speaks of indices.
        help: name === 'cyclic-recurrence' ? undefined : help,
      }),
    )
  }
}

function withCaptures(env: Env, captures: Captures): Env {
  const nested = nest(env)
  for (const [name, value] of captures)
    define(nested, name, nowhere, typeof value === 'number' ? int(value) : { kind: 'string', value })
  return nested
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
