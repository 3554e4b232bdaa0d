// At the ends of lines: the shapes of what is computed there, and what the operators of the line cost.
import type { Expr } from '../compiler/syntax/ast.ts'
import { nodesOf, type AnyNode } from '../compiler/syntax/visit.ts'
import type { NodeId } from '../compiler/ir/graph.ts'
import { formatShape } from '../compiler/ir/tensor.ts'
import { lineText, positionAt } from '../compiler/text/source.ts'
import { laterOffset, type Elaborated, type Numbers, type Reading } from './reading.ts'
import type { Position, Range } from './protocol.ts'
import { choiceText, numbersAt, spentText } from './shown-numbers.ts'

export interface HintSettings {
  readonly shapes: boolean
  readonly costs: boolean
}

export interface InlayHint {
  readonly position: Position
  readonly label: string
  readonly tooltip: string
  readonly paddingLeft: true
}

interface LineNotes {
  shapes: string | undefined
  cost: string | undefined
  numbers: Numbers
}

/** Shapes shown of a family; the others are counted. */
const mostShapes = 5

export function inlayHints(
  { file, path }: Reading,
  elaborated: Elaborated | undefined,
  { start, end }: Range,
  settings: HintSettings,
): InlayHint[] {
  if (elaborated === undefined || (!settings.shapes && !settings.costs)) return []
  const hints: InlayHint[] = []
  for (const [line, { shapes, cost, numbers }] of notesOf(elaborated, path, settings)) {
    const begin = elaborated.file.lineStarts[line - 1] ?? 0
    const text = lineText(elaborated.file, line)
    const offset = laterOffset(elaborated.file, file, begin + text.length)
    if (offset === undefined) continue
    const { line: now, column } = positionAt(file, offset)
    if (now - 1 < start.line || now - 1 > end.line) continue
    const label = [shapes, cost].filter((one) => one !== undefined && one !== '').join('  ')
    const tooltip = `for ${choiceText(numbers.choice)}: output shapes, parameters and MACs of one inference with all that the line calls`
    if (label !== '')
      hints.push({ position: { line: now - 1, character: column - 1 }, label, tooltip, paddingLeft: true })
  }
  return hints
}

function notesOf(
  elaborated: Elaborated,
  path: string,
  { shapes, costs }: HintSettings,
): ReadonlyMap<number, LineNotes> {
  const notes = new Map<number, LineNotes>()
  const at = (line: number, numbers: Numbers): LineNotes => {
    const found = notes.get(line) ?? { shapes: undefined, cost: undefined, numbers }
    notes.set(line, found)
    return found
  }
  for (const declaration of elaborated.module.syntax.declarations) {
    const { start, end } = declaration.span
    const numbers = numbersAt(elaborated, start)
    if (numbers === undefined) continue
    if (shapes)
      for (const [value, node] of shownValues(declaration)) {
        const text = shapesText(nodesOfValue(value, numbers) ?? fusedNodes(node, numbers), numbers)
        if (text !== undefined) at(positionAt(elaborated.file, value.span.end).line, numbers).shapes = text
      }
    if (!costs) continue
    const [first, last] = [start, end].map((offset) => positionAt(elaborated.file, offset).line)
    for (const one of numbers.report.callSites)
      if (one.file === path && one.line >= (first ?? 0) && one.line <= (last ?? 0))
        at(one.line, numbers).cost = costText(one)
  }
  return notes
}

/** Parameters of a line with all that its calls lead to, and MACs of one inference, without what masks remove. */
function costText({ training, inference }: Numbers['report']['callSites'][number]): string {
  return spentText({ parameters: training.effectiveParameters, macs: inference.effectiveMacs })
}

/** What statements give: levels, nodes, edges, lets, outputs; each with the statement, or the fusion node that it is fused for. */
function* shownValues(root: AnyNode): Generator<readonly [Expr, AnyNode]> {
  for (const node of nodesOf(root)) {
    switch (node.kind) {
      case 'LevelRule':
      case 'LetStmt':
      case 'OutputStmt':
      case 'EdgeDecl':
      case 'OutStmt':
      case 'NodeAlias':
        yield [node.value, node]
        break
      case 'NodeRule':
        if (node.body.kind === 'NodeBody') for (const { value } of node.body.fuses) yield [value, node]
        break
      default:
    }
  }
}

function nodesOfValue(expr: Expr, { trace }: Numbers): readonly NodeId[] | undefined {
  const values = trace.seen.get(expr) ?? []
  const nodes = values.flatMap((value) => (value.kind === 'tensor' ? [value.node] : []))
  return nodes.length === 0 ? undefined : nodes
}

/** What is fused by a block has no value of its own: the nodes of the rule are what comes of it. */
function fusedNodes({ span }: AnyNode, { graph }: Numbers): readonly NodeId[] {
  const nodes = graph.fusions.flatMap((fusion) => fusion.nodes)
  return nodes
    .filter((one) => one.span.file === span.file && one.span.start === span.start)
    .map(({ node }) => node)
}

function shapesText(nodes: readonly NodeId[], { graph }: Numbers): string | undefined {
  const texts = [...new Set(nodes.map((id) => formatShape(graph.nodes[id]?.type.shape ?? [])))]
  if (texts.length === 0) return undefined
  const shown = texts.slice(0, mostShapes).join(', ')
  return `→ ${texts.length > mostShapes ? `${shown}, … (${texts.length})` : shown}`
}
