// The outline of a region of pixels as an SVG path.

/**
 * Closed loops along the pixel edges of all pixels of `labels` (`height × width`, row-major) that equal `value`, in
 * pixel units: for filling with the even-odd rule and for stroking alike. Empty where there is no such pixel.
 */
export function outlinePath(labels: Uint8Array, width: number, height: number, value: number): string {
  const inside = (row: number, column: number): boolean =>
    row >= 0 && row < height && column >= 0 && column < width && labels[row * width + column] === value
  const edges = edgesAround(inside, width, height)
  const loops: string[] = []
  for (const start of edges.keys()) {
    for (let loop = walk(edges, start, width + 1); loop !== ''; loop = walk(edges, start, width + 1))
      loops.push(loop)
  }
  return loops.join('')
}

/** Steps along the grid of pixel corners: right, down, left, up. */
const moves = [
  [0, 1],
  [1, 0],
  [0, -1],
  [-1, 0],
] as const

/** From each corner, the directions of the edges that leave it with the region on their right. */
function edgesAround(
  inside: (row: number, column: number) => boolean,
  width: number,
  height: number,
): Map<number, number[]> {
  const edges = new Map<number, number[]>()
  const add = (row: number, column: number, direction: number): void => {
    const corner = row * (width + 1) + column
    const known = edges.get(corner)
    if (known === undefined) edges.set(corner, [direction])
    else known.push(direction)
  }
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      if (!inside(row, column)) continue
      if (!inside(row - 1, column)) add(row, column, 0)
      if (!inside(row, column + 1)) add(row, column + 1, 1)
      if (!inside(row + 1, column)) add(row + 1, column + 1, 2)
      if (!inside(row, column - 1)) add(row + 1, column, 3)
    }
  return edges
}

/** One loop from a corner, its edges taken off the map; runs in one direction are one step. Empty where none is left. */
function walk(edges: Map<number, number[]>, start: number, stride: number): string {
  const runs: [direction: number, length: number][] = []
  let corner = start
  for (let direction = edges.get(corner)?.pop(); direction !== undefined;) {
    const last = runs.at(-1)
    if (last?.[0] === direction) last[1] += 1
    else runs.push([direction, 1])
    const [down, right] = moves[direction] ?? [0, 0]
    corner += down * stride + right
    direction = corner === start ? undefined : edges.get(corner)?.pop()
  }
  if (runs.length === 0) return ''
  const steps = runs.slice(0, -1).map(([direction, length]) => {
    const [down, right] = moves[direction] ?? [0, 0]
    return down === 0 ? `h${right * length}` : `v${down * length}`
  })
  return `M${start % stride} ${Math.floor(start / stride)}${steps.join('')}z`
}
