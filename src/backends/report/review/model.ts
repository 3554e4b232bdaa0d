// The report for a design review as a document: costs, memory, sparsity, conventions, source and comparisons of one network. Every
// format reads this and nothing else, so that no two of them disagree.
import type { Sources } from '../../../compiler/analysis/charge.ts'
import { budgetResults } from '../../../compiler/analysis/budgets.ts'
import { reconcile } from '../../../compiler/analysis/conventions/reconcile.ts'
import type { Convention } from '../../../compiler/analysis/conventions/conventions.ts'
import { cost, type CostReport } from '../../../compiler/analysis/cost.ts'
import { compareNetworks, type DiffSide } from '../../../compiler/analysis/diff/compare.ts'
import type { DiffDocument } from '../../../compiler/analysis/diff/document.ts'
import { latticesOf } from '../../../compiler/analysis/lattice.ts'
import {
  memory,
  memoryOverflow,
  type MemoryAnalysis,
  type MemoryOptions,
} from '../../../compiler/analysis/memory.ts'
import { memoryByModule, type ModuleBytes } from '../../../compiler/analysis/memory-modules.ts'
import { sparsityOf, type FusionSparsity, type PartSparsity } from '../../../compiler/analysis/sparsity.ts'
import { DiagnosticBag, type Diagnostic } from '../../../compiler/diagnostics/diagnostic.ts'
import { parse } from '../../../compiler/syntax/parse.ts'
import type { Graph } from '../../../compiler/ir/graph.ts'
import type { Results } from '../../../compiler/semantics/declarations/results.ts'
import type { KnobStep } from '../../../compiler/solve/elasticity.ts'
import { memoryDocument, type MemoryDocument } from '../memory/model.ts'
import type { ExecutedModel } from '../../executed.ts'
import { costDocument, type CostDocument, type ExecutedData } from '../model.ts'
import { drawLattice } from '../picture.ts'
import { measuredRows, type MeasuredRow } from './measured.ts'
import { contenderOf, labelled, type Contender } from './contender.ts'

export interface ModuleBytesRow extends ModuleBytes {
  readonly path: string
}

/** MACs are null where a symbolic extent keeps them unknown. */
export interface PartRow extends Omit<PartSparsity, 'macs' | 'effectiveMacs'> {
  readonly macs: number | null
  readonly effectiveMacs: number | null
}

export interface SparsityData extends Omit<FusionSparsity, 'parts'> {
  readonly parts: readonly PartRow[]
}

export interface SourceText {
  readonly file: string
  /** Of the text as UTF-8, in hexadecimal; null where nobody computed it. */
  readonly sha256: string | null
  readonly lines: readonly string[]
}

/** `weft-report/1`: fields may be added, never changed or removed; schema/weft-report-1.schema.json says the same. */
export interface ReviewDocument {
  readonly schema: 'weft-report/1'
  /** What counted, with its version: `weft 0.1.0`. */
  readonly tool: string
  /** The doc comment of the file, then that of the network: those that there are. */
  readonly about: readonly string[]
  readonly cost: CostDocument
  /** Null where an extent is symbolic. */
  readonly memory: MemoryDocument | null
  /** Training memory of every module; empty where an extent is symbolic. */
  readonly moduleBytes: readonly ModuleBytesRow[]
  readonly sparsity: readonly SparsityData[]
  /** From the `results` blocks of the spec. */
  readonly measured: readonly MeasuredRow[]
  /** What one step of each numeric parameter changes; empty where nobody asked for it. */
  readonly knobs: readonly KnobStep[]
  /** Fusions and backbones drawn with characters. */
  readonly drawings: readonly string[]
  /** The user's own files, the entry first. */
  readonly sources: readonly SourceText[]
  /** This network, then those it is compared with; alone where there are none. */
  readonly contenders: readonly Contender[]
  /** From each other network to this one, in the order of the contenders after the first. */
  readonly comparisons: readonly DiffDocument[]
}

export interface ReviewOptions {
  /** `weft 0.1.0`: for the line to paste. */
  readonly tool: string
  /** SHA-256 of a text in hexadecimal. */
  readonly digest?: (text: string) => string
  readonly memory?: MemoryOptions
  readonly convention?: Convention
  /** What an export multiplies, of this network alone. */
  readonly executed?: ExecutedModel & ExecutedData
  /** Tensors listed at each peak. */
  readonly top?: number
  readonly against?: readonly DiffSide[]
  /** As `knobSteps` finds them. */
  readonly knobs?: readonly KnobStep[]
  /** As `compileResults` reads them from the spec. */
  readonly results?: readonly Results[]
}

