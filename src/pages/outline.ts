// The outlines of regions of pixels as SVG paths.

/**
 * For each class but 0 in `labels` (`height × width`, row-major), closed loops along the pixel edges around its pixels,
 * in pixel units: for filling with the even-odd rule and for stroking alike.
 */
export function outlinePaths(labels: Uint8Array, width: number, height: number): ReadonlyMap<number, string> {
  const paths = new Map<number, string>()
  for (const [value, edges] of edgesByClass(labels, width, height)) {
    const loops: string[] = []
    for (const start of edges.keys()) {
      for (let loop = walk(edges, start, width + 1); loop !== ''; loop = walk(edges, start, width + 1))
        loops.push(loop)
    }
    paths.set(value, loops.join(''))
  }
  return paths
}

/** From each corner of the pixel grid, the directions of the edges that leave it with the region on their right. */
type Edges = Map<number, number[]>

/** Steps along the grid of pixel corners: right, down, left, up. */
const moves = [
  [0, 1],
  [1, 0],
  [0, -1],
  [-1, 0],
] as const

function edgesByClass(labels: Uint8Array, width: number, height: number): Map<number, Edges> {
  const classes = new Map<number, Edges>()
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const k = row * width + column
      const value = labels[k] ?? 0
      if (value === 0) continue
      const corner = row * (width + 1) + column
      if (row === 0 || labels[k - width] !== value) add(classes, value, corner, 0)
      if (column === width - 1 || labels[k + 1] !== value) add(classes, value, corner + 1, 1)
      if (row === height - 1 || labels[k + width] !== value) add(classes, value, corner + width + 2, 2)
      if (column === 0 || labels[k - 1] !== value) add(classes, value, corner + width + 1, 3)
    }
  return classes
}

function add(classes: Map<number, Edges>, value: number, corner: number, direction: number): void {
  const edges = classes.get(value) ?? new Map<number, number[]>()
  classes.set(value, edges)
  const known = edges.get(corner)
  if (known === undefined) edges.set(corner, [direction])
  else known.push(direction)
}

/** One loop from a corner, its edges taken off the map; runs in one direction are one step. Empty where none is left. */
function walk(edges: Edges, start: number, stride: number): string {
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
  // The last step is drawn by closing the loop.
  const steps = runs.slice(0, -1).map(([direction, length]) => {
    const [down, right] = moves[direction] ?? [0, 0]
    return down === 0 ? `h${right * length}` : `v${down * length}`
  })
  return `M${start % stride} ${Math.floor(start / stride)}${steps.join('')}z`
}
