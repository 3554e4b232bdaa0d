// Outputs that end in a softmax or sigmoid under losses that apply one themselves: such a network trains, slowly and never to the end, and
// nothing else tells.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { Graph, GraphNode, GraphOutput } from '../../ir/graph.ts'
import type { PrimitiveName } from '../../ops/registry.ts'
import type { Span } from '../../text/source.ts'
import { report } from '../values/session.ts'
import type { Env } from '../values/values.ts'
import type { LossActivation } from './losses.ts'

/** What makes probabilities of probabilities: it moves them, or takes means of them. */
const passing: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>(['reshape', 'permute', 'slice', 'resize'])

/** Warns at each of the outputs that holds probabilities, where the loss that is written at `loss` takes logits. */
export function warnOfActivatedOutputs(
  graph: Graph,
  names: readonly string[],
  applied: LossActivation,
  loss: Span,
  env: Env,
): void {
  for (const output of graph.outputs.filter(({ name }) => names.includes(name))) {
    const ending = endingOf(graph, output)
    if (ending === undefined) continue
    report(env, output.span, problem('output-activated', { output: output.name, ending, applied }), [
      { span: loss, message: `applies a ${applied} of its own` },
    ])
  }
}

/** What an output ends in, where it holds probabilities. */
export function endingOf({ nodes }: Graph, output: GraphOutput): LossActivation | undefined {
  let node: GraphNode | undefined = nodes[output.node]
  while (node !== undefined && passing.has(node.op)) node = nodes[node.inputs[0] ?? -1]
  return node?.op === 'softmax' || node?.op === 'sigmoid' ? node.op : undefined
}
