// Names in expressions: each is known, and arguments have the names of what they are given to.
import { foreignRoots } from '../../diagnostics/codes/foreign-words.ts'
import { stdFiles } from '../../std/bundled.ts'
import type {
  Argument,
  CallExpr,
  ComprehensionExpr,
  Expr,
  ForClause,
  Setting,
  StepExpr,
} from '../../syntax/ast.ts'
import { nodesOf } from '../../syntax/visit.ts'
import type { Span } from '../../text/source.ts'
import { suggest } from '../../text/suggest.ts'
import { languageWords } from '../calls/language.ts'
import { unknownKey } from '../values/session.ts'
import { add, find, inside, known, link, type Names } from './name-table.ts'

function isNews(name: string, { file }: Span, { unknown }: Names): boolean {
  const key = unknownKey(file, name)
  const news = !unknown.has(key)
  unknown.add(key)
  return news
}

function isLater(name: string, names: Names): boolean {
  for (let at: Names | undefined = names; at !== undefined; at = at.parent)
    if (at.later?.includes(name) === true) return true
  return false
}

/** By name: the bundled file that declares it, for who forgot to import it. */
const libraryOf: ReadonlyMap<string, string> = new Map(
  [...stdFiles].flatMap(([path, text]) =>
    [...text.matchAll(/^(?:block|fn|network|let) (\w+)/gm)].map(
      ([, name = '']) => [name, path.replace(/\.weft$/, '')] as const,
    ),
  ),
)

/** The nearest known name. A file with thousands of unknown ones has another mistake: then most go without. */
function nearest(name: string, names: Names): string | undefined {
  const all = known(names)
  names.effort.comparisons -= all.length
  return names.effort.comparisons < 0 ? undefined : suggest(name, all)
}

export function use(name: string, span: Span, names: Names, words?: ReadonlySet<string>): void {
  if (name === '') return
  const entry = find(names, name)
  if (entry !== undefined) {
    entry.used = true
    link(names, span, entry.span)
  } else if (words?.has(name) !== true && isNews(name, span, names))
    names.bag.report('unknown-name', span, {
      name,
      suggestion: nearest(name, names),
      library: libraryOf.get(name),
      later: isLater(name, names),
    })
}

/** Names that a setting uses. Settings have their own vocabulary, read when they are evaluated: what is unknown here may be a word. */
export function settings(given: readonly Setting[], names: Names): void {
  for (const { value } of given)
    for (const one of nodesOf(value)) {
      const entry = one.kind === 'NameExpr' ? find(names, one.name) : undefined
      if (entry === undefined) continue
      entry.used = true
      link(names, one.span, entry.span)
    }
}

export function args(given: readonly Argument[], names: Names): void {
  for (const arg of given) expr(arg.value, names)
}

/** `conv(8, kernel == 3)` names an argument, if nothing else has that name. */
function checkComparison(value: Expr, callee: string, parameters: readonly string[], names: Names): void {
  if (value.kind !== 'BinaryExpr' || value.operator !== '==' || value.left.kind !== 'NameExpr') return
  const { name, span } = value.left
  if (!parameters.includes(name) || find(names, name) !== undefined || !isNews(name, span, names)) return
  names.bag.report('unknown-name', span, { name, suggestion: undefined, parameterOf: callee })
}

/** A bare name given to what is unknown may be a word of it: `interpolate(mode = trilinear)` is one mistake. */
function isWordOfUnknown({ value }: Argument, { callee }: CallExpr, names: Names): boolean {
  if (callee.kind !== 'NameExpr' || value.kind !== 'NameExpr') return false
  return find(names, callee.name) === undefined && find(names, value.name) === undefined
}

