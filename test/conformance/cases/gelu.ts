// Cases of `gelu`.
import type { ConformanceCase } from '../case.ts'

export const geluCases: readonly ConformanceCase[] = [
  {
    name: 'approximate = none',
    inputs: { x: [3, 4, 5] },
    batch: 2,
    expression: 'x -> gelu(approximate = none)',
  },
  { name: 'approximate = none, tokens', inputs: { x: [9, 8] }, expression: 'x -> gelu(approximate = none)' },
  {
    name: 'approximate = none, great magnitudes',
    inputs: { x: [3, 40] },
    expression: 'x -> scale(4) -> gelu(approximate = none)',
  },
  {
    name: 'approximate = none, the negative tail',
    inputs: { x: [3, 40] },
    level: -4,
    expression: 'x -> gelu(approximate = none)',
  },
  {
    name: 'approximate = tanh',
    inputs: { x: [3, 4, 5] },
    batch: 2,
    expression: 'x -> gelu(approximate = tanh)',
  },
  { name: 'approximate = tanh, tokens', inputs: { x: [9, 8] }, expression: 'x -> gelu(approximate = tanh)' },
  {
    name: 'approximate = tanh, great magnitudes',
    inputs: { x: [3, 40] },
    expression: 'x -> scale(4) -> gelu(approximate = tanh)',
  },
  {
    name: 'approximate = tanh, the negative tail',
    inputs: { x: [3, 40] },
    level: -4,
    expression: 'x -> gelu(approximate = tanh)',
  },
]
