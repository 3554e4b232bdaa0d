// Warnings of nodes whose result says nothing of the image: at most one of norms and one of pools for each network.
import { diagnose, problem, type Diagnostic, type Problem, type Related } from '../diagnostics/diagnostic.ts'
import type { Graph } from '../ir/graph.ts'
import { formatShape } from '../ir/tensor.ts'
import { axisName } from '../ops/words.ts'
import { blindNodes, type BlindNorm, type BlindPool } from './blind.ts'
import { chargedSpan } from './charge.ts'
import { extentsParameter, type ExtentsParameter } from './extents-parameter.ts'

export interface BlindContext {
  /** The file that the network is compiled from. */
  readonly entry: string
  /** Of a training recipe. */
  readonly batch?: number
  /** The network with other extents; undefined where it takes none such. */
  readonly withExtents: (parameter: ExtentsParameter) => Graph | undefined
}

export function blindWarnings(graph: Graph, context: BlindContext): readonly Diagnostic[] {
  const blind = blindNodes(graph, context.batch)
  if (blind.length === 0) return []
  const remedy = remedyOf(graph, context)
  const found = { graph, context, remedy }
  return [
    warning(found, blind.filter(isNorm), normProblem),
    warning(found, blind.filter(isPool), poolProblem),
  ].flatMap((one) => one ?? [])
}

const isNorm = (one: BlindNorm | BlindPool): one is BlindNorm => one.kind === 'norm'
const isPool = (one: BlindNorm | BlindPool): one is BlindPool => one.kind === 'pool'

interface Found {
  readonly graph: Graph
  readonly context: BlindContext
  readonly remedy: string | undefined
}

/** One diagnostic, at the first of the nodes; the others are noted beside it. */
function warning<Blind extends BlindNorm | BlindPool>(
  found: Found,
  blind: readonly Blind[],
  problemOf: (one: Blind, found: Found) => Problem,
): Diagnostic | undefined {
  const [first, ...others] = blind
  if (first === undefined) return undefined
  const { entry } = found.context
  const { origin } = first.node
  const span = chargedSpan(origin, entry)
  const own = span === origin.span ? [] : [{ span: origin.span, message: `${first.node.op} is applied here` }]
  const related = [...own, ...notes(others, entry)]
  return diagnose(problemOf(first, found), span, { related, indices: origin.indices })
}

const notesShown = 4

function notes(others: readonly (BlindNorm | BlindPool)[], entry: string): readonly Related[] {
  const shown = others.slice(0, notesShown)
  return shown.map(({ node }, at) => {
    const left = at === notesShown - 1 ? others.length - shown.length : 0
    const more = left === 0 ? '' : ` and ${left} more`
    const message = `the same of ${node.origin.path}, ${formatShape(node.type.shape)}${more}`
    return { span: chargedSpan(node.origin, entry), message }
  })
}

function normProblem({ node, statistic }: BlindNorm, { graph, context, remedy }: Found): Problem {
  const ofBatch = statistic.acrossBatch && context.batch !== undefined
  return problem('norm-over-one-value', {
    operator: node.op,
    of: statistic.of,
    path: node.origin.path,
    shape: formatShape(node.type.shape),
    extents: extentsText(graph),
    batch: ofBatch ? context.batch : undefined,
    affine: node.attributes['affine'] === true,
    remedy,
  })
}

function poolProblem({ node, window }: BlindPool, { graph, remedy }: Found): Problem {
  const shape = graph.nodes[node.inputs[0] ?? -1]?.type.shape ?? []
  return problem('pool-of-padding', {
    operator: node.op,
    path: node.origin.path,
    shape: formatShape(shape),
    axis: axisName(window.axis, shape.length),
    position: window.position,
    extents: extentsText(graph),
    remedy,
  })
}

function extentsText(graph: Graph): string | undefined {
  const found = extentsParameter(graph)
  return found === undefined ? undefined : settingText(found)
}

const settingText = ({ name, extents }: ExtentsParameter): string => `${name} = [${extents.join(', ')}]`

/** The first of two doublings of the extents with which no node is blind. */
function remedyOf(graph: Graph, { batch, withExtents }: BlindContext): string | undefined {
  const parameter = extentsParameter(graph)
  if (parameter === undefined) return undefined
  for (const factor of [2, 4]) {
    const larger = { ...parameter, extents: parameter.extents.map((extent) => factor * extent) }
    const found = withExtents(larger)
    if (found !== undefined && blindNodes(found, batch).length === 0) return settingText(larger)
  }
  return undefined
}
