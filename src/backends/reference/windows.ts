// Windows over the spatial axes, as convolutions and pools have them. One and two axes are three with leading extents of 1.

/** What a window is on one spatial axis. */
export interface AxisWindow {
  readonly kernel: number
  readonly stride: number
  readonly dilation: number
  /** Padding before the first element. */
  readonly low: number
}

export type Triple<T> = readonly [depth: T, height: T, width: T]

const trivial: AxisWindow = { kernel: 1, stride: 1, dilation: 1, low: 0 }

/** The last three of up to three, the first ones filled in. */
export function tripleOf<T>(values: readonly T[], filler: T): Triple<T> {
  const [depth, height, width] = [values.at(-3) ?? filler, values.at(-2) ?? filler, values.at(-1) ?? filler]
  return [depth, height, width]
}

/** The spatial extents of a batched image `[N, C, …]`. */
export function spatialOf(shape: readonly number[]): Triple<number> {
  return tripleOf(shape.slice(2), 1)
}

export interface WindowAttributes {
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly dilation?: readonly number[]
}

export function windowsOf(
  { kernel, stride, dilation }: WindowAttributes,
  low: readonly number[],
): Triple<AxisWindow> {
  const windows = kernel.map((taps, axis) => ({
    kernel: taps,
    stride: stride[axis] ?? 1,
    dilation: dilation?.[axis] ?? 1,
    low: low[axis] ?? 0,
  }))
  return tripleOf(windows, trivial)
}

/** Where the window at place `index` reads for one tap; may lie outside of the extent. */
export function sourceOf({ stride, dilation, low }: AxisWindow, index: number, tap: number): number {
  return index * stride + tap * dilation - low
}

/** The indices, half-open, whose window reads inside the extent for one tap. */
export function insideRange(
  window: AxisWindow,
  tap: number,
  extent: number,
  count: number,
): readonly [number, number] {
  const offset = sourceOf(window, 0, tap)
  const from = Math.max(0, Math.ceil(-offset / window.stride))
  const to = Math.min(count, Math.ceil((extent - offset) / window.stride))
  return [from, Math.max(from, to)]
}
