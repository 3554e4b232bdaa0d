// The ranges of the values that are to be quantised, as ONNX Runtime computes them in single precision.
import { emitOnnxObservation } from '../../backends/onnx/emit.ts'
import { observed } from '../../backends/onnx/precision/observed.ts'
import type { Ranges } from '../../backends/onnx/precision/quantisation.ts'
import { isProblem, problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Compiled } from '../comparison.ts'
import { runEmitted, type ModelFailure, type ModelOptions } from '../onnx-model.ts'
import type { OnnxRuntime, SessionOptions } from '../onnx-runtime.ts'
import type { Feeds } from './patches.ts'

export interface CalibrationOptions extends ModelOptions {
  readonly session?: SessionOptions
  readonly onProgress?: (done: number, all: number) => void
}

/** With the options of the export: passes decide which values there are. */
export async function calibrate(
  runtime: OnnxRuntime,
  { graph, sources }: Compiled,
  options: CalibrationOptions,
  patches: readonly Feeds[],
): Promise<{ readonly kind: 'calibrated'; readonly ranges: Ranges } | ModelFailure> {
  const emission = emitOnnxObservation(graph, sources, { ...options, fileName: 'model.onnx' })
  if (emission.kind === 'refused') return emission
  const { values } = emission
  const running = await runEmitted(runtime, emission.emitted, options.session)
  if (running.kind !== 'running') return running
  try {
    let ranges: Ranges = new Map()
    for (const [at, patch] of patches.entries()) {
      const outputs = await running.session.run(patch)
      if (isProblem(outputs)) return { kind: 'failed', problem: outputs }
      ranges = observed(values, outputs, ranges)
      const unbounded = [...ranges].find(([, { least, greatest }]) => !Number.isFinite(greatest - least))
      if (unbounded !== undefined) {
        const [value, range] = unbounded
        return { kind: 'failed', problem: problem('range-unbounded', { value, ...range, patch: at + 1 }) }
      }
      options.onProgress?.(at + 1, patches.length)
    }
    return { kind: 'calibrated', ranges }
  } finally {
    await running.close()
  }
}
