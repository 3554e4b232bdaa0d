// Arithmetic of extents.
import { describe, expect, test } from 'vitest'
import { isDecidedByGrowth, leastExtent, orderOf } from '../../src/compiler/ir/bounds.ts'
import { divideDims, floorDivide, neededMultiple, quotientOf } from '../../src/compiler/ir/division.ts'
import {
  addDims,
  elementCount,
  equalDims,
  equalShapes,
  formatDim,
  formatShape,
  multiplyDims,
  scaleDim,
  subtractDims,
  symbolDim,
  valueAt,
  type Dim,
} from '../../src/compiler/ir/tensor.ts'

const depth = symbolDim({ name: 'D', multiple: 16 })
const height = symbolDim({ name: 'H', multiple: 1 })

function half(dim: Dim): Dim {
  const found = floorDivide(dim, 2)
  if (found === undefined) throw new Error('not whole')
  return found
}

function times(a: Dim, b: Dim): Dim {
  const found = multiplyDims(a, b)
  if (found === undefined) throw new Error('no form')
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

  test('products are sums of products of symbols, however they are formed', () => {
    expect(multiplyDims(3, depth)).toEqual(scaleDim(depth, 3))
    expect(multiplyDims(depth, 3)).toEqual(scaleDim(depth, 3))
    expect(formatDim(times(half(depth), addDims(height, 3)))).toBe('3·D/2 + D·H/2')
    const [sum, difference] = [addDims(depth, height), subtractDims(depth, height)]
    expect(times(sum, difference)).toEqual(subtractDims(times(depth, depth), times(height, height)))
    expect(times(times(sum, depth), height)).toEqual(times(height, times(depth, sum)))
    expect(subtractDims(times(depth, height), times(height, depth))).toBe(0)
  })

  test('products too large for a form are none', () => {
    const sum = addDims(addDims(depth, height), 1)
    const powers = Array.from({ length: 6 }).reduce<Dim | undefined>(
      (power) => power && multiplyDims(power, power),
      sum,
    )
    expect(powers).toBeUndefined()
    expect(multiplyDims(scaleDim(depth, 2 ** 30), scaleDim(depth, 2 ** 30))).toBeUndefined()
  })

  test('quotients that are not whole keep a floor, by what is left of the dividend', () => {
    expect(formatDim(quotientOf(addDims(depth, 6), 7))).toBe('⌈D/7⌉')
    expect(formatDim(quotientOf(addDims(depth, 20), 7))).toBe('⌈D/7⌉ + 2')
    expect(formatDim(quotientOf(addDims(depth, 29), 12))).toBe('⌊D/12 + 1/3⌋ + 2')
    expect(quotientOf(addDims(scaleDim(height, 7), depth), 7)).toEqual(addDims(height, quotientOf(depth, 7)))
    expect(quotientOf(depth, 8)).toEqual(floorDivide(depth, 8))
  })

  test.each([
    [0, 7],
    [6, 7],
    [33, 12],
    [-50, 9],
  ])('a quotient of D + %i by %i has the value of its name', (offset, divisor) => {
    const form = subtractDims(times(quotientOf(addDims(depth, offset), divisor), height), depth)
    for (const [d, h] of [
      [16, 1],
      [48, 5],
      [160, 3],
    ] as const) {
      const value = valueAt(form, ({ name, multiple }) => (name === 'D' ? d : h) / multiple)
      expect(value).toBe(Math.floor((d + offset) / divisor) * h - d)
    }
  })

  test('exact quotients of forms', () => {
    const windows = times(quotientOf(addDims(depth, 6), 7), height)
    expect(divideDims(scaleDim(windows, 6), scaleDim(height, 2))).toEqual(
      scaleDim(quotientOf(addDims(depth, 6), 7), 3),
    )
    expect(divideDims(addDims(scaleDim(depth, 2), 6), addDims(depth, 3))).toBe(2)
    expect(divideDims(depth, height)).toBeUndefined()
    expect(divideDims(addDims(windows, 1), height)).toBeUndefined()
  })

  test('least extents', () => {
    expect(leastExtent(addDims(half(depth), -2))).toBe(6)
    expect(leastExtent(subtractDims(40, depth))).toBe(-Infinity)
    expect(leastExtent(half(symbolDim({ name: 'D', multiple: 16, least: 4 })))).toBe(32)
    expect(leastExtent(times(depth, subtractDims(height, 1)))).toBe(-Infinity)
    expect(leastExtent(times(depth, height))).toBe(16)
  })

  test('what rounding up adds is bounded, though no term of it is', () => {
    const added = subtractDims(scaleDim(quotientOf(addDims(depth, 6), 7), 7), depth)
    expect(leastExtent(added)).toBe(0)
    expect(leastExtent(scaleDim(added, -1))).toBe(-6)
    expect(orderOf(added, 0)).toBe('a or equal')
    expect(isDecidedByGrowth(added, 3)).toBe(false)
    expect(isDecidedByGrowth(depth, 300)).toBe(true)
    expect(isDecidedByGrowth(depth, height)).toBe(false)
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
