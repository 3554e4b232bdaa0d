// Names before evaluation: every name is known, declared once, used; statements stand where they may. One pass over a file's syntax.
import type { DiagnosticBag } from '../diagnostics/diagnostic.ts'
import type {
  Argument,
  BlockDecl,
  BlockBody,
  CallExpr,
  Declaration,
  EdgeDecl,
  Expr,
  ForClause,
  FusionStmt,
  Ident,
  ImportName,
  LetStmt,
  NetworkDecl,
  NodeRule,
  Param,
  Statement,
  TypeExpr,
} from '../syntax/ast.ts'
import type { Span } from '../text/source.ts'
import { suggest } from '../text/suggest.ts'
import { stdFiles } from '../std/bundled.ts'
import { languageNames, languageWords } from './module-env.ts'
import type { Module } from './modules.ts'
import { operatorTables } from './operator-tables.ts'
import { unknownKey } from './session.ts'
import { isTypeName, typeNames, wordsOfType } from './types.ts'

interface Entry {
  readonly span: Span
  /** Reported when never used: `let`, `param`, `import`, `in`; undefined for names that may stay unused. */
  readonly role: string | undefined
  /** What it may be called with by name, where that is known before evaluation. */
  readonly callable?: Callable | undefined
  used: boolean
}

interface Callable {
  readonly operator: boolean
  readonly parameters: readonly string[]
}

interface Names {
  readonly bag: DiagnosticBag
  /** Unknown names that were reported, by file. */
  readonly unknown: Set<string>
  readonly entries: Map<string, Entry>
  readonly parent: Names | undefined
  /** Parameters that are not in force yet where a default is read. */
  readonly later?: readonly string[]
}

const inside = (parent: Names): Names => ({ bag: parent.bag, unknown: parent.unknown, entries: new Map(), parent })

function find(names: Names, name: string): Entry | undefined {
  for (let at: Names | undefined = names; at !== undefined; at = at.parent) {
    const entry = at.entries.get(name)
    if (entry !== undefined) return entry
  }
  return undefined
}

function known(names: Names): string[] {
  const all: string[] = []
  for (let at: Names | undefined = names; at !== undefined; at = at.parent) for (const name of at.entries.keys()) all.push(name)
  return all
}

function add(names: Names, ident: Ident, role?: string, callable?: Callable): void {
  if (ident.name === '') return // The parser recovered here.
  const before = names.entries.get(ident.name)
  if (before !== undefined) {
    const related = [{ span: before.span, message: 'first declared here' }]
    names.bag.report('duplicate-name', ident.span, { name: ident.name }, { related })
    return
  }
  names.entries.set(ident.name, { span: ident.span, role, callable, used: false })
}

function close(names: Names): void {
  for (const [name, { span, role, used }] of names.entries) {
    if (role !== undefined && !used && !name.startsWith('_')) names.bag.report('unused-name', span, { name, role })
  }
}

export function resolveNames(module: Module, bag: DiagnosticBag, unknown: Set<string>): void {
  const nowhere: Span = { file: '', start: 0, end: 0 }
  const entries = new Map(
    languageNames.map((name): [string, Entry] => [name, { span: nowhere, role: undefined, callable: operator(name), used: true }]),
  )
  const names = inside({ bag, unknown, entries, parent: undefined })
  for (const { names: imported } of module.syntax.imports) {
    for (const one of imported) add(names, one.alias ?? one.name, 'import', importedCallable(module, one))
  }
  for (const declaration of module.syntax.declarations) {
    if (declaration.kind !== 'TrainDecl') add(names, declaration.name, undefined, declared(declaration))
  }
  const recipes = inside(names)
  for (const declaration of module.syntax.declarations) if (declaration.kind === 'TrainDecl') add(recipes, declaration.name)
  for (const declaration of module.syntax.declarations) resolveDeclaration(declaration, names)
  close(names)
}

function operator(name: string): Callable | undefined {
  const table = operatorTables.get(name)
  return table === undefined ? undefined : { operator: true, parameters: table.names }
}

/** A variant takes its base's parameters as well as its own: evaluation tells. */
function declared(declaration: Declaration): Callable | undefined {
  if (declaration.kind === 'ConstDecl' || declaration.kind === 'TrainDecl') return undefined
  if (declaration.kind === 'NetworkDecl' && declaration.body.kind === 'ExprBody') return undefined
  return { operator: false, parameters: declaration.params.map((param) => param.name.name) }
}

function importedCallable(module: Module, { name, alias }: ImportName): Callable | undefined {
  const found = module.imports.get((alias ?? name).name)
  const declaration = found?.module.syntax.declarations.find((one) => one.name.name === found.name)
  return declaration === undefined ? undefined : declared(declaration)
}