/** `document` is absent when a count is too large to be exact, of this network or of one that it is compared with. */
export interface Review {
  readonly document?: ReviewDocument
  /** What pictures shade their boxes by. */
  readonly report?: CostReport
  readonly diagnostics: readonly Diagnostic[]
  /** What was found in each of the other networks, in their order. */
  readonly against: readonly (readonly Diagnostic[])[]
}

/** Everything that a review asks of a compiled network. Near-linear in the size of the graphs. */
export function review(side: DiffSide, options: ReviewOptions): Review {
  const { graph, sources } = side
  const { report, diagnostics } = cost(graph, sources, options.convention, options.executed?.macs)
  if (report === undefined) return { diagnostics, against: [] }
  const reconciled = reconcile(report)
  if ('severity' in reconciled) return { diagnostics: [...diagnostics, reconciled], against: [] }
  const rivals = (options.against ?? []).map((other) => rivalOf(side, other, options))
  const found = { diagnostics, against: rivals.map((one) => one.diagnostics) }
  const complete = rivals.flatMap(({ rival }) => (rival === undefined ? [] : [rival]))
  if (complete.length < rivals.length) return found
  const analysis = memory(graph, options.memory)
  const overflow = analysis === undefined ? undefined : memoryOverflow(graph, analysis)
  if (overflow !== undefined) return { ...found, diagnostics: [...diagnostics, overflow] }
  return {
    ...found,
    document: {
      schema: 'weft-report/1',
      tool: options.tool,
      about: aboutOf(side),
      cost: costDocument(graph, report, budgetResults(graph, report), sources, {
        reconciled,
        ...(options.executed === undefined ? {} : { executed: options.executed }),
      }),
      memory: analysis === undefined ? null : memoryDocument(graph, analysis, sources, options.top ?? 10),
      moduleBytes: analysis === undefined ? [] : bytesRows(graph, analysis),
      sparsity: sparsityRows(graph, report),
      measured: measuredRows(graph, options.results ?? [], sources),
      knobs: options.knobs ?? [],
      drawings: latticesOf(graph).map((one) => drawLattice(one, { width: 100, unicode: true }).join('\n')),
      sources: textsOf(sources, options.digest),
      contenders: labelled([contenderOf(side, report, analysis), ...complete.map((one) => one.contender)]),
      comparisons: complete.map((one) => one.comparison),
    },
    report,
  }
}

interface Rival {
  readonly contender: Omit<Contender, 'label'>
  readonly comparison: DiffDocument
}

function rivalOf(
  side: DiffSide,
  other: DiffSide,
  { memory: setting, convention }: ReviewOptions,
): { readonly rival?: Rival; readonly diagnostics: readonly Diagnostic[] } {
  const { report, diagnostics } = cost(other.graph, other.sources, convention)
  const { document } = compareNetworks(other, side)
  if (report === undefined || document === undefined) return { diagnostics }
  const analysis = memory(other.graph, setting)
  const overflow = analysis === undefined ? undefined : memoryOverflow(other.graph, analysis)
  if (overflow !== undefined) return { diagnostics: [...diagnostics, overflow] }
  const contender = contenderOf(other, report, analysis)
  return { rival: { contender, comparison: document }, diagnostics }
}

/** Read from the entry file again: a graph keeps no prose. */
function aboutOf({ graph, sources }: DiffSide): readonly string[] {
  const file = sources.files.get(sources.entry)
  if (file === undefined) return []
  const { declarations, doc } = parse(file, new DiagnosticBag())
  const own = declarations
    .filter((one) => one.kind === 'NetworkDecl')
    .find((one) => one.name.name === graph.network)
  return [doc, own?.doc].filter((one) => one !== undefined)
}

function bytesRows(graph: Graph, analysis: MemoryAnalysis): ModuleBytesRow[] {
  return [...memoryByModule(graph, analysis)].map(([path, bytes]) => ({ path, ...bytes }))
}

function sparsityRows(graph: Graph, report: CostReport): SparsityData[] {
  return sparsityOf(graph, report).map((one) => ({
    ...one,
    parts: one.parts.map((part) => ({
      ...part,
      macs: part.macs ?? null,
      effectiveMacs: part.effectiveMacs ?? null,
    })),
  }))
}

/** Files of the library stand in every installation; they are not what is reviewed. */
function textsOf({ entry, files }: Sources, digest?: (text: string) => string): SourceText[] {
  const own = [...files.values()].filter((one) => !one.path.startsWith('std/') && !one.path.startsWith('<'))
  const ordered = own.toSorted((a, b) => Number(b.path === entry) - Number(a.path === entry))
  return ordered.map(({ path, text }) => ({
    file: path,
    sha256: digest?.(text) ?? null,
    lines: text.replace(/\r?\n$/, '').split(/\r?\n/),
  }))
}
