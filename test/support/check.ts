// Specs as texts, findings as texts: the boundary at which the language's behaviour is tested.
import { cost } from '../../src/compiler/analysis/cost.ts'
import { check, compile, type SourceHost } from '../../src/compiler/compile.ts'
import type { Diagnostic } from '../../src/compiler/diagnostics/diagnostic.ts'
import { renderDiagnostics } from '../../src/compiler/diagnostics/render.ts'
import type { Graph } from '../../src/compiler/ir/graph.ts'
import type { Limits } from '../../src/compiler/semantics/values/limits.ts'
import type { SourceFile } from '../../src/compiler/text/source.ts'

/** File texts by path; the one that is compiled is `spec.weft`. */
export type Files = Readonly<Record<string, string>>

export const entry = 'spec.weft'

export function hostOf(files: Files): SourceHost {
  return { read: (path) => (Object.hasOwn(files, path) ? files[path] : undefined) }
}

export interface Findings {
  readonly diagnostics: readonly Diagnostic[]
  readonly sources: ReadonlyMap<string, SourceFile>
}

/** As the command line shows them, without colour. */
export function rendered({ diagnostics, sources }: Findings): string {
  return renderDiagnostics(diagnostics, { sources, width: 100 })
}

/** `WEFT201 unknown name \`x\` @ x [i = 2]`: code, message, the underlined text, the indices. */
export function briefly({ diagnostics, sources }: Findings): string[] {
  return diagnostics.map(({ code, message, span, indices }) => {
    const text = sources.get(span.file)?.text.slice(span.start, span.end) ?? ''
    const at = indices.map(({ name, value }) => `${name} = ${value}`).join(', ')
    return `${code} ${message} @ ${text.replaceAll(/\s+/g, ' ')}${at === '' ? '' : ` [${at}]`}`
  })
}

export interface Options {
  readonly network?: string
  readonly set?: Readonly<Record<string, string>>
  readonly limits?: Partial<Limits>
}

const filesOf = (spec: string | Files): Files => (typeof spec === 'string' ? { [entry]: spec } : spec)

/** The graph of one network of a spec that has no mistakes. */
export function graphOf(spec: string | Files, options: Options = {}): Graph {
  const { graph, ...found } = compiled(spec, options)
  const errors = found.diagnostics.filter((one) => one.severity === 'error')
  if (graph === undefined || errors.length > 0) throw new Error(`there are errors:\n${rendered(found)}`)
  return graph
}

export function compiled(
  spec: string | Files,
  { network, set, limits }: Options = {},
): ReturnType<typeof compile> {
  return compile(entry, hostOf(filesOf(spec)), {
    ...(network === undefined ? {} : { network }),
    ...(set === undefined ? {} : { arguments: set }),
    ...(limits === undefined ? {} : { limits }),
  })
}

export function checked(spec: string | Files, limits: Partial<Limits> = {}): ReturnType<typeof check> {
  return check(entry, hostOf(filesOf(spec)), limits)
}

/** What is wrong with a spec, briefly. */
export function mistakes(spec: string | Files, options: Options = {}): string[] {
  const one = options.network !== undefined || options.set !== undefined
  return briefly(one ? compiled(spec, options) : checked(spec, options.limits))
}

/** What the cost report has to say about a network besides its numbers. */
export function costFindings(spec: string | Files, options: Options = {}): Findings {
  const { graph, diagnostics, sources } = compiled(spec, options)
  const found = graph === undefined ? [] : cost(graph, { entry, files: sources }).diagnostics
  return { diagnostics: [...diagnostics, ...found], sources }
}

/** A network around one expression on a 2D image `x` of 4 channels and 16×16. */
export function around(expression: string, declarations = ''): string {
  return `${declarations}\nnetwork N {\n  input x: [4, 16, 16]\n  output y = ${expression}\n}\n`
}

/** Evaluates one expression of values; the text is what the compiler shows of it. */
export function value(expression: string, declarations = ''): string {
  const spec = `${declarations}\nnetwork N(value: any = ${expression}) {\n  input x: [4, 16, 16]\n  output y = x\n  let _v = value\n}\n`
  return JSON.stringify(graphOf(spec).arguments.find((one) => one.name === 'value')?.value)
}
