// Broadcasting with a batch: Weft aligns shapes from the right without the batch, ONNX with it.
import type { Step } from '../builder.ts'
import type { OnnxOp } from '../opsets.ts'
import { batchedShape } from './extents.ts'

/** The two operands; a batched one with fewer axes than the other gets axes of extent 1 behind its batch. */
export function align(step: Step): string[] {
  const rank = Math.max(step.inputType(0).shape.length, step.inputType(1).shape.length)
  return step.inputs().map((value, at) => {
    const { shape, batched } = step.inputType(at)
    const missing = rank - shape.length
    if (!batched || missing === 0) return value
    const target = [...Array<number>(missing).fill(1), ...shape]
    return step.prepare(`aligned${at}`, 'Reshape', [value, batchedShape(step, `shape${at}`, target, true)])
  })
}

/** An operator of two tensors. */
export function broadcasting(op: OnnxOp): (node: unknown, step: Step) => string {
  return (_, step) => step.finish(op, align(step))
}

/** A parameter with one number per channel, so that it broadcasts over the spatial axes of `[N, C, …]`. */
export function perChannel(step: Step, label: string, parameter: string, spatialAxes: number): string {
  const shape = [-1, ...Array<number>(spatialAxes).fill(1)]
  return step.prepare(label, 'Reshape', [parameter, step.ints(`${label}/shape`, shape)])
}