function resolveDeclaration(declaration: Declaration, names: Names): void {
  switch (declaration.kind) {
    case 'ConstDecl':
      expr(declaration.value, names)
      return
    case 'TrainDecl':
      use(declaration.network.name, declaration.network.span, names)
      args(declaration.args, names)
      return // Settings have their own vocabulary, read when the recipe is.
    case 'FnDecl': {
      const inner = inside(names)
      params(declaration.params, inner)
      if (declaration.returns !== undefined) type(declaration.returns, inner)
      expr(declaration.body, inner)
      close(inner)
      return
    }
    case 'BlockDecl':
    case 'NetworkDecl': {
      const inner = inside(names)
      params(declaration.params, inner)
      body(declaration, declaration.body, inner)
      close(inner)
    }
  }
}

function params(declared: readonly Param[], names: Names): void {
  const later = declared.map((param) => param.name.name)
  for (const [k, param] of declared.entries()) {
    if (param.type !== undefined) type(param.type, names)
    // A default may be a word (`axis = depth`) where the type says so; it sees the parameters before it.
    if (param.default !== undefined) expr(param.default, { ...names, later: later.slice(k) }, wordsOfType(param.type))
    add(names, param.name, 'parameter')
  }
}

function type(of: TypeExpr, names: Names): void {
  if (of.kind === 'ListType') type(of.item, names)
  else if (of.kind === 'UnionType') for (const option of of.options) type(option, names)
  else if (!isTypeName(of.name)) names.bag.report('unknown-type', of.span, { name: of.name, known: typeNames, suggestion: suggest(of.name, typeNames) })
}

// ---------------------------------------------------------------- bodies

function body(declaration: BlockDecl | NetworkDecl, of: BlockBody, names: Names): void {
  if (of.kind === 'ExprBody') {
    expr(of.value, names)
    return
  }
  checkStatements(declaration, of.statements, names)
  statements(of.statements, names)
}

const networkOnly: ReadonlySet<Statement['kind']> = new Set(['InputStmt', 'OutputStmt', 'BudgetStmt'])
const blockOnly: ReadonlySet<Statement['kind']> = new Set(['InStmt', 'OutStmt'])
const written: Readonly<Record<Statement['kind'], string>> = {
  InStmt: 'in',
  InputStmt: 'input',
  LetStmt: 'let',
  BackboneStmt: 'backbone',
  FusionStmt: 'fusion',
  OutStmt: 'out',
  OutputStmt: 'output',
  BudgetStmt: 'budget',
  AssertStmt: 'assert',
}

function checkStatements(declaration: BlockDecl | NetworkDecl, all: readonly Statement[], names: Names): void {
  const isNetwork = declaration.kind === 'NetworkDecl'
  const misplaced = isNetwork ? blockOnly : networkOnly
  for (const one of all) {
    if (misplaced.has(one.kind)) names.bag.report('misplaced-statement', one.span, { statement: written[one.kind], inside: isNetwork ? 'network' : 'block' })
  }
  const required: readonly Statement['kind'][] = isNetwork ? ['InputStmt', 'OutputStmt'] : ['InStmt', 'OutStmt']
  const missing = required.filter((kind) => !all.some((one) => one.kind === kind)).map((kind) => written[kind])
  if (missing.length > 0) names.bag.report('missing-statement', declaration.name.span, { name: declaration.name.name, missing })
  const once: readonly Statement['kind'][] = isNetwork ? [] : ['InStmt', 'OutStmt']
  for (const kind of once) {
    const [first, second] = all.filter((one) => one.kind === kind)
    if (first === undefined || second === undefined) continue
    const related = [{ span: first.span, message: 'the first one' }]
    names.bag.report('statement-given-twice', second.span, { statement: written[kind] }, { related })
  }
}

function statements(all: readonly Statement[], names: Names): void {
  for (const one of all) declareStatement(one, names)
  declareLetNames(all.filter((one): one is LetStmt => one.kind === 'LetStmt'), names)
  const outputs = inside(names)
  for (const one of all) resolveStatement(one, names, outputs)
}

function declareStatement(statement: Statement, names: Names): void {
  if (statement.kind === 'InStmt') for (const name of statement.names) add(names, name, 'in')
  else if (statement.kind === 'InputStmt') add(names, statement.name, 'input')
  else if (statement.kind === 'BackboneStmt' || statement.kind === 'FusionStmt') add(names, statement.name)
}