/** A misspelt argument name is a mistake even where nothing is elaborated. */
function checkArgumentNames({ callee, args: given }: CallExpr, names: Names): void {
  if (callee.kind !== 'NameExpr') return
  const callable = find(names, callee.name)?.callable
  if (callable === undefined) return
  const { parameters: known } = callable
  for (const { name, value } of given) {
    checkComparison(value, callee.name, known, names)
    if (name === undefined) continue
    const place = callable.places.get(name.name)
    if (place !== undefined) link(names, name.span, place)
    if (known.includes(name.name)) continue
    const suggestion = suggest(name.name, known)
    if (callable.operator)
      names.bag.report('unknown-attribute', name.span, {
        operator: callee.name,
        name: name.name,
        known,
        suggestion,
      })
    else
      names.bag.report('unknown-parameter', name.span, {
        owner: callee.name,
        name: name.name,
        known,
        suggestion,
      })
  }
}

/** `nn.Conv3d`, `self.conv`: one unknown name, not an unknown `nn`. */
function usesForeign(of: StepExpr, names: Names): boolean {
  const steps = [of.step.name]
  let at = of.target
  for (; at.kind === 'StepExpr'; at = at.target) steps.unshift(at.step.name)
  if (at.kind !== 'NameExpr' || !foreignRoots.has(at.name) || find(names, at.name) !== undefined) return false
  use([at.name, ...steps].join('.'), of.span, names)
  names.unknown.add(unknownKey(of.span.file, at.name))
  return true
}

/** Walks with an explicit stack along pipes and sums: chains may be long. */
export function expr(of: Expr, names: Names, words?: ReadonlySet<string>): void {
  const stack: Expr[] = [of]
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    switch (at.kind) {
      case 'NameExpr':
        use(at.name, at.span, names, words)
        break
      case 'PipeExpr':
      case 'BinaryExpr':
        stack.push(at.right, at.left)
        break
      case 'UnaryExpr':
        stack.push(at.operand)
        break
      case 'ConditionalExpr':
        stack.push(at.whenFalse, at.whenTrue, at.condition)
        break
      case 'RangeExpr':
        stack.push(at.to, at.from)
        break
      case 'ListExpr':
        for (const item of at.items)
          stack.push(item.kind === 'SpreadItem' || item.kind === 'EntryItem' ? item.value : item)
        break
      case 'IndexExpr':
        for (const one of at.indices) stack.push(one)
        stack.push(at.target)
        break
      case 'StepExpr':
        if (!usesForeign(at, names)) stack.push(at.target)
        break
      case 'ExistsExpr':
        stack.push(at.member)
        break
      case 'ComprehensionExpr':
        comprehension(at, names, words)
        break
      case 'CallExpr':
        stack.push(at.callee)
        // Which words an argument's place knows depends on what is called: evaluation tells. `constant` is an operator and a word of `init`.
        if (at.callee.kind !== 'NameExpr' || words?.has(at.callee.name) !== true)
          checkArgumentNames(at, names)
        for (const arg of at.args) if (!isWordOfUnknown(arg, at, names)) expr(arg.value, names, languageWords)
        break
      case 'NumberLiteral':
      case 'StringLiteral':
      case 'BoolLiteral':
      case 'InvalidExpr':
        break
    }
  }
}

/** An entry's key names an output, not a value: where there may be entries, settings are read. */
function comprehension(
  { body, clause, span }: ComprehensionExpr,
  names: Names,
  words: ReadonlySet<string> | undefined,
): void {
  expr(body.kind === 'EntryItem' ? body.value : body, bindings(clause, names, span), words)
}

/** What a `for` clause binds, for what it stands beside in `span`. */
export function bindings(clause: ForClause, names: Names, span: Span): Names {
  let inner = names
  const before = new Map<string, Span>()
  for (const { name, range } of clause.bindings) {
    expr(range, inner)
    inner = inside(inner, span)
    add(inner, name)
    const first = before.get(name.name)
    if (first === undefined) before.set(name.name, name.span)
    else
      inner.bag.report(
        'duplicate-name',
        name.span,
        { name: name.name, kind: 'binding' },
        { related: [{ span: first, message: 'first declared here' }] },
      )
  }
  if (clause.condition !== undefined) expr(clause.condition, inner)
  return inner
}
