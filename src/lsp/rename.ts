// Renaming: the edits, or why not. What is renamed is read again, and refused unless every name leads where it led before.
import { newMemory, type SourceHost } from '../compiler/compile.ts'
import { languageWords } from '../compiler/semantics/calls/language.ts'
import type { Module } from '../compiler/semantics/names/module.ts'
import { operatorTables } from '../compiler/semantics/values/operator-tables.ts'
import { isLibrary } from '../compiler/semantics/names/modules.ts'
import { nodesOf } from '../compiler/syntax/visit.ts'
import type { SourceFile, Span } from '../compiler/text/source.ts'
import { reservedWords } from '../../grammar/tokens.ts'
import { describedAt } from './described.ts'
import { nameAt, recordsOf, usesOf, type Records } from './links.ts'
import { innermost, pathTo } from './places.ts'
import { readDocument } from './reading.ts'

/** Files of a project as they are now, with those that nothing open imports. */
export interface Project {
  readonly host: SourceHost
  readonly modules: ReadonlyMap<string, Module>
  readonly sources: ReadonlyMap<string, SourceFile>
}

export type Renaming = { readonly refused: string } | { readonly places: readonly Span[] }

const refused = (why: string): Renaming => ({ refused: why })

/** The name at a place that could be renamed, or why it could not. */
export function renamable(
  { path, syntax }: Module,
  offset: number,
  records: Records,
): Span | { readonly refused: string } {
  const declared = nameAt(path, offset, records)
  if (declared === undefined) {
    const name = outsideName(syntax, offset)
    return {
      refused: name === undefined ? 'nothing here has a name that the file declares' : changedByHand(name),
    }
  }
  if (isLibrary(declared.file))
    return { refused: `it is declared in ${declared.file}, which is the library's` }
  return declared
}

/** The word around a place, which an editor shows to be changed. */
export function wordAt(text: string, offset: number): { readonly start: number; readonly end: number } {
  const before = /\w*$/.exec(text.slice(0, offset))?.[0] ?? ''
  const after = /^\w*/.exec(text.slice(offset))?.[0] ?? ''
  return { start: offset - before.length, end: offset + after.length }
}

/** The name that a network's result has for whoever reads its exports and checkpoints, and for its recipes: no name of the file's. */
function outsideName(syntax: Module['syntax'], offset: number): string | undefined {
  const statement = innermost(pathTo(syntax, offset), 'OutputStmt', 'KeepStmt')
  if (statement === undefined) return undefined
  const { name, span } = statement.name
  return span.start <= offset && offset <= span.end ? name : undefined
}

const changedByHand = (name: string): string =>
  `\`${name}\` names an output or what is kept: recipes, exported files and checkpoints know it by that name, so change it by hand where it is meant`

export function rename(path: string, offset: number, to: string, project: Project): Renaming {
  const records = recordsOf(project.modules.values())
  const module = project.modules.get(path)
  if (module === undefined) return refused('the text is too long to be read')
  const declared = renamable(module, offset, records)
  if ('refused' in declared) return declared
  const textOf = ({ file, start, end }: Span): string | undefined =>
    project.sources.get(file)?.text.slice(start, end)
  const from = textOf(declared)
  if (from === undefined || from === '') return refused('its declaration cannot be read')
  const wrong = wrongName(to)
  if (wrong !== undefined) return refused(wrong)
  // `level` and `node` stand for a backbone and a fusion without being their names.
  const places = usesOf(declared, records).filter((one) => textOf(one) === from)
  const unsure = unsureArgument(declared, from, project, places)
  if (unsure !== undefined) return refused(unsure)
  return captured({ places, from, to }, project, records) ?? { places }
}

function wrongName(to: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(to))
    return `\`${to}\` is no name: letters, digits and \`_\`, no digit first`
  if (reservedWords.some(({ PATTERN }) => PATTERN === to)) return `\`${to}\` is a word of the language`
  return languageWords.has(to)
    ? `\`${to}\` is a word that arguments take, and would be read as one`
    : undefined
}

