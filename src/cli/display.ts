// Diagnostics on their way to people: paths as seen from the current directory, on stderr, in frames.
import { join, relative } from 'node:path'
import type { CodeName } from '../compiler/diagnostics/codes.ts'
import { diagnose, type Diagnostic, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { renderDiagnostics } from '../compiler/diagnostics/render.ts'
import type { SourceFile, Span } from '../compiler/text/source.ts'
import type { Located } from '../node/spec-files.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'

/** Diagnostics with the texts that they point into. */
export interface Findings {
  readonly diagnostics: readonly Diagnostic[]
  readonly sources: ReadonlyMap<string, SourceFile>
}

/** Who has more mistakes mends these first; `weft check --json` has all. */
const mostShown = 100

export function showFindings(findings: readonly Findings[], terminal: Terminal): void {
  const diagnostics = findings.flatMap((one) => one.diagnostics)
  const sources = new Map(findings.flatMap((one) => [...one.sources]))
  const { width, errStyle: style } = terminal
  terminal.err(renderDiagnostics(diagnostics, { sources, width, style, most: mostShown }))
}

/** Their `path` is that of a parameter, not of a file. */
const aboutParameters: ReadonlySet<CodeName> = new Set<CodeName>([
  'weights-shape',
  'weights-twice',
  'weights-elsewhere',
  'weights-denser',
])

/** A problem of the command itself: about a file, or about no place at all. */
export function commandFindings(found: Problem, file: string): Findings {
  // A problem that names a file is about that one.
  const place = 'path' in found.parts && !aboutParameters.has(found.name) ? found.parts.path : file
  return { diagnostics: [diagnose(found, { file: place, start: 0, end: 0 })], sources: new Map() }
}

/** Shows a problem of the command itself and gives the status that it ends with. */
export function fail(found: Problem, file: string, terminal: Terminal): ExitCode {
  showFindings([commandFindings(found, file)], terminal)
  return exitCodes.error
}

/** The same findings with project paths turned into paths from the current directory. */
export function seenFromHere({ diagnostics, sources }: Findings, located: Located): Findings {
  if (located.root === process.cwd()) return { diagnostics, sources }
  return underNames({ diagnostics, sources }, (path) => pathFromHere(path, located))
}

/** A project path as a path from the current directory. */
export function pathFromHere(path: string, { root }: Located): string {
  const here = process.cwd()
  return root === here || isElsewhere(path) ? path : shorter(here, join(root, path))
}

/** The same findings with the files under other names. */
export function underNames({ diagnostics, sources }: Findings, name: (path: string) => string): Findings {
  const move = (span: Span): Span => ({ ...span, file: name(span.file) })
  return {
    diagnostics: diagnostics.map((one) => ({
      ...one,
      span: move(one.span),
      related: one.related.map((related) => ({ ...related, span: move(related.span) })),
    })),
    sources: new Map([...sources].map(([path, file]) => [name(path), { ...file, path: name(path) }])),
  }
}

/** Bundled files, and texts that came from the command line (`<argument base>`). */
export function isElsewhere(path: string): boolean {
  return path.startsWith('std/') || path.startsWith('<')
}

function shorter(here: string, path: string): string {
  const fromHere = relative(here, path)
  return fromHere.length <= path.length ? fromHere : path
}
