// The values that the reference interpreter computes with: row-major numbers in double precision.

/** Values are shared between nodes: nobody writes into `data` once its tensor is made. */
export interface Tensor {
  /** With the batch first where the tensor has one. */
  readonly shape: readonly number[]
  readonly data: Float64Array
}

/**
 * An element by its position. Beyond the end it is NaN, which no result hides. For one kind of array alone: engines make it half as fast
 * in every loop once it has seen a second one.
 */
export function at(data: Float64Array, position: number): number {
  return data[position] ?? NaN
}

export function countOf(shape: readonly number[]): number {
  return shape.reduce((all, extent) => all * extent, 1)
}

export function zeros(shape: readonly number[]): Tensor {
  return { shape, data: new Float64Array(countOf(shape)) }
}

/** Each element through a function. */
export function mapped({ shape, data }: Tensor, rule: (value: number) => number): Tensor {
  return { shape, data: data.map(rule) }
}

/** The same through a function that knows the element's place on one axis. */
export function mappedAlong(x: Tensor, axis: number, rule: (value: number, place: number) => number): Tensor {
  const { outer, extent, inner } = viewOf(x.shape, axis)
  const result = zeros(x.shape)
  for (let row = 0; row < outer * extent; row++) {
    for (let k = row * inner; k < (row + 1) * inner; k++) result.data[k] = rule(at(x.data, k), row % extent)
  }
  return result
}

/** For every element of `shape`, in order, its position in an array where neighbours along each axis are `steps` apart. */
export function positionsOf(shape: readonly number[], steps: readonly number[]): Int32Array {
  return shape.reduce((starts, extent, axis) => {
    const step = steps[axis] ?? 0
    const positions = new Int32Array(starts.length * extent)
    let next = 0
    for (const start of starts) for (let k = 0; k < extent; k++) positions[next++] = start + k * step
    return positions
  }, new Int32Array(1))
}

/** A shape seen from one of its axes: `outer` blocks of `extent` rows of `inner` neighbouring elements. */
export interface AxisView {
  readonly outer: number
  readonly extent: number
  readonly inner: number
}

export function viewOf(shape: readonly number[], axis: number): AxisView {
  return {
    outer: countOf(shape.slice(0, axis)),
    extent: shape[axis] ?? 1,
    inner: countOf(shape.slice(axis + 1)),
  }
}

/** Calls back with the position of the first element of each line along the axis; its neighbours are `view.inner` apart. */
export function forEachLine({ outer, extent, inner }: AxisView, visit: (start: number) => void): void {
  for (let block = 0; block < outer; block++) {
    for (let column = 0; column < inner; column++) visit(block * extent * inner + column)
  }
}
