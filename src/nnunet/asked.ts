// What a configuration of nnU-Net's asks of a network, and a spec that is compiled for it.
import { extentsParameter } from '../compiler/analysis/extents-parameter.ts'
import { channelWords, classWords, parametersOf } from '../compiler/analysis/number-parameters.ts'
import { compile, type RecipeCompilation } from '../compiler/compile.ts'
import { diagnose, problem, type Diagnostic } from '../compiler/diagnostics/diagnostic.ts'
import { noExtentsParameter, type Spec } from '../compiler/input-extents.ts'
import type { Graph } from '../compiler/ir/graph.ts'
import { equalShapes, type Shape } from '../compiler/ir/tensor.ts'
import type { Heads } from './heads.ts'
import type { Configuration } from './plans.ts'

export interface Asked {
  /** The configuration's name. */
  readonly by: string
  readonly patch: readonly number[]
  readonly channels: number
  /** Channels of the output; undefined where the dataset is not described. */
  readonly classes: number | undefined
}

export function askedBy(configuration: Configuration, heads: Heads | undefined): Asked {
  const { name, patch } = configuration
  return { by: name, patch, channels: inputChannels(configuration, heads), classes: heads?.outputs.length }
}

/** A cascade's second network sees the image and, one-hot, what the first has found. */
export function inputChannels(
  { channels, previousStage }: Pick<Configuration, 'channels' | 'previousStage'>,
  heads: Heads | undefined,
): number {
  const images = heads?.channels.length ?? channels ?? 1
  return previousStage === undefined ? images : images + (heads?.foregroundCount ?? 0)
}

/**
 * The spec with the arguments that decide the extents and channels of its input and the channels of its output as asked; with an error where
 * nothing of the kind comes of it. `given` is the network of the spec as it is.
 */
export function compiledFor(spec: Spec, given: Graph, asked: Asked): RecipeCompilation | Diagnostic {
  const found = argumentsFor(given, asked)
  if ('code' in found) return found
  const args = { ...spec.options.arguments, ...found.arguments }
  const compilation = compile(spec.entry, spec.host, { ...spec.options, arguments: args })
  if (compilation.graph !== undefined && isAsFor(compilation.graph, asked)) return compilation
  const span = { file: spec.entry, start: 0, end: 0 }
  const misfit = problem('plans-misfit', { network: given.network, ...asked })
  return { ...compilation, diagnostics: [...compilation.diagnostics, diagnose(misfit, span)] }
}

const inputShape = ({ nodes, inputs }: Graph): Shape => nodes[inputs[0]?.node ?? -1]?.type.shape ?? []

/** Of the output that is predicted. */
function classesOf({ nodes, outputs }: Graph): number {
  const channels = nodes[outputs.find(({ aux }) => !aux)?.node ?? -1]?.type.shape[0]
  return typeof channels === 'number' ? channels : 0
}

function isAsFor(graph: Graph, { patch, channels, classes }: Asked): boolean {
  return (
    equalShapes(inputShape(graph), [channels, ...patch]) && (classes ?? classesOf(graph)) === classesOf(graph)
  )
}

/** Only what is otherwise is changed. */
function argumentsFor(
  given: Graph,
  asked: Asked,
): { readonly arguments: Readonly<Record<string, string>> } | Diagnostic {
  const args: Record<string, string> = {}
  const [channels, ...extents] = inputShape(given)
  if (!equalShapes(extents, asked.patch)) {
    const parameter = extentsParameter(given)
    if (parameter === undefined) return noExtentsParameter(given)
    args[parameter.name] = `[${asked.patch.join(', ')}]`
  }
  const numbers = [
    [typeof channels === 'number' ? channels : 0, asked.channels, channelWords],
    [classesOf(given), asked.classes, classWords],
  ] as const
  for (const [own, wanted, words] of numbers) {
    const [name, ...more] = own === wanted ? [] : parametersOf(given, own, words)
    if (name !== undefined && more.length === 0 && wanted !== undefined) args[name] = String(wanted)
  }
  return { arguments: args }
}
