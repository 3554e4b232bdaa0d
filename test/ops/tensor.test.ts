// Arithmetic of extents.
import { describe, expect, test } from 'vitest'
import {
  addDims,
  elementCount,
  equalDims,
  equalShapes,
  floorDivide,
  formatDim,
  formatShape,
  leastExtent,
  multiplyDims,
  neededMultiple,
  scaleDim,
  subtractDims,
  symbolDim,
  type Dim,
} from '../../src/compiler/ir/tensor.ts'

const depth = symbolDim({ name: 'D', multiple: 16 })
const height = symbolDim({ name: 'H', multiple: 1 })

function half(dim: Dim): Dim {
  const found = floorDivide(dim, 2)
  if (found === undefined) throw new Error('not whole')
  return found
}

describe('written', () => {
  test.each<[Dim, string]>([
    [7, '7'],
    [depth, 'D'],
    [half(depth), 'D/2'],
    [scaleDim(half(half(depth)), 3), '3·D/4'],
    [addDims(half(depth), 1), 'D/2 + 1'],
    [addDims(depth, -2), 'D - 2'],
    [addDims(height, depth), 'D + H'],
    [subtractDims(height, depth), '-D + H'],
    [subtractDims(3, depth), '-D + 3'],
    [addDims(scaleDim(depth, 2), -1), '2·D - 1'],
  ])('%j is %s', (dim, text) => {
    expect(formatDim(dim)).toBe(text)
  })

  test('shapes put sums in parentheses', () => {
    expect(formatShape([8, addDims(depth, -2), half(depth), -1])).toBe('8×(D - 2)×D/2×-1')
    expect(formatShape([])).toBe('scalar')
  })
})

describe('arithmetic', () => {
  test('equal forms cancel to integers', () => {
    expect(subtractDims(addDims(depth, 3), depth)).toBe(3)
    expect(subtractDims(depth, depth)).toBe(0)
    expect(scaleDim(depth, 0)).toBe(0)
    expect(scaleDim(0, -1)).toBe(0)
  })

  test('terms are sorted by symbol, whatever the order of the sum', () => {
    expect(addDims(height, depth)).toEqual(addDims(depth, height))
  })

  test('division needs the symbolic part to divide; the constant is floored', () => {
    expect(formatDim(floorDivide(addDims(depth, 5), 2) ?? 0)).toBe('D/2 + 2')
    expect(formatDim(floorDivide(addDims(depth, -5), 2) ?? 0)).toBe('D/2 - 3')
    expect(floorDivide(depth, 3)).toBeUndefined()
    expect(floorDivide(-5, 2)).toBe(-3)
  })

  test('the multiple that a division needs', () => {
    expect(neededMultiple(depth, 3)).toEqual({ name: 'D', multiple: 48 })
    expect(neededMultiple(depth, 32)).toEqual({ name: 'D', multiple: 32 })
    expect(neededMultiple(height, 4)).toEqual({ name: 'H', multiple: 4 })
    expect(neededMultiple(depth, 8)).toBeUndefined()
    expect(neededMultiple(7, 2)).toBeUndefined()
  })

  test.each([1, 2, 6, 9, 16])(
    'the needed multiple of a multiple of %i makes the division whole',
    (multiple) => {
      const symbol = { name: 'X', multiple }
      for (const divisor of [2, 3, 4, 6, 12, 32]) {
        const needed = neededMultiple(symbolDim(symbol), divisor) ?? symbol
        expect(floorDivide(symbolDim(needed), divisor)).toBeDefined()
        expect(needed.multiple % multiple).toBe(0)
      }
    },
  )

  test('products stay affine', () => {
    expect(multiplyDims(3, depth)).toEqual(scaleDim(depth, 3))
    expect(multiplyDims(depth, 3)).toEqual(scaleDim(depth, 3))
    expect(multiplyDims(depth, height)).toBeUndefined()
  })

  test('least extents', () => {
    expect(leastExtent(addDims(half(depth), -2))).toBe(6)
    expect(leastExtent(subtractDims(40, depth))).toBe(-Infinity)
  })

  test('equality', () => {
    expect(equalDims(half(scaleDim(depth, 2)), depth)).toBe(true)
    expect(equalDims(depth, 16)).toBe(false)
    expect(equalShapes([1, depth], [1, depth])).toBe(true)
    expect(equalShapes([1, depth], [1])).toBe(false)
    expect(elementCount([2, 3, 4])).toBe(24)
    expect(elementCount([2, depth])).toBeUndefined()
  })
})
