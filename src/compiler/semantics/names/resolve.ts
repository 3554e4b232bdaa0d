// Names before evaluation: every name is known, declared once, used; statements stand where they may. One pass over a file's syntax.
import type { DiagnosticBag } from '../../diagnostics/diagnostic.ts'
import type { Argument, Declaration, Ident, ImportName, Param, TypeExpr } from '../../syntax/ast.ts'
import type { Span } from '../../text/source.ts'
import { suggest } from '../../text/suggest.ts'
import { languageNames, languageWords } from '../calls/language.ts'
import { operatorTables } from '../values/operator-tables.ts'
import { isTypeName, typeNames, wordsOfType } from '../values/types.ts'
import { declareUnpacked } from './clauses.ts'
import { expr, settings, use } from './expressions.ts'
import type { Module } from './module.ts'
import {
  add,
  close,
  find,
  inside,
  link,
  type Callable,
  type Entry,
  type NameRecord,
  type Names,
} from './name-table.ts'
import { body } from './statements.ts'

/** Known names that unknown ones of a file are compared with. */
const mostComparisons = 500_000

/** Reports what is wrong with the names of a file, and gives what each of them leads to. */
export function resolveNames(module: Module, bag: DiagnosticBag, unknown: Set<string>): NameRecord {
  const nowhere: Span = { file: '', start: 0, end: 0 }
  const entries = new Map(
    languageNames.map((name): [string, Entry] => [
      name,
      { span: nowhere, role: undefined, callable: operator(name), used: true },
    ]),
  )
  const record: NameRecord = { links: [], scopes: [] }
  const effort = { comparisons: mostComparisons }
  const names = inside({ bag, unknown, entries, parent: undefined, effort, record }, module.syntax.span)
  for (const { names: imported } of module.syntax.imports) {
    for (const one of imported) {
      add(names, one.alias ?? one.name, 'import', importedCallable(module, one))
      linkImport(one, module, names)
    }
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
  return record
}

function linkImport({ name, alias }: ImportName, module: Module, names: Names): void {
  const found = module.imports.get((alias ?? name).name)
  const declared = found === undefined ? undefined : declaredIn(found.module, found.name)
  if (declared === undefined) return
  link(names, name.span, declared)
  if (alias !== undefined) link(names, alias.span, declared, 'alias')
}

function declaredIn({ syntax }: Module, name: string): Span | undefined {
  const idents = syntax.declarations.flatMap((one) =>
    one.kind === 'UnpackStmt' ? one.pattern.names : [one.name],
  )
  return idents.find((one) => one.name === name)?.span
}

function operator(name: string): Callable | undefined {
  const table = operatorTables.get(name)
  return table === undefined ? undefined : { operator: true, parameters: table.names, places: new Map() }
}

/** A variant takes its base's parameters as well as its own: evaluation tells. */
function declared(declaration: Declaration): Callable | undefined {
  if (!('params' in declaration)) return undefined
  if (declaration.kind === 'NetworkDecl' && declaration.body.kind === 'ExprBody') return undefined
  const params = declaration.params.map((param) => param.name)
  const places = new Map(params.map(({ name, span }) => [name, span]))
  return { operator: false, parameters: params.map(({ name }) => name), places }
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
      networkArguments(declaration.network, declaration.args, names)
      settings(declaration.settings, names)
      return
    case 'ResultsDecl':
      use(declaration.network.name, declaration.network.span, names)
      networkArguments(declaration.network, declaration.args, names)
      for (const { value, at } of declaration.entries) {
        expr(value, names)
        networkArguments(declaration.network, at, names)
      }
      return
    case 'FnDecl': {
      const inner = inside(names, declaration.span)
      params(declaration.params, inner)
      if (declaration.returns !== undefined) type(declaration.returns, inner)
      expr(declaration.body, inner)
      close(inner)
      return
    }
    case 'BlockDecl':
    case 'NetworkDecl': {
      const inner = inside(names, declaration.span)
      params(declaration.params, inner)
      body(declaration, declaration.body, inner)
      close(inner)
    }
  }
}

/** Arguments may be words, such as `axis = depth`: which of them a parameter takes, evaluation tells. */
function networkArguments(network: Ident, given: readonly Argument[], names: Names): void {
  const places = find(names, network.name)?.callable?.places
  for (const { name, value } of given) {
    const place = name === undefined ? undefined : places?.get(name.name)
    if (name !== undefined && place !== undefined) link(names, name.span, place)
    expr(value, names, languageWords)
  }
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
