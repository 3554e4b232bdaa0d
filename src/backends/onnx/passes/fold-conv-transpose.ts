// A 3D transposed convolution whose windows do not overlap along the depth is a 2D one on each slice, with the depth folded into the
// batch and the slices that one slice becomes side by side as channels. Runtimes have fast 2D kernels and slow 3D ones.
import { int, intOf, ints, intsOf, type OnnxGraph, type OnnxNode } from '../model.ts'
import type { Extents } from '../shape-rules.ts'
import { valueTypes } from '../value-types.ts'
import { rewrite, type Replacement } from './rewrite.ts'

export function foldConvTranspose(graph: OnnxGraph): OnnxGraph {
  const shapes = new Map(graph.tensors.map(({ name, shape }) => [name, shape]))
  // What it reads may have been picked for it, which is no whole node.
  const types = valueTypes(graph, 'N')
  const spatial = (value: string | undefined): Extents | undefined => types.get(value ?? '')?.shape.slice(1)
  return rewrite(graph, (node, draft) => {
    const weight = shapes.get(node.inputs[1] ?? '')
    const [input, output] = [spatial(node.inputs[0]), spatial(node.outputs[0])]
    if (weight === undefined || input === undefined || output === undefined) return false
    if (!isFoldable(node, weight)) return false
    return fold(node, draft, { weight, input, output })
  })
}

function isFoldable(node: OnnxNode, weight: readonly number[]): boolean {
  if (node.op !== 'ConvTranspose' || weight.length !== 5) return false
  const [depth = 0] = intsOf(node, 'kernel_shape')
  const pads = intsOf(node, 'pads')
  const plain = pads[0] === 0 && pads[3] === 0 && intsOf(node, 'output_padding')[0] === 0
  const apart = intsOf(node, 'strides')[0] === depth && (depth === 1 || intsOf(node, 'dilations')[0] === 1)
  return plain && apart
}

interface Shapes {
  readonly weight: readonly number[]
  readonly input: Extents
  readonly output: Extents
}

const channelsAndDepth = { perm: ints([0, 2, 1, 3, 4]) }

function fold(node: OnnxNode, draft: Replacement, { weight, input, output }: Shapes): true {
  const [x = '', weightName = '', bias] = node.inputs
  const [inputs = 0, outputs = 0, depth = 0, height = 0, width = 0] = weight
  const group = intOf(node, 'group', 1)
  const slices = draft.prepare('slices', 'Transpose', [x], channelsAndDepth)
  const plane = draft.prepare('folded', 'Reshape', [
    slices,
    foldedShape(draft, slices, [inputs, ...input.slice(1)]),
  ])
  // Groups of one slice that a slice becomes come before those of the next: each reads the inputs again.
  const copies = group === 1 ? 1 : depth
  const folded = copies === 1 ? plane : joined(draft, 'copies', plane, { times: copies, axis: 1 })
  const order = group === 1 ? [0, 2, 1, 3, 4] : [2, 0, 1, 3, 4]
  const byDepth =
    depth === 1 ? weightName : draft.prepare('weight_t', 'Transpose', [weightName], { perm: ints(order) })
  const shape = draft.ints('weight_2d/shape', [copies * inputs, (depth / copies) * outputs, height, width])
  const weight2d = draft.prepare('weight_2d', 'Reshape', [byDepth, shape])
  const biases = bias === undefined ? [] : [joined(draft, 'bias_2d', bias, { times: depth, axis: 0 })]
  const attributes = { ...planar(node), group: int(copies * group) }
  const wide = draft.prepare('conv_transpose', 'ConvTranspose', [folded, weight2d, ...biases], attributes)
  const channels = typeof output[0] === 'number' ? output[0] : 0
  const unfolded = draft.prepare('unfolded', 'Reshape', [
    wide,
    unfoldedShape(draft, { slices, wide, output, channels, depth }),
  ])
  return draft.finish('Transpose', [unfolded], channelsAndDepth)
}

interface Copies {
  readonly times: number
  readonly axis: number
}

/** A value as often as every slice of the depth needs it. */
function joined(draft: Replacement, label: string, value: string, { times, axis }: Copies): string {
  if (times === 1) return value
  return draft.prepare(label, 'Concat', Array<string>(times).fill(value), { axis: int(axis) })
}

/** The attributes without the depth. */
function planar(node: OnnxNode): OnnxNode['attributes'] {
  const planarAxes = (name: string): readonly number[] => intsOf(node, name).slice(1)
  const pads = intsOf(node, 'pads')
  return {
    kernel_shape: ints(planarAxes('kernel_shape')),
    strides: ints(planarAxes('strides')),
    dilations: ints(planarAxes('dilations')),
    output_padding: ints(planarAxes('output_padding')),
    pads: ints([...pads.slice(1, 3), ...pads.slice(4, 6)]),
  }
}

const areNumbers = (dims: Extents): dims is readonly number[] => dims.every((dim) => typeof dim === 'number')

/** `[N·D, C, H, W]`; extents that are free are read when the model runs. */
function foldedShape(draft: Replacement, slices: string, [channels = 0, , ...plane]: Extents): string {
  const known = [channels, ...plane]
  if (areNumbers(known)) return draft.ints('folded/shape', [-1, ...known])
  const rest = part(draft, 'folded/rest', slices, [2, 5])
  return draft.prepare('folded/shape', 'Concat', [draft.ints('folded/batch', [-1]), rest], { axis: int(0) })
}

interface Unfolding {
  readonly slices: string
  readonly wide: string
  readonly output: Extents
  readonly channels: number
  readonly depth: number
}

/** `[N, D·k, O, H, W]`. */
function unfoldedShape(draft: Replacement, { slices, wide, output, channels, depth }: Unfolding): string {
  const [, extent = 0, ...plane] = output
  const known = [extent, channels, ...plane]
  if (areNumbers(known)) return draft.ints('unfolded/shape', [-1, ...known])
  const before = part(draft, 'unfolded/slices', slices, [1, 2])
  const deep = draft.prepare('unfolded/depth', 'Mul', [before, draft.ints('unfolded/factor', [depth])])
  const parts = [
    draft.ints('unfolded/batch', [-1]),
    deep,
    draft.ints('unfolded/channels', [channels]),
    part(draft, 'unfolded/plane', wide, [2, 4]),
  ]
  return draft.prepare('unfolded/shape', 'Concat', parts, { axis: int(0) })
}

/** Extents `from` to `to - 1` of a value. */
function part(
  draft: Replacement,
  label: string,
  value: string,
  [from, to]: readonly [number, number],
): string {
  const shape = draft.prepare(`${label}/shape`, 'Shape', [value])
  return draft.prepare(label, 'Slice', [
    shape,
    draft.ints(`${label}/from`, [from]),
    draft.ints(`${label}/to`, [to]),
  ])
}