/** Several rules of one family share their name; a plain `let` may not. */
function declareLetNames(lets: readonly LetStmt[], names: Names): void {
  const families = new Set<string>()
  for (const one of lets) {
    if (one.indices !== undefined && families.has(one.name.name)) continue
    if (one.indices !== undefined) families.add(one.name.name)
    add(names, one.name, 'let')
  }
}

function resolveStatement(statement: Statement, names: Names, outputs: Names): void {
  switch (statement.kind) {
    case 'InStmt':
      return
    case 'InputStmt':
      expr(statement.shape, names)
      return
    case 'LetStmt':
      rule(statement.indices, statement.clause, names, (inner) => expr(statement.value, inner))
      return
    case 'OutStmt':
      expr(statement.value, names)
      return
    case 'OutputStmt':
      if (statement.indices === undefined) add(outputs, statement.name)
      rule(statement.indices, statement.clause, names, (inner) => {
        expr(statement.value, inner)
        if (statement.condition !== undefined) expr(statement.condition, inner)
      })
      return
    case 'BudgetStmt':
      args(statement.args.filter((one) => one.value.kind !== 'NameExpr' || one.name !== undefined), names)
      expr(statement.limit, names)
      return
    case 'AssertStmt':
      expr(statement.condition, names)
      return
    case 'BackboneStmt': {
      const inner = inside(names)
      inner.entries.set('level', { span: statement.name.span, role: undefined, used: true })
      declareLetNames(statement.members.filter((one): one is LetStmt => one.kind === 'LetStmt'), inner)
      for (const one of statement.members) rule(one.indices, one.clause, inner, (at) => expr(one.value, at))
      close(inner)
      return
    }
    case 'FusionStmt':
      fusion(statement, names)
  }
}

/** Indices see what the clause binds. */
function rule(indices: readonly Expr[] | undefined, clause: ForClause | undefined, names: Names, resolve: (inner: Names) => void): void {
  const inner = clause === undefined ? names : bindings(clause, names)
  for (const one of indices ?? []) expr(one, inner)
  resolve(inner)
}

function bindings(clause: ForClause, names: Names): Names {
  let inner = names
  const before = new Map<string, Span>()
  for (const { name, range } of clause.bindings) {
    expr(range, inner)
    inner = inside(inner)
    add(inner, name)
    const first = before.get(name.name)
    if (first === undefined) before.set(name.name, name.span)
    else inner.bag.report('duplicate-name', name.span, { name: name.name, kind: 'binding' }, { related: [{ span: first, message: 'first declared here' }] })
  }
  if (clause.condition !== undefined) expr(clause.condition, inner)
  return inner
}

function fusion(statement: FusionStmt, names: Names): void {
  const inner = inside(names)
  inner.entries.set('node', { span: statement.name.span, role: undefined, used: true })
  const { members } = statement
  declareLetNames(members.filter((one): one is LetStmt => one.kind === 'LetStmt'), inner)
  const rules = members.filter((one): one is NodeRule => one.kind === 'NodeRule')
  for (const one of members) {
    if (one.kind === 'LetStmt') rule(one.indices, one.clause, inner, (at) => expr(one.value, at))
    else if (one.kind === 'NodeRule') node(one, inner)
    else expr(one.value, sparsityNames(rules, inner))
  }
  checkSparsities(statement, inner)
  close(inner)
}

/** One clause for each part of the nodes, and each names edges that there are. */
function checkSparsities({ members }: FusionStmt, names: Names): void {
  const edges = members.flatMap((one) => (one.kind === 'NodeRule' && one.body.kind === 'NodeBody' ? one.body.edges : [])).map((one) => one.name.name)
  const before = new Map<string, Span>()
  for (const one of members) {
    if (one.kind !== 'SparsityClause') continue
    const part = [one.on, one.edge?.name].join(' ')
    const first = before.get(part)
    if (first !== undefined) names.bag.report('statement-given-twice', one.span, { statement: 'sparsity' }, { related: [{ span: first, message: 'the first one' }] })
    before.set(part, first ?? one.span)
    if (one.edge === undefined || edges.includes(one.edge.name)) continue
    names.bag.report('unknown-name', one.edge.span, { name: one.edge.name, suggestion: suggest(one.edge.name, edges) })
  }
}

/** A sparsity may use the indices of the node rules. */
function sparsityNames(rules: readonly NodeRule[], names: Names): Names {
  const inner = inside(names)
  for (const { clause } of rules) {
    for (const { name } of clause?.bindings ?? []) inner.entries.set(name.name, { span: name.span, role: undefined, used: true })
  }
  return inner
}

