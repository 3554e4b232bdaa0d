// What the server knows of a document: its text read with all that it imports, and what was elaborated of it, which may be of an earlier
// text. Capabilities are functions of this and a place.
import { cost, type CostReport } from '../compiler/analysis/cost.ts'
import {
  checkSteps,
  compileRead,
  newTrace,
  readSpec,
  type Memory,
  type ReadSpec,
  type SourceHost,
} from '../compiler/compile.ts'
import { DiagnosticBag, type Diagnostic } from '../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../compiler/ir/graph.ts'
import type { Module } from '../compiler/semantics/names/module.ts'
import type { NameRecord } from '../compiler/semantics/names/name-table.ts'
import { resolveNames } from '../compiler/semantics/names/resolve.ts'
import type { Results } from '../compiler/semantics/declarations/results.ts'
import type { Recipe } from '../compiler/semantics/declarations/train.ts'
import type { Trace } from '../compiler/semantics/values/values.ts'
import { sourceFile, type SourceFile } from '../compiler/text/source.ts'

/** A text as it is now. */
export interface Reading {
  readonly path: string
  readonly file: SourceFile
  readonly spec: ReadSpec
  /** Absent where the text is longer than a spec may be. */
  readonly module?: Module
}

/** A network with arguments: what the numbers that are shown are for. */
export interface Choice {
  readonly network: string
  /** As Weft expressions; what is not named has its default. */
  readonly arguments: Readonly<Record<string, string>>
}

/** One network with arguments in place, its costs, and what its expressions were evaluated to. */
export interface Numbers {
  readonly choice: Choice
  readonly graph: Graph
  readonly report: CostReport
  readonly trace: Trace
}

/** What was elaborated of a text. */
export interface Elaborated {
  readonly file: SourceFile
  readonly module: Module
  /** Of the file, in its order: those without mistakes, with their defaults. */
  readonly networks: readonly Numbers[]
  /** What the user chose to see instead. */
  readonly chosen?: Numbers
  readonly sources: ReadonlyMap<string, SourceFile>
  readonly recipes: readonly Recipe[]
  readonly results: readonly Results[]
}

export interface Findings {
  readonly diagnostics: readonly Diagnostic[]
  /** Absent where nothing could be elaborated. */
  readonly elaborated?: Elaborated
}

export function readDocument(path: string, host: SourceHost, memory: Memory): Reading {
  const spec = readSpec(path, host, {}, memory)
  const file = spec.sources.get(path) ?? sourceFile(path, '')
  return { path, file, spec, ...(spec.module === undefined ? {} : { module: spec.module }) }
}

/** All that `weft check` finds, in steps between which something else can be done. */
export function* elaborate(
  { path, file, spec, module }: Reading,
  choice?: Choice,
): Generator<void, Findings> {
  const traces = new Map<string, Trace>()
  const { graphs, diagnostics, sources, recipes, results } = yield* checkSteps(spec, { traces })
  if (module === undefined || graphs.length === 0) return { diagnostics }
  const numbered = (graph: Graph, trace: Trace | undefined, of: Choice): Numbers[] => {
    const { report } = cost(graph, { entry: path, files: sources })
    return report === undefined || trace === undefined ? [] : [{ choice: of, graph, report, trace }]
  }
  const networks: Numbers[] = []
  for (const graph of graphs) {
    const { network } = graph
    networks.push(...numbered(graph, traces.get(network), { network, arguments: {} }))
    yield
  }
  const [chosen] = choice === undefined ? [] : numberedChoice(spec, choice, numbered)
  const found = { file, module, networks, sources, recipes, results }
  return { diagnostics, elaborated: chosen === undefined ? found : { ...found, chosen } }
}

function numberedChoice(
  spec: ReadSpec,
  choice: Choice,
  numbered: (graph: Graph, trace: Trace, of: Choice) => Numbers[],
): Numbers[] {
  const trace = newTrace(spec.entry)
  const { graph } = compileRead(spec, { ...choice, trace })
  return graph === undefined ? [] : numbered(graph, trace, choice)
}

/** Why a network with arguments has no numbers although the text can be elaborated. */
export function refusedChoice({ spec }: Reading, choice: Choice): Diagnostic | undefined {
  if (!spec.sound) return undefined
  const { graph, diagnostics } = compileRead(spec, choice)
  return graph === undefined ? diagnostics.find(({ severity }) => severity === 'error') : undefined
}

/** What the names of a file lead to. A text with mistakes has names too. */
export function namesOf(module: Module): NameRecord {
  return resolveNames(module, new DiagnosticBag(), new Set())
}

/** The place of an earlier text that a place of a later one was; undefined in what has changed since. */
export function earlierOffset(earlier: SourceFile, later: SourceFile, offset: number): number | undefined {
  if (earlier.text === later.text) return offset
  const { start, earlierEnd, laterEnd } = changeBetween(earlier.text, later.text)
  if (offset <= start) return offset
  return offset >= laterEnd ? offset - laterEnd + earlierEnd : undefined
}

/** The one stretch outside of which two texts are alike. */
function changeBetween(
  earlier: string,
  later: string,
): { readonly start: number; readonly earlierEnd: number; readonly laterEnd: number } {
  const shorter = Math.min(earlier.length, later.length)
  let start = 0
  while (start < shorter && earlier[start] === later[start]) start += 1
  let same = 0
  while (same < shorter - start && earlier.at(-1 - same) === later.at(-1 - same)) same += 1
  return { start, earlierEnd: earlier.length - same, laterEnd: later.length - same }
}

/** The same the other way: where a place of an earlier text is now. */
export const laterOffset = (earlier: SourceFile, later: SourceFile, offset: number): number | undefined =>
  earlierOffset(later, earlier, offset)
