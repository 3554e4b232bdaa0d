// Cases of `grid_sample`. Coordinates within ±2 reach beyond all edges.
import type { ConformanceCase } from '../case.ts'

const settings = ['linear', 'nearest'].flatMap((mode) =>
  ['zeros', 'border', 'reflection'].flatMap((padding) =>
    [false, true].map((corners) => ({
      name: `${mode}, ${padding}${corners ? ', corners' : ''}`,
      attributes: `mode = ${mode}, padding = ${padding}, align_corners = ${corners}`,
    })),
  ),
)

export const gridSampleCases: readonly ConformanceCase[] = [
  ...settings.map(({ name, attributes }): ConformanceCase => ({
    name: `${name}, 2D`,
    inputs: { x: [3, 4, 5], grid: [3, 6, 2] },
    batch: 2,
    expression: `grid_sample(x, grid, ${attributes})`,
  })),
  {
    name: 'linear, zeros, 3D',
    inputs: { x: [2, 3, 4, 5], grid: [2, 3, 4, 3] },
    batch: 2,
    expression: 'grid_sample(x, grid)',
  },
  {
    name: 'linear, reflection, corners, 3D',
    inputs: { x: [2, 3, 4, 5], grid: [2, 1, 4, 3] },
    expression: 'grid_sample(x, grid, padding = reflection, align_corners = true)',
  },
  {
    name: 'nearest, border, 3D',
    inputs: { x: [2, 3, 4, 5], grid: [2, 1, 4, 3] },
    expression: 'grid_sample(x, grid, mode = nearest, padding = border)',
  },
  {
    name: 'heads, 2D',
    inputs: { x: [2, 3, 4, 5], grid: [2, 3, 2, 2] },
    batch: 2,
    expression: 'grid_sample(x, grid)',
  },
  {
    name: 'heads, 3D',
    inputs: { x: [2, 3, 2, 4, 5], grid: [2, 3, 2, 1, 3] },
    batch: 2,
    expression: 'grid_sample(x, grid -> scale(0.5))',
  },
  {
    name: 'extents of 1, mirrored',
    inputs: { x: [2, 1, 4], grid: [1, 1, 2] },
    expression: 'grid_sample(x, grid, padding = reflection, align_corners = true)',
  },
  {
    name: 'far beyond the edges',
    inputs: { x: [2, 4, 4], grid: [3, 3, 2] },
    expression: 'grid_sample(x, grid -> scale(1e6))',
  },
  {
    name: 'halves to even',
    inputs: { x: [1, 4, 4], grid: [4, 5, 2] },
    expression:
      'grid_sample(x, add(mul(grid, 0), constant([[[(2 * i - 1) / 4 - 1, j / 2 - 1] for j in 0..4] for i in 0..3])), mode = nearest)',
  },
  {
    name: 'mirrored halves to even',
    inputs: { x: [1, 3, 4], grid: [1, 9, 2] },
    expression:
      'grid_sample(x, add(mul(grid, 0), constant([[[i / 2 - 2, 0] for i in 0..8]])), mode = nearest, padding = reflection)',
  },
]
