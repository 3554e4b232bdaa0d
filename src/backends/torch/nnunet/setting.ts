// What nnU-Net is told of a network and its recipe: extents, channels, the outputs with their weights, what stays untrained.
import { extentsParameter } from '../../../compiler/analysis/extents-parameter.ts'
import { channelWords, classWords, parametersOf } from '../../../compiler/analysis/number-parameters.ts'
import { parametersUnder } from '../../../compiler/analysis/reach.ts'
import type { Graph, GraphOutput } from '../../../compiler/ir/graph.ts'
import { equalShapes, formatShape } from '../../../compiler/ir/tensor.ts'
import type { Recipe } from '../../../compiler/semantics/declarations/train.ts'
import { className } from '../names.ts'
import { moduleKey } from '../state-names.ts'

/** A recipe, and which of its settings the `train` block has itself. */
export interface StatedRecipe {
  readonly recipe: Recipe
  readonly stated: readonly string[]
}

export interface Setting {
  /** Of the class of the trainer, and of the package with the network. */
  readonly trainer: string
  readonly package: string
  readonly channels: number
  readonly classes: number
  readonly patch: readonly number[]
  /** In the order of the network's list, the one that is predicted first. */
  readonly outputs: readonly SupervisedOutput[]
  /** Whether it trains on more than the predicted output. */
  readonly isDeep: boolean
  /** Keys of parameters that no supervised output is computed from: they stay as they are. */
  readonly idle: readonly string[]
  /** The parameters of the spec that decide what plans and datasets ask for; none where no single one does. */
  readonly parameters: {
    readonly patch: string | undefined
    readonly channels: string | undefined
    readonly classes: string | undefined
  }
}

export interface SupervisedOutput {
  readonly name: string
  readonly extents: readonly number[]
  readonly weight: number
}

/** Why nnU-Net cannot train the network: it gives one image, and takes one output of the image's extents. */
export function unfitReason({ inputs, outputs, nodes }: Graph): string | undefined {
  const [input] = inputs
  if (input === undefined || inputs.length > 1)
    return `it has ${inputs.length} inputs, and nnU-Net gives one image`
  const [, ...patch] = nodes[input.node]?.type.shape ?? []
  if (patch.length !== 2 && patch.length !== 3) return `its input has ${patch.length} spatial axes`
  const main = outputs.filter(({ aux }) => !aux)
  const [predicted] = main
  if (predicted === undefined || main.length > 1)
    return `it has ${main.length} outputs that are not \`aux\`, and nnU-Net predicts by one`
  const [classes, ...extents] = nodes[predicted.node]?.type.shape ?? []
  if (!equalShapes(extents, patch))
    return `its output \`${predicted.name}\` has the extents ${formatShape(extents)}, its input ${formatShape(patch)}`
  for (const { name, node } of outputs) {
    const shape = nodes[node]?.type.shape ?? []
    if (shape.length !== patch.length + 1 || shape[0] !== classes)
      return `its output \`${name}\` is ${formatShape(shape)}, and has to be a map of as many classes as \`${predicted.name}\``
  }
  return undefined
}

/** The graph with the output that is predicted first: nnU-Net takes the first of a list for it. */
export function predictedFirst(graph: Graph): Graph {
  const [aux, main] = [graph.outputs.filter((one) => one.aux), graph.outputs.filter((one) => !one.aux)]
  return { ...graph, outputs: [...main, ...aux] }
}

/** Of a graph without an `unfitReason` whose first output is the one that is predicted. */
export function settingOf(graph: Graph, training: StatedRecipe | undefined): Setting {
  const { network, nodes, inputs } = graph
  const suffix = training === undefined ? '' : `_${training.recipe.name.replaceAll(/_+/g, '_')}`
  const [channels = 0, ...patch] = extentsOf(graph, inputs[0]?.node ?? -1)
  const outputs = supervisedOutputs(graph, training)
  const trained = graph.outputs.filter((_, k) => (outputs[k]?.weight ?? 0) > 0)
  const classes = Number(nodes[graph.outputs[0]?.node ?? -1]?.type.shape[0])
  return {
    trainer: `nnUNetTrainer_${className(network)}${suffix}`,
    package: `weft_${network.toLowerCase()}${suffix}`,
    channels,
    classes,
    patch,
    outputs,
    isDeep: outputs.slice(1).some(({ weight }) => weight > 0),
    idle: idleKeys(graph, trained),
    parameters: {
      patch: extentsParameter(graph)?.name,
      channels: onlyOf(parametersOf(graph, channels, channelWords)),
      classes: onlyOf(parametersOf(graph, classes, classWords)),
    },
  }
}

const onlyOf = (names: readonly string[]): string | undefined => (names.length === 1 ? names[0] : undefined)

const extentsOf = ({ nodes }: Graph, node: number): readonly number[] =>
  (nodes[node]?.type.shape ?? []).filter((extent) => typeof extent === 'number')

/** The recipe's weights; without a word of it nnU-Net's: each half of the one before, the last 0, in sum 1. */
function supervisedOutputs(graph: Graph, training: StatedRecipe | undefined): readonly SupervisedOutput[] {
  const { outputs } = graph
  const stated = training?.stated.includes('supervise') === true ? training.recipe.supervise : undefined
  const halves = outputs.map((_, k) => (k > 0 && k === outputs.length - 1 ? 0 : 1 / 2 ** k))
  const sum = halves.reduce((total, one) => total + one, 0)
  return outputs.map(({ name, node }, k) => ({
    name,
    extents: extentsOf(graph, node).slice(1),
    weight:
      stated === undefined
        ? (halves[k] ?? 0) / sum
        : (stated.find((one) => one.output === name)?.weight ?? 0),
  }))
}

function idleKeys(graph: Graph, trained: readonly GraphOutput[]): readonly string[] {
  const reached = parametersUnder(
    graph,
    trained.map(({ node }) => node),
  )
  return graph.parameters
    .filter(({ id, buffer }) => !buffer && !reached.has(id))
    .map(({ path }) => moduleKey(path))
}
