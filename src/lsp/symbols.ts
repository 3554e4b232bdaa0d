// The outline of a file, and what of it folds.
import type { Ident } from '../compiler/syntax/ast.ts'
import { childrenOf, type AnyNode } from '../compiler/syntax/visit.ts'
import type { SourceFile, Span } from '../compiler/text/source.ts'
import { lex } from '../../grammar/lex.ts'
import { positionOf, rangeOf, type Range } from './protocol.ts'
import type { Reading } from './reading.ts'

export interface DocumentSymbol {
  readonly name: string
  readonly detail: string
  /** Of the protocol's `SymbolKind`. */
  readonly kind: (typeof symbolKinds)[keyof typeof symbolKinds]
  readonly range: Range
  readonly selectionRange: Range
  readonly children: DocumentSymbol[]
}

const symbolKinds = {
  class: 5,
  field: 8,
  function: 12,
  variable: 13,
  constant: 14,
  event: 24,
  object: 19,
} as const

interface Outlined {
  readonly ident: Ident
  readonly detail: string
  readonly kind: keyof typeof symbolKinds
}

export const documentSymbols = ({ file, module }: Reading): DocumentSymbol[] =>
  module === undefined ? [] : symbolsIn(module.syntax, file)

function symbolsIn(node: AnyNode, file: SourceFile): DocumentSymbol[] {
  return childrenOf(node).flatMap((child): DocumentSymbol[] => {
    const inner = symbolsIn(child, file)
    const own = outlined(child)
    const [first] = own
    if (first === undefined) return inner
    return own.map((one) => symbol(one, child.span, one === first ? inner : [], file))
  })
}

function symbol(
  { ident, detail, kind }: Outlined,
  span: Span,
  children: DocumentSymbol[],
  file: SourceFile,
): DocumentSymbol {
  const whole = { start: Math.min(span.start, ident.span.start), end: Math.max(span.end, ident.span.end) }
  return {
    name: ident.name === '' ? '?' : ident.name,
    detail,
    kind: symbolKinds[kind],
    range: rangeOf(file, whole),
    selectionRange: rangeOf(file, ident.span),
    children,
  }
}

function outlined(node: AnyNode): readonly Outlined[] {
  const one = (ident: Ident, detail: string, kind: Outlined['kind']): Outlined[] => [{ ident, detail, kind }]
  switch (node.kind) {
    case 'NetworkDecl':
      return one(node.name, 'network', 'class')
    case 'BlockDecl':
      return one(node.name, 'block', 'class')
    case 'FnDecl':
      return one(node.name, 'fn', 'function')
    case 'ConstDecl':
      return one(node.name, 'let', 'constant')
    case 'TrainDecl':
      return one(node.name, `train for ${node.network.name}`, 'event')
    case 'ResultsDecl':
      return one(node.name, `results for ${node.network.name}`, 'object')
    case 'LetStmt':
      return one(node.name, 'let', 'variable')
    case 'UnpackStmt':
      return node.pattern.names
        .filter(({ name }) => name !== '_')
        .map((ident) => ({ ident, detail: 'let', kind: 'variable' }))
    case 'BackboneStmt':
      return one(node.name, 'backbone', 'object')
    case 'FusionStmt':
      return one(node.name, 'fusion', 'object')
    case 'EdgeDecl':
      return one(node.name, 'edge', 'field')
    case 'InputStmt':
      return one(node.name, 'input', 'field')
    case 'OutputStmt':
      return one(node.name, node.aux ? 'aux output' : 'output', 'field')
    case 'KeepStmt':
      return one(node.name, 'keep', 'field')
    default:
      return []
  }
}

// ---------------------------------------------------------------- folding

export interface FoldingRange {
  readonly startLine: number
  readonly endLine: number
  readonly kind?: 'comment' | 'imports'
}

/** Whatever stands in brackets over several lines, runs of comments, and the imports. */
export function foldingRanges({ file, module }: Reading): FoldingRange[] {
  const found: FoldingRange[] = []
  const fold = (start: number, end: number, kind?: 'comment' | 'imports'): void => {
    const [startLine, endLine] = [positionOf(file, start).line, positionOf(file, end).line]
    if (endLine > startLine) found.push({ startLine, endLine, ...(kind === undefined ? {} : { kind }) })
  }
  const { tokens, comments, docs } = lex(file.text)
  const open: number[] = []
  for (const { image, startOffset } of tokens) {
    if (/^[([{]$/.test(image)) open.push(startOffset)
    // The line of the closing bracket stays in sight.
    else if (/^[)\]}]$/.test(image))
      fold(open.pop() ?? startOffset, (file.lineStarts[positionOf(file, startOffset).line] ?? 0) - 1)
  }
  for (const [start, end] of runs(
    [...comments, ...docs].map((one) => positionOf(file, one.startOffset).line),
  ))
    if (end > start) found.push({ startLine: start, endLine: end, kind: 'comment' })
  const imports = module?.syntax.imports ?? []
  const [first, last] = [imports[0], imports.at(-1)]
  if (first !== undefined && last !== undefined) fold(first.span.start, last.span.end, 'imports')
  return found
}

/** Lines that follow one another, each run by its first and last. */
function runs(lines: readonly number[]): readonly (readonly [number, number])[] {
  const found: [number, number][] = []
  for (const line of lines.toSorted((a, b) => a - b)) {
    const last = found.at(-1)
    if (last !== undefined && line <= last[1] + 1) last[1] = line
    else found.push([line, line])
  }
  return found
}