/** An argument may go to a parameter by a name that evaluation alone follows: `let unit = Unit` and `unit(c = 3)`. */
function unsureArgument(
  declared: Span,
  from: string,
  { modules, sources }: Project,
  places: readonly Span[],
): string | undefined {
  const owner = modules.get(declared.file)
  const text = sources.get(declared.file)?.text ?? ''
  if (owner === undefined || describedAt(owner.syntax, text, declared)?.node.kind !== 'Param')
    return undefined
  const known = new Set(places.map(({ file, start }) => `${file} ${start}`))
  for (const { path, syntax } of modules.values()) {
    if (isLibrary(path) || !reaches(path, declared.file, modules)) continue
    for (const node of nodesOf(syntax)) {
      const name = node.kind === 'Argument' ? node.name : undefined
      if (name?.name !== from || known.has(`${path} ${name.span.start}`)) continue
      const line = sources.get(path)?.text.slice(0, name.span.start).split('\n').length
      if (!givenToOperator(node, modules))
        return `line ${line} of ${path} may give it by name, in a call that only evaluation follows`
    }
  }
  return undefined
}

/** Whether a file is another one or has anything of it. */
function reaches(path: string, target: string, modules: ReadonlyMap<string, Module>): boolean {
  if (path === target) return true
  const imported = new Set([...(modules.get(path)?.imports.values() ?? [])].map(({ module }) => module.path))
  return [...imported].some((one) => reaches(one, target, modules))
}

/** What is called is not seen from the argument: an argument that an operator of the language has is left alone. */
function givenToOperator(argument: { readonly span: Span }, modules: ReadonlyMap<string, Module>): boolean {
  const module = modules.get(argument.span.file)
  if (module === undefined) return false
  for (const node of nodesOf(module.syntax))
    if (node.kind === 'CallExpr' && node.args.some((one) => one.span.start === argument.span.start))
      return node.callee.kind === 'NameExpr' && operatorTables.has(node.callee.name)
  return false
}

interface Plan {
  readonly places: readonly Span[]
  readonly from: string
  readonly to: string
}

/** Why the plan changes what names mean; undefined where it does not. */
function captured(plan: Plan, project: Project, before: Records): Renaming | undefined {
  const texts = new Map([...project.sources].map(([path, { text }]) => [path, renamed(path, text, plan)]))
  const host: SourceHost = { read: (path) => texts.get(path) ?? project.host.read(path) }
  const memory = newMemory()
  const after = new Map<string, Module>()
  for (const path of project.modules.keys())
    if (!isLibrary(path))
      for (const [name, module] of readDocument(path, host, memory).spec.modules) after.set(name, module)
  const moved = linksOf(before, (span) => movedSpan(span, plan))
  const now = linksOf(recordsOf(after.values()), (span) => span)
  for (const link of moved)
    if (!now.has(link)) return refused(`\`${plan.to}\` already means something else there`)
  for (const link of now) if (!moved.has(link)) return refused(`\`${plan.to}\` would take over another name`)
  return undefined
}

const linksOf = (records: Records, place: (span: Span) => Span): ReadonlySet<string> =>
  new Set(
    [...records.values()].flatMap(({ links }) =>
      links.map(({ use, declared }) => [use, declared].map(place).map(keyOf).join(' ')),
    ),
  )

const keyOf = ({ file, start, end }: Span): string => `${file}:${start}-${end}`

function renamed(path: string, text: string, { places, to }: Plan): string {
  const here = places.filter(({ file }) => file === path).toSorted((a, b) => b.start - a.start)
  return here.reduce((before, { start, end }) => before.slice(0, start) + to + before.slice(end), text)
}

/** Where a place is after the edits. */
function movedSpan({ file, start, end }: Span, { places, from, to }: Plan): Span {
  const growth = to.length - from.length
  const earlier = (offset: number): number =>
    places.filter((one) => one.file === file && one.end <= offset).length * growth
  return { file, start: start + earlier(start), end: end + earlier(end) }
}
