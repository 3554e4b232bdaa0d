// `max_unpool`: the second result of a MaxPool says where each window has its greatest value, and the values are scattered to there.
import type { NodeOf } from '../../backend.ts'
import type { Step } from '../builder.ts'
import { int, ints } from '../model.ts'
import { highPads, padsOf } from './windows.ts'

/** Not ONNX's MaxUnpool, which few runtimes have. Its places count through the whole batch, as those of MaxPool do. */
export function lowerMaxUnpool({ attributes }: NodeOf<'max_unpool'>, step: Step): string {
  const { kernel, stride, padding } = attributes
  const [x, image] = [step.input(0), step.input(1)]
  const high = highPads(attributes, step.inputType(1).shape, step.inputType(0).shape)
  const windows = { kernel_shape: ints(kernel), strides: ints(stride), ...padsOf(padding, high) }
  const places = step.second('places', 'MaxPool', [image], windows)
  const row = step.ints('row', [-1])
  const shape = step.prepare('shape', 'Shape', [image])
  const empty = step.prepare('empty', 'Expand', [step.floats('zero', [0]), shape])
  const rows = [empty, places, x].map((value, at) =>
    step.prepare(['empty_row', 'places_row', 'values_row'][at] ?? '', 'Reshape', [value, row]),
  )
  const scattered = step.prepare('scattered', 'ScatterElements', rows, { axis: int(0) })
  return step.finish('Reshape', [scattered, shape])
}
