// Which operator set first has each ONNX operator in the form that is emitted here, and which file version belongs to an operator set.

/** The first operator set with the form used here; from the operator changelog of ONNX (docs/Changelog.md). */
export const sinceOpset = {
  Abs: 13,
  Add: 13,
  Attention: 23,
  AveragePool: 11,
  BatchNormalization: 9,
  Cast: 13,
  Clip: 13,
  Concat: 13,
  Conv: 11,
  ConvTranspose: 11,
  DequantizeLinear: 13,
  Div: 13,
  Elu: 6,
  Erf: 13,
  Exp: 13,
  Expand: 13,
  Gather: 13,
  Gelu: 20,
  GridSample: 16,
  HardSigmoid: 6,
  HardSwish: 14,
  Identity: 13,
  InstanceNormalization: 6,
  LayerNormalization: 17,
  LeakyRelu: 6,
  Log: 13,
  MatMul: 13,
  Max: 13,
  MaxPool: 12,
  Min: 13,
  Mod: 13,
  Mul: 13,
  PRelu: 9,
  Pad: 13,
  QuantizeLinear: 13,
  Reciprocal: 13,
  ReduceMax: 13,
  ReduceMean: 13,
  ReduceMin: 13,
  ReduceSum: 13,
  ReduceSumSquare: 13,
  Relu: 13,
  Reshape: 13,
  Resize: 13,
  ScatterElements: 13,
  Shape: 13,
  Sigmoid: 13,
  Slice: 13,
  Softmax: 13,
  Softplus: 1,
  Sqrt: 13,
  Sub: 13,
  Sum: 13,
  Tanh: 13,
  Transpose: 13,
  Unsqueeze: 13,
} as const satisfies Readonly<Record<string, number>>

export type OnnxOp = keyof typeof sinceOpset

export const defaultOpset = 17
/** Operators took their present forms (axes as inputs, signed axes) in 13. */
export const leastOpset = 13
/** The newest that ONNX Runtime 1.30 accepts. */
export const greatestOpset = 26

/** From here on reductions take their axes as an input. */
export const axesInputOpset = 18
/** From here on Resize can leave batch and channels alone. */
export const resizeAxesOpset = 18

/** From here on GridSample takes volumes, and calls its interpolation `linear`, not `bilinear`. */
export const volumeGridSampleOpset = 20

/** File format version (IR version) of the ONNX release that brought an operator set (onnx/helper.py, VERSION_TABLE). */
export function irVersionOf(opset: number): number {
  const table: readonly (readonly [opset: number, ir: number])[] = [
    [25, 13],
    [24, 12],
    [23, 11],
    [21, 10],
    [19, 9],
    [15, 8],
    [13, 7],
  ]
  const found = table.find(([from]) => opset >= from)
  if (found === undefined) throw new Error(`no IR version for opset ${opset}`)
  return found[1]
}
