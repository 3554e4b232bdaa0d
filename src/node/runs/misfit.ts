// Why a network and a dataset do not fit together: channels, classes, the extents of what is supervised. Arrays only, for pages too.
import { problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { channelsByInput } from '../../compiler/analysis/input-channels.ts'
import { channelWords, classWords, parametersOf } from '../../compiler/analysis/number-parameters.ts'
import { reachedParameters } from '../../backends/tfjs/training/trainer.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import { equalShapes, formatDim, formatShape } from '../../compiler/ir/tensor.ts'
import type { LossActivation } from '../../compiler/semantics/declarations/losses.ts'
import type { Recipe } from '../../compiler/semantics/declarations/train.ts'
import type { DatasetDescription } from '../../data/case.ts'
import { channelsFor } from '../../data/targets.ts'
import { classesOf, patchOf } from '../image-network.ts'

/** Why the network cannot be trained on the dataset or run on its images. */
export function taskProblem(
  graph: Graph,
  { channels, classes, regions }: DatasetDescription,
  activation: LossActivation,
): Problem | undefined {
  const { network, outputs } = graph
  if (regions !== undefined && activation === 'softmax')
    return problem('regions-by-softmax', { regions: classes.slice(1) })
  const reason = inputReason(graph)
  if (reason !== undefined) return problem('training-input', { network, reason })
  const byInput = channelsByInput(graph)
  const taken = byInput.reduce((sum, count) => sum + count, 0)
  if (taken !== channels.length)
    return problem('channels-differ', {
      network,
      expected: taken,
      byInput,
      actual: channels.length,
      channels,
      parameters: parametersOf(graph, taken, channelWords),
    })
  const output = outputs.find(({ aux }) => !aux)
  const expected = classesOf(graph)
  const actual = channelsFor({ classes }, activation)
  if (expected === actual) return undefined
  return problem('classes-differ', {
    output: output?.name ?? '',
    expected,
    actual,
    classes: classes.slice(-actual),
    activation,
    parameters: parametersOf(graph, expected, classWords),
  })
}

/** Why the outputs that a recipe supervises cannot be held against labels of the patch; of a network that passed `taskProblem`. */
export function recipeProblem(graph: Graph, recipe: Recipe): Problem | undefined {
  const reason = supervisionReason(graph, recipe)
  return reason === undefined ? undefined : problem('training-input', { network: graph.network, reason })
}

function supervisionReason(graph: Graph, recipe: Recipe): string | undefined {
  const supervised = recipe.supervise.filter(({ weight }) => weight > 0)
  if (supervised.length === 0) return `\`${recipe.name}\` supervises no output with a weight above 0`
  if (reachedParameters(graph, recipe).length === 0)
    return 'what its outputs are computed from has no weights'
  const [patch, classes] = [patchOf(graph), classesOf(graph)]
  for (const { output } of supervised) {
    const declared = graph.outputs.find(({ name }) => name === output)
    const [channels, ...extents] = graph.nodes[declared?.node ?? -1]?.type.shape ?? []
    if (channels !== classes)
      return `the supervised output \`${output}\` has ${channels === undefined ? 0 : formatDim(channels)} classes, the main one ${classes}`
    if (extents.length !== patch.length || !patch.every((extent, axis) => divides(extents[axis], extent)))
      return `the supervised output \`${output}\` has the extents ${formatShape(extents)}, which do not divide the input's ${formatShape(patch)}`
  }
  return undefined
}

const divides = (part: unknown, whole: number): boolean => typeof part === 'number' && whole % part === 0

function inputReason({ inputs, outputs, nodes }: Graph): string | undefined {
  const [first, ...others] = inputs.map(({ name, node }) => ({ name, shape: nodes[node]?.type.shape ?? [] }))
  if (first === undefined) return 'it has no input'
  const spatial = first.shape.slice(1)
  if (spatial.length !== 2 && spatial.length !== 3) return `its input has ${spatial.length} spatial axes`
  if ([first, ...others].some(({ shape }) => shape.some((extent) => typeof extent !== 'number')))
    return 'the extents of its input are free'
  const other = others.find(({ shape }) => !equalShapes(shape.slice(1), spatial))
  if (other !== undefined)
    return `its input \`${other.name}\` has the extents ${formatShape(other.shape.slice(1))}, its input \`${first.name}\` ${formatShape(spatial)}`
  const output = outputs.find(({ aux }) => !aux)
  const scored = nodes[output?.node ?? -1]?.type.shape.slice(1) ?? []
  if (equalShapes(scored, spatial)) return undefined
  return `its output \`${output?.name ?? ''}\` has the extents ${formatShape(scored)}, its input ${formatShape(spatial)}`
}
