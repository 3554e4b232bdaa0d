// Cases of `attention`: PyTorch's `scaled_dot_product_attention`.
import type { ConformanceCase } from '../case.ts'

export const attentionCases: readonly ConformanceCase[] = [
  {
    name: 'tokens',
    inputs: { q: [4, 3], k: [5, 3], v: [5, 2] },
    batch: 2,
    expression: '[q, k, v] -> attention',
  },
  {
    name: 'heads',
    inputs: { q: [2, 4, 3], k: [2, 6, 3], v: [2, 6, 5] },
    batch: 2,
    expression: '[q, k, v] -> attention',
  },
  { name: 'of itself', inputs: { x: [2, 4, 3] }, batch: 2, expression: 'attention(x, x, x)' },
  {
    name: 'a scale',
    inputs: { q: [2, 4, 3], k: [2, 4, 3] },
    batch: 2,
    expression: 'attention(q, k, k, scale = -0.3)',
  },
  {
    name: 'dropout is the identity at inference',
    inputs: { q: [4, 3], k: [4, 3] },
    batch: 2,
    expression: 'attention(q, k, k, dropout = 0.5)',
  },
  {
    name: 'a learned bias per head',
    inputs: { q: [2, 3, 4], k: [2, 5, 4] },
    batch: 2,
    expression: 'attention(q, k, k, parameter([2, 3, 5]))',
  },
  {
    name: 'a mask of keys',
    inputs: { q: [2, 3, 4], k: [2, 3, 4] },
    batch: 2,
    expression: 'attention(q, k, k, constant([[0, -100, 0]]))',
  },
  {
    name: 'a computed bias',
    inputs: { q: [2, 3, 4], k: [2, 5, 4], bias: [1, 3, 5] },
    batch: 2,
    expression: 'attention(q, k, k, bias)',
  },
  {
    name: 'windows',
    inputs: { q: [3, 2, 4, 2], k: [3, 2, 4, 2], v: [3, 2, 4, 3] },
    batch: 2,
    expression: '[q, k, v] -> attention',
  },
  {
    name: 'windows with a bias per head',
    inputs: { q: [3, 2, 4, 2], k: [3, 2, 4, 2] },
    batch: 2,
    expression: 'attention(q, k, k, parameter([2, 4, 4]))',
  },
  {
    name: 'windows with a bias per head and a mask per window',
    inputs: { q: [2, 2, 2, 3], k: [2, 2, 2, 3] },
    batch: 2,
    expression:
      'attention(q, k, k, parameter([2, 2, 2]), constant([[[[0, -100], [-100, 0]]], [[[0, 0], [0, -100]]]]))',
  },
  {
    name: 'a volume of windows',
    inputs: { q: [2, 3, 2, 2, 2, 4] },
    batch: 2,
    expression: 'attention(q, q, q, parameter([2, 2, 2]))',
  },
  {
    name: 'keys and values that all heads share',
    inputs: { q: [3, 4, 2], k: [1, 5, 2] },
    batch: 2,
    expression: 'attention(q, k, k)',
  },
  {
    name: 'learned queries',
    inputs: { x: [2, 4, 3] },
    batch: 2,
    expression: 'attention(parameter([2, 3, 3]), x, x)',
  },
  {
    name: 'one learned table of keys and values',
    inputs: { q: [2, 4, 3] },
    batch: 2,
    expression: 'attention(q, parameter([5, 3]), parameter([5, 2]))',
  },
  {
    name: 'tables with a computed bias',
    inputs: { bias: [2, 3, 5] },
    batch: 2,
    expression: 'attention(parameter([2, 3, 4]), parameter([2, 5, 4]), parameter([2, 5, 4]), bias)',
  },
  { name: 'extents of 1', inputs: { x: [1, 1] }, batch: 2, expression: 'attention(x, x, x)' },
]
