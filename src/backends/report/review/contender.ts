// One network of a comparison side by side: what it is called, what it takes in, and the numbers that a review holds against each other.
import type { CostReport } from '../../../compiler/analysis/cost.ts'
import type { DiffSide } from '../../../compiler/analysis/diff/compare.ts'
import type { MemoryAnalysis } from '../../../compiler/analysis/memory.ts'
import { formatDim } from '../../../compiler/ir/tensor.ts'
import { dataText, plainData, type PlainData } from '../plain-data.ts'

/** Counts and bytes; null where a symbolic extent keeps them unknown. MACs and proxy for a batch of one, bytes for the report's batch. */
export interface Contender {
  /** As it was named: a file, with the network or arguments asked for. */
  readonly name: string
  /** What tells it apart from the others in charts and heads of columns: the network, with arguments where several are of one network. */
  readonly label: string
  readonly network: string
  readonly arguments: Readonly<Record<string, PlainData>>
  readonly inputs: readonly { readonly name: string; readonly shape: readonly (number | string)[] }[]
  readonly parameters: number
  readonly effectiveParameters: number
  readonly inferenceMacs: number | null
  readonly effectiveInferenceMacs: number | null
  readonly trainingMacs: number | null
  readonly effectiveTrainingMacs: number | null
  /** Of the report's convention, every output. */
  readonly counted: number | null
  readonly effectiveCounted: number | null
  readonly inferenceBytes: number | null
  readonly trainingBytes: number | null
  /** Kept for the backward pass. */
  readonly savedBytes: number | null
  /** nnU-Net's proxy. */
  readonly featureMap: number | null
}

export function contenderOf(
  { name, graph }: DiffSide,
  { totals }: CostReport,
  memory: MemoryAnalysis | undefined,
): Omit<Contender, 'label'> {
  const { training, inference } = totals
  return {
    name,
    network: graph.network,
    arguments: Object.fromEntries(graph.arguments.map((one) => [one.name, plainData(one.value)])),
    inputs: graph.inputs.map((input) => ({
      name: input.name,
      shape: (graph.nodes[input.node]?.type.shape ?? []).map((dim) =>
        typeof dim === 'number' ? dim : formatDim(dim),
      ),
    })),
    parameters: training.parameters,
    effectiveParameters: training.effectiveParameters,
    inferenceMacs: inference.macs ?? null,
    effectiveInferenceMacs: inference.effectiveMacs ?? null,
    trainingMacs: training.macs ?? null,
    effectiveTrainingMacs: training.effectiveMacs ?? null,
    counted: training.counted ?? null,
    effectiveCounted: training.effectiveCounted ?? null,
    inferenceBytes: memory?.inference.totalBytes ?? null,
    trainingBytes: memory?.training.totalBytes ?? null,
    savedBytes: memory?.saved.bytes ?? null,
    featureMap: memory?.featureMap ?? null,
  }
}

/** Networks of one name are told apart by the arguments that differ from the first one's, else by what they were called. */
export function labelled(contenders: readonly Omit<Contender, 'label'>[]): Contender[] {
  const labels = contenders.map((one) => labelOf(one, contenders))
  return contenders.map((one, at) => {
    const label = labels[at] ?? one.network
    return { ...one, label: labels.indexOf(label) === at ? label : `${one.network} (${one.name})` }
  })
}

type Unlabelled = Omit<Contender, 'label'>

function labelOf(one: Unlabelled, contenders: readonly Unlabelled[]): string {
  const [own] = contenders

  const isAlone = contenders.every((other) => other === one || other.network !== one.network)
  if (isAlone || own === undefined || one === own || own.network !== one.network) return one.network
  const changed = Object.entries(one.arguments).filter(
    ([name, value]) => dataText(value) !== dataText(own.arguments[name] ?? ''),
  )
  if (changed.length === 0 || changed.length > argumentsTold) return `${one.network} (${one.name})`
  return `${one.network}(${changed.map(([name, value]) => `${name} = ${dataText(value)}`).join(', ')})`
}

const argumentsTold = 3
