// The passes of the ONNX backend, in order. Each computes the same numbers in a form that runtimes run faster, and can be switched.
import type { OnnxGraph } from '../model.ts'
import { foldConvTranspose } from './fold-conv-transpose.ts'

interface OnnxPass {
  /** What it does and what it was measured to gain. */
  readonly summary: string
  readonly isDefault: boolean
  run(graph: OnnxGraph): OnnxGraph
}

export const onnxPasses = {
  'fold-conv-transpose': {
    summary: 'transposed convolutions on each depth slice, in 2D',
    isDefault: true,
    run: foldConvTranspose,
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

/** Runs the chosen passes in the order of the list above. */
export function runOnnxPasses(graph: OnnxGraph, chosen: readonly OnnxPassName[]): OnnxGraph {
  return onnxPassNames
    .filter((name) => chosen.includes(name))
    .reduce((before, name) => onnxPasses[name].run(before), graph)
}
