// The passes of the ONNX backend, in order. Each computes the same numbers in a form that runtimes run faster or more exactly, and can be switched.
import type { Graph, NodeId } from '../../../compiler/ir/graph.ts'
import type { OnnxGraph, ValuePart } from '../model.ts'
import { exactNorms } from './exact-norms.ts'
import { foldBatchNorm } from './fold-batch-norm.ts'
import { foldConvTranspose } from './fold-conv-transpose.ts'
import { gatherShift, mergedShifts } from './gather-shift.ts'
import { liveChannels } from './live-channels.ts'
import { pickLive } from './pick-live.ts'
import { weightLayouts } from './weight-layouts.ts'
import { frugal, generous, winogradDepth } from './winograd-depth.ts'

/** What is to be small where not all can be: the time of a run, the memory of whoever runs it, the file. */
export const onnxGoals = ['latency', 'memory', 'size'] as const
export type OnnxGoal = (typeof onnxGoals)[number]

interface PassSetting {
  /** The passes that follow. */
  readonly later: readonly string[]
  readonly goal: OnnxGoal
}

interface OnnxPass {
  /** What it does and what it was measured to gain. */
  readonly summary: string
  readonly isDefault: boolean
  run(model: OnnxGraph, graph: Graph, setting: PassSetting): OnnxGraph
}

export const onnxPasses = {
  'fold-batch-norm': {
    summary: 'batch norms into the convolutions before them; the weights are no longer the checkpoint’s',
    isDefault: false,
    run: foldBatchNorm,
  },
  'pick-live': {
    summary: 'what masks by block or channel leave: a gather of live channels and a grouped convolution',
    isDefault: true,
    run: pickLive,
  },
  'live-channels': {
    summary: 'channels that no convolution picks are not computed',
    isDefault: true,
    run: (model, graph, { later }) => {
      const merged = later.includes('gather-shift') ? mergedShifts(model, graph) : new Set<NodeId>()
      return liveChannels(model, graph, (shift) => merged.has(shift))
    },
  },
  'fold-conv-transpose': {
    summary: 'transposed convolutions on each depth slice, in 2D',
    isDefault: true,
    run: foldConvTranspose,
  },
  'gather-shift': {
    summary: 'concat, depth shift and flat convolution as one gather and a 2D convolution',
    isDefault: true,
    run: gatherShift,
  },
  'winograd-depth': {
    summary: '3×3×3 convolutions by Winograd’s algorithm along the depth: half the multiplications',
    isDefault: true,
    run: (model, graph, { goal }) => winogradDepth(model, graph, goal === 'memory' ? frugal : generous),
  },
  'exact-norms': {
    summary:
      'norms over more than 16,384 values, or free extents, from sums of rows: one sum of all is inexact',
    isDefault: true,
    run: exactNorms,
  },
  'weight-layouts': {
    summary:
      'weights in the layout that their reader takes, instead of transposing them when the file is opened',
    isDefault: true,
    run: weightLayouts,
  },
} as const satisfies Readonly<Record<string, OnnxPass>>

export type OnnxPassName = keyof typeof onnxPasses

export const onnxPassNames = Object.keys(onnxPasses) as readonly OnnxPassName[]

export function isOnnxPassName(name: string): name is OnnxPassName {
  return Object.hasOwn(onnxPasses, name)
}

/** Which passes run where nothing else is said. */
export const defaultOnnxPasses: readonly OnnxPassName[] = onnxPassNames.filter(
  (name) => onnxPasses[name].isDefault,
)

/**
 * Which passes run for a goal, at a precision. Where convolutions are quantised, eight bits are too few for Winograd's transformed weights, and
 * batch norms belong into the convolutions whose results are quantised. Transformed weights are twice as large as plain ones, too.
 */
export function usualOnnxPasses(
  stored: 'f32' | 'f16' | 'int8',
  goal: OnnxGoal = 'latency',
): readonly OnnxPassName[] {
  const [isPlain, isFolded] = [stored === 'int8' || goal === 'size', stored === 'int8']
  return onnxPassNames.filter((name) => {
    if (name === 'winograd-depth' && isPlain) return false
    return onnxPasses[name].isDefault || (name === 'fold-batch-norm' && isFolded)
  })
}

/** Runs the chosen passes in the order of the list above. */
export function runOnnxPasses(
  model: OnnxGraph,
  graph: Graph,
  chosen: readonly OnnxPassName[],
  goal: OnnxGoal = 'latency',
): OnnxGraph {
  const passed = onnxPassNames
    .filter((name) => chosen.includes(name))
    .reduce(
      (before, name, at, all) => runPass(name, before, graph, { later: all.slice(at + 1), goal }),
      model,
    )
  return withParts(withoutUnusedTensors(passed))
}

function runPass(name: OnnxPassName, model: OnnxGraph, graph: Graph, setting: PassSetting): OnnxGraph {
  const pass: OnnxPass = onnxPasses[name]
  return pass.run(model, graph, setting)
}

/** What has some of a node's channels only is not that node's value, but part of it. */
function withParts({ kept, ...model }: OnnxGraph): OnnxGraph {
  if (kept === undefined) return model
  const valueOf = new Map([...model.valueOf].filter(([id]) => !kept.has(id)))
  const parts = new Map<NodeId, ValuePart>()
  for (const [id, channels] of kept) {
    const name = model.valueOf.get(id)
    if (name !== undefined) parts.set(id, { name, channels })
  }
  return { ...model, valueOf, parts }
}

/** Tensors that some node reads. */
export function withoutUnusedTensors(graph: OnnxGraph): OnnxGraph {
  const used = new Set(graph.nodes.flatMap(({ inputs }) => inputs))
  return { ...graph, tensors: graph.tensors.filter(({ name }) => used.has(name)) }
}
