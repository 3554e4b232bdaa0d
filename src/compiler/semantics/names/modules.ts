// Files and their imports: each file read once, parsed, and given an environment of its own names.
import { diagnose, DiagnosticBag, problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { stdFiles } from '../../std/bundled.ts'
import type { ImportDecl, ImportName } from '../../syntax/ast.ts'
import { parse, readyTree } from '../../syntax/parse.ts'
import { byteLength, sourceFile, withinBound, type SourceFile, type Span } from '../../text/source.ts'
import { suggest } from '../../text/suggest.ts'
import type { Limits } from '../values/limits.ts'
import { unknownKey } from '../values/session.ts'
import type { Module } from './module.ts'
import { resolveNames } from './resolve.ts'

export interface Loader {
  readonly read: (path: string) => string | Problem | undefined
  readonly bag: DiagnosticBag
  readonly limits: Limits
  readonly sources: Map<string, SourceFile>
  readonly modules: Map<string, Module>
  /** Unknown names that were reported, by file. */
  readonly unknownNames: Set<string>
  /** Paths being loaded, outermost first. */
  readonly loading: string[]
  /** Files of the library that were read, by path: whoever reads specs again and again gives them back. */
  readonly library: Map<string, Module>
}

export const isLibrary = (path: string): boolean => path.startsWith('std/')

/** Loads the file from which everything is reached. The host was asked for it before: it is there. */
export function loadModule(loader: Loader, path: string, text: string): Module {
  const file = sourceFile(path, text)
  loader.sources.set(path, file)
  const own = new DiagnosticBag()
  const syntax = readyTree(file) ?? parse(file, own)
  for (const one of own.list()) loader.bag.add(one)
  loader.loading.push(path)
  const imports = new Map<string, { readonly module: Module; readonly name: string; readonly span: Span }>()
  for (const declaration of syntax.imports) loadImport(loader, path, declaration, imports)
  loader.loading.pop()
  const module: Module = { path, syntax, imports }
  loader.modules.set(path, module)
  if (isLibrary(path)) loader.library.set(path, module)
  // What the parser could not read is missing from the tree: its names would seem unknown.
  if (!own.hasErrors) resolveNames(module, loader.bag, loader.unknownNames)
  return module
}

function loadImport(
  loader: Loader,
  importer: string,
  declaration: ImportDecl,
  imports: Map<string, { readonly module: Module; readonly name: string; readonly span: Span }>,
): void {
  const target = importedModule(loader, importer, declaration)
  for (const one of declaration.names) {
    if (target === undefined) continue
    if (declares(target, one.name.name))
      imports.set((one.alias ?? one.name).name, { module: target, name: one.name.name, span: one.span })
    else reportMissingName(loader, importer, target, one)
  }
}

/** A file of the library as it was read before, with all that it imports. */
function taken(loader: Loader, path: string): Module | undefined {
  const module = loader.library.get(path)
  if (module === undefined || loader.modules.has(path)) return module
  loader.modules.set(path, module)
  loader.sources.set(path, sourceFile(path, stdFiles.get(path) ?? ''))
  for (const { module: imported } of module.imports.values()) taken(loader, imported.path)
  return module
}

const exportable = (module: Module): string[] =>
  module.syntax.declarations.flatMap((one) => {
    if (one.kind === 'UnpackStmt') return one.pattern.names.map(({ name }) => name)
    return one.kind === 'TrainDecl' || one.kind === 'ResultsDecl' ? [] : [one.name.name]
  })

const declares = (module: Module, name: string): boolean => exportable(module).includes(name)

function reportMissingName(loader: Loader, importer: string, target: Module, one: ImportName): void {
  const known = exportable(target)
  const parts = { name: one.name.name, file: target.path, known, suggestion: suggest(one.name.name, known) }
  loader.bag.report('import-name-missing', one.name.span, parts)
  // The file goes on to use the name that was meant: that is the same slip.
  if (parts.suggestion !== undefined && one.alias === undefined)
    loader.unknownNames.add(unknownKey(importer, parts.suggestion))
}

function importedModule(loader: Loader, importer: string, declaration: ImportDecl): Module | undefined {
  const written = declaration.from.value
  const { span } = declaration.from
  if (faulty(loader.bag, span)) return undefined // The path itself could not be read.
  const path = isLibrary(written) ? withEnding(written) : relativePath(importer, written)
  if (path === undefined) {
    loader.bag.report('import-escapes-project', span, { path: written })
    return undefined
  }
  if (loader.loading.includes(path)) {
    const chain = [...loader.loading.slice(loader.loading.indexOf(path)), path]
    loader.bag.report('cyclic-import', span, { chain })
    return undefined
  }
  const known = loader.modules.get(path) ?? taken(loader, path)
  if (known !== undefined) return known
  if (loader.loading.length >= loader.limits.importDepth) {
    loader.bag.report('imports-too-deep', span, { limit: loader.limits.importDepth })
    return undefined
  }
  const suggestion = isLibrary(path) ? suggest(path, stdFiles.keys())?.replace(/\.weft$/, '') : undefined
  const text = readFile(loader, path, problem('import-not-found', { path, suggestion }), span)
  return text === undefined ? undefined : loadModule(loader, path, text)
}

/** A file's text, or undefined after a report at `span`: that it is not there (as `absent` says it), cannot be read or is too large. */
export function readFile(loader: Loader, path: string, absent: Problem, span: Span): string | undefined {
  const { bag, limits } = loader
  const found = (isLibrary(path) ? stdFiles.get(path) : loader.read(path)) ?? absent
  if (typeof found === 'string' && withinBound(found, limits.fileBytes)) return found
  const refused =
    typeof found === 'string'
      ? problem('file-too-large', { path, bytes: byteLength(found), limit: limits.fileBytes })
      : found
  bag.add(diagnose(refused, span))
  return undefined
}

const faulty = (bag: DiagnosticBag, { file, start, end }: Span): boolean =>
  bag
    .list()
    .some(
      ({ severity, span }) =>
        severity === 'error' && span.file === file && span.start >= start && span.end <= end,
    )

const withEnding = (path: string): string => (path.endsWith('.weft') ? path : `${path}.weft`)

/** How one file of a project writes the import of another: `../parts`. */
export function importPath(importer: string, target: string): string {
  const from = importer.split('/').slice(0, -1)
  const to = target.replace(/\.weft$/, '').split('/')
  const shared = from.findIndex((part, at) => at >= to.length - 1 || part !== to[at])
  const common = shared < 0 ? from.length : shared
  const up = from.slice(common).map(() => '..')
  return [...(up.length === 0 ? ['.'] : up), ...to.slice(common)].join('/')
}

/** The project-relative path of an import; undefined for absolute paths, URLs, backslashes and paths that leave the project. */
export function relativePath(importer: string, written: string): string | undefined {
  if (written === '' || written.startsWith('/') || /[\\:\0]/.test(written)) return undefined
  const parts = importer.split('/').slice(0, -1)
  for (const part of written.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  return withEnding(parts.join('/'))
}