function node(of: NodeRule, names: Names): void {
  rule(of.indices, of.clause, names, (at) => {
    if (of.body.kind === 'NodeAlias') {
      expr(of.body.value, at)
      return
    }
    const { lets, edges, fuses } = of.body
    const inner = inside(at)
    declareLetNames(lets, inner)
    declareEdgeNames(edges, inner)
    for (const one of lets) rule(one.indices, one.clause, inner, (within) => expr(one.value, within))
    for (const edge of edges) resolveEdge(edge, inner)
    for (const fuse of fuses) expr(fuse.value, inner)
    checkNode(of, edges, fuses, names)
    close(inner)
  })
}

/** The rules of an edge family share their name. */
function declareEdgeNames(edges: readonly EdgeDecl[], names: Names): void {
  const families = new Set<string>()
  for (const { name, indices } of edges) {
    if (indices !== undefined && families.has(name.name)) continue
    if (indices !== undefined) families.add(name.name)
    add(names, name)
  }
}

function resolveEdge(edge: EdgeDecl, names: Names): void {
  rule(edge.indices, edge.clause, names, (at) => {
    expr(edge.value, at)
    if (edge.condition !== undefined) expr(edge.condition, at)
  })
}

function checkNode(of: NodeRule, edges: readonly EdgeDecl[], fuses: readonly { readonly span: Span }[], names: Names): void {
  const [first, second] = fuses
  if (first === undefined) names.bag.report('missing-fuse', of.span, {})
  if (first !== undefined && second !== undefined) {
    names.bag.report('statement-given-twice', second.span, { statement: 'fuse' }, { related: [{ span: first.span, message: 'the first one' }] })
  }
  if (edges.length === 0 && first !== undefined) names.bag.report('node-without-edges', of.span, {})
}

// ---------------------------------------------------------------- expressions

function isNews(name: string, { file }: Span, { unknown }: Names): boolean {
  const key = unknownKey(file, name)
  const news = !unknown.has(key)
  unknown.add(key)
  return news
}

function isLater(name: string, names: Names): boolean {
  for (let at: Names | undefined = names; at !== undefined; at = at.parent) if (at.later?.includes(name) === true) return true
  return false
}

/** The bundled file that declares the name, for who forgot to import it. */
function libraryOf(name: string): string | undefined {
  const declaring = new RegExp(`^(?:block|fn|network|let) ${name}\\b`, 'm')
  for (const [path, text] of stdFiles) if (declaring.test(text)) return path.replace(/\.weft$/, '')
  return undefined
}

function use(name: string, span: Span, names: Names, words?: ReadonlySet<string>): void {
  if (name === '') return
  const entry = find(names, name)
  if (entry !== undefined) entry.used = true
  else if (words?.has(name) !== true && isNews(name, span, names)) names.bag.report('unknown-name', span, { name, suggestion: suggest(name, known(names)), library: libraryOf(name), later: isLater(name, names) })
}

function args(given: readonly Argument[], names: Names): void {
  for (const arg of given) expr(arg.value, names)
}

/** A misspelt argument name is a mistake even where nothing is elaborated. */
function checkArgumentNames({ callee, args: given }: CallExpr, names: Names): void {
  if (callee.kind !== 'NameExpr') return
  const callable = find(names, callee.name)?.callable
  if (callable === undefined) return
  const { parameters: known } = callable
  for (const { name } of given) {
    if (name === undefined || known.includes(name.name)) continue
    const suggestion = suggest(name.name, known)
    if (callable.operator) names.bag.report('unknown-attribute', name.span, { operator: callee.name, name: name.name, known, suggestion })
    else names.bag.report('unknown-parameter', name.span, { owner: callee.name, name: name.name, known, suggestion })
  }
}

/** Walks with an explicit stack along pipes and sums: chains may be long. */
function expr(of: Expr, names: Names, words?: ReadonlySet<string>): void {
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
        for (const item of at.items) stack.push(item.kind === 'SpreadItem' || item.kind === 'EntryItem' ? item.value : item)
        break
      case 'IndexExpr':
        for (const one of at.indices) stack.push(one)
        stack.push(at.target)
        break
      case 'ExistsExpr':
        stack.push(at.member)
        break
      case 'ComprehensionExpr':
        expr(at.body, bindings(at.clause, names), words)
        break
      case 'CallExpr':
        stack.push(at.callee)
        // Which words an argument's place knows depends on what is called: evaluation tells.
        for (const arg of at.args) expr(arg.value, names, languageWords)
        checkArgumentNames(at, names)
        break
      case 'NumberLiteral':
      case 'StringLiteral':
      case 'BoolLiteral':
      case 'InvalidExpr':
        break
    }
  }
}

