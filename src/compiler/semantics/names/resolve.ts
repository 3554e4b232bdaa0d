// Names before evaluation: every name is known, declared once, used; statements stand where they may. One pass over a file's syntax.
import type { DiagnosticBag } from '../../diagnostics/diagnostic.ts'
import type { Argument, Declaration, ImportName, Param, TypeExpr } from '../../syntax/ast.ts'
import type { Span } from '../../text/source.ts'
import { suggest } from '../../text/suggest.ts'
import { languageNames, languageWords } from '../calls/language.ts'
import { operatorTables } from '../values/operator-tables.ts'
import { isTypeName, typeNames, wordsOfType } from '../values/types.ts'
import { declareUnpacked } from './clauses.ts'
import { expr, settings, use } from './expressions.ts'
import type { Module } from './module.ts'
import { add, close, inside, type Callable, type Entry, type Names } from './name-table.ts'
import { body } from './statements.ts'

/** Known names that unknown ones of a file are compared with. */
const mostComparisons = 500_000

export function resolveNames(module: Module, bag: DiagnosticBag, unknown: Set<string>): void {
  const nowhere: Span = { file: '', start: 0, end: 0 }
  const entries = new Map(
    languageNames.map((name): [string, Entry] => [
      name,
      { span: nowhere, role: undefined, callable: operator(name), used: true },
    ]),
  )
  const names = inside({ bag, unknown, entries, parent: undefined, effort: { comparisons: mostComparisons } })
  for (const { names: imported } of module.syntax.imports) {
    for (const one of imported) add(names, one.alias ?? one.name, 'import', importedCallable(module, one))
  }
  for (const declaration of module.syntax.declarations) {
    if (declaration.kind === 'UnpackStmt') declareUnpacked(declaration, names)
    else if (declaration.kind !== 'TrainDecl' && declaration.kind !== 'ResultsDecl')
      add(names, declaration.name, undefined, declared(declaration))
  }
  // Recipes and results are named apart, so that the results of a recipe may have its name.
  for (const kind of ['TrainDecl', 'ResultsDecl']) {
    const beside = inside(names)
    for (const declaration of module.syntax.declarations)
      if (declaration.kind !== 'UnpackStmt' && declaration.kind === kind) add(beside, declaration.name)
  }
  for (const declaration of module.syntax.declarations) resolveDeclaration(declaration, names)
  close(names)
}

function operator(name: string): Callable | undefined {
  const table = operatorTables.get(name)
  return table === undefined ? undefined : { operator: true, parameters: table.names }
}

/** A variant takes its base's parameters as well as its own: evaluation tells. */
function declared(declaration: Declaration): Callable | undefined {
  if (!('params' in declaration)) return undefined
  if (declaration.kind === 'NetworkDecl' && declaration.body.kind === 'ExprBody') return undefined
  return { operator: false, parameters: declaration.params.map((param) => param.name.name) }
}

function importedCallable(module: Module, { name, alias }: ImportName): Callable | undefined {
  const found = module.imports.get((alias ?? name).name)
  const declaration = found?.module.syntax.declarations.find(
    (one) => one.kind !== 'UnpackStmt' && one.name.name === found.name,
  )
  return declaration === undefined ? undefined : declared(declaration)
}

function resolveDeclaration(declaration: Declaration, names: Names): void {
  switch (declaration.kind) {
    case 'ConstDecl':
    case 'UnpackStmt':
      expr(declaration.value, names)
      return
    case 'TrainDecl':
      use(declaration.network.name, declaration.network.span, names)
      words(declaration.args, names)
      settings(declaration.settings, names)
      return
    case 'ResultsDecl':
      use(declaration.network.name, declaration.network.span, names)
      words(declaration.args, names)
      for (const { value, at } of declaration.entries) {
        expr(value, names)
        words(at, names)
      }
      return
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

/** Arguments may be words, such as `axis = depth`: which of them a parameter takes, evaluation tells. */
function words(given: readonly Argument[], names: Names): void {
  for (const { value } of given) expr(value, names, languageWords)
}

function params(declared: readonly Param[], names: Names): void {
  const later = declared.map((param) => param.name.name)
  for (const [k, param] of declared.entries()) {
    if (param.type !== undefined) type(param.type, names)
    // A default may be a word (`axis = depth`) where the type says so; it sees the parameters before it.
    if (param.default !== undefined)
      expr(param.default, { ...names, later: later.slice(k) }, wordsOfType(param.type))
    add(names, param.name, 'parameter')
  }
}

function type(of: TypeExpr, names: Names): void {
  if (of.kind === 'ListType') type(of.item, names)
  else if (of.kind === 'UnionType') for (const option of of.options) type(option, names)
  else if (!isTypeName(of.name))
    names.bag.report('unknown-type', of.span, {
      name: of.name,
      known: typeNames,
      suggestion: suggest(of.name, typeNames),
    })
}
