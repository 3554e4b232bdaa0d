// Values, operators, lists and functions: an expression and what it is.
import { describe, expect, test } from 'vitest'
import { graphOf, mistakes, value } from '../support/check.ts'

const values: Readonly<Record<string, string>> = {
  '2 + 3 * 4': '14',
  '7 / 2': '3.5',
  '8 / 2': '4',
  '7 div 2': '3',
  '-7 div 2': '-4',
  '7 % 3': '1',
  '-7 % 3': '2',
  '7%3': '1',
  '80%': '0.8',
  '2^10': '1024',
  '2^-1': '0.5',
  '-2^2': '-4',
  '2^3^2': '512',
  '2.0^60': '1152921504606847000',
  '12K': '12000',
  '24KiB': '24576',
  '1.5K': '1500',
  '1 < 2 and not (2 < 1)': 'true',
  'false and 1 / 0 > 0': 'false',
  'true or 1 / 0 > 0': 'true',
  'true ? 1 : 1 / 0': '1',
  '1 == 1.0': 'true',
  '[1, 2] == [1, 2]': 'true',
  '"a" + "b"': '"ab"',
  '"a" != "b"': 'true',
  '[1, 2] + [3]': '[1,2,3]',
  '[0, ...[1, 2], 3]': '[0,1,2,3]',
  '0..3': '[0,1,2,3]',
  '0..<3': '[0,1,2]',
  '3..0': '[]',
  '[5, 6, 7][1]': '6',
  '[5, 6, 7, 8][1..2]': '[6,7]',
  '[5, 6, 7][1..0]': '[]',
  '[[1, 2], [3, 4]][1, 0]': '3',
  '[i * i for i in 0..3 if i % 2 == 1]': '[1,9]',
  '[10 * i + j for i in 0..2, j in 0..i]': '[0,10,11,20,21,22]',
  '[s for s in [[1, 2], [3]]]': '[[1,2],[3]]',
  'min(3, 1, 2)': '1',
  'max([3, 1.5])': '3',
  'min(7, dim("D", multiple = 8))': '7',
  'max(7, dim("D", multiple = 8)) == dim("D", multiple = 8)': 'true',
  'min([dim("D", multiple = 8), dim("D", multiple = 8) div 2]) == dim("D", multiple = 8) div 2': 'true',
  'product([3, dim("D", multiple = 8), 2]) == 6 * dim("D", multiple = 8)': 'true',
  'sum([dim("D", multiple = 8), dim("H", multiple = 8), 1]) == dim("D", multiple = 8) + dim("H", multiple = 8) + 1':
    'true',
  'dim("D", multiple = 8) >= 8': 'true',
  '8 <= dim("D", multiple = 8)': 'true',
  'dim("D", multiple = 8) < 8': 'false',
  '7 < dim("D", multiple = 8)': 'true',
  'max(dim("D", multiple = 8), dim("D", multiple = 8) - 1, 3) == dim("D", multiple = 8)': 'true',
  'sum([1, 2, 3])': '6',
  'sum([])': '0',
  'product([2, 3])': '6',
  'product([])': '1',
  'abs(-3)': '3',
  'floor(1.5)': '1',
  'ceil(1.5)': '2',
  'round(2.5)': '2',
  'round(3.5)': '4',
  'sqrt(16)': '4',
  'cos(0)': '1',
  'round(1000 * sin(pi / 6))': '500',
  'log2(8)': '3',
  'len([1, 2])': '2',
  'reverse([1, 2, 3])': '[3,2,1]',
  'repeat([2], 3)': '[[2],[2],[2]]',
  'zip([1, 2], [3, 4])': '[[1,3],[2,4]]',
  'contains([1, 2], 2.0)': 'true',
}

test.each(Object.entries(values))('%s is %s', (expression, expected) => {
  expect(value(expression)).toBe(expected)
})

describe('functions', () => {
  test('call themselves, and each other in any order', () => {
    expect(value('f(5)', 'fn f(n: int): int = n == 0 ? 1 : n * g(n)\nfn g(n: int) = f(n - 1)')).toBe('120')
  })

  test('have defaults that see the parameters before them', () => {
    expect(value('[f(2), f(2, 5), f(a = 1, b = 0)]', 'fn f(a: int, b: int = 2 * a) = a + b')).toBe('[6,7,1]')
  })

  test('take functions and spread arguments', () => {
    expect(value('apply(double, 4)', 'fn apply(f: fn, x: int) = f(x)\nfn double(x: int) = 2 * x')).toBe('8')
    expect(value('f(...[1, 2])', 'fn f(a: int, b: int) = 10 * a + b')).toBe('12')
  })

  test('keep the sign of a zero, whatever they gave for the other one', () => {
    const { nodes } = graphOf(`fn twice(z: float) = [z for i in 0..1]
network N {
  input x: [2]
  output y = x + constant(twice(0.0)) + constant(twice(-0.0))
}
`)
    const constants = nodes.flatMap((node) => (node.op === 'constant' ? [node.attributes.values] : []))
    expect(constants).toEqual([
      [0, 0],
      [-0, -0],
    ])
  })

  test('see the constants of their file', () => {
    expect(value('f(2)', 'let base = 10\nfn f(i: int) = base^i')).toBe('100')
  })
})

describe('inner names hide outer ones', () => {
  test('an index hides a constant', () =>
    expect(value('[i for i in 0..1]', 'let i = 7\nlet _used = i')).toBe('[0,1]'))
  test('a parameter hides a function of the language', () =>
    expect(value('f(3)', 'fn f(len: int) = len')).toBe('3'))
})

describe('what is wrong is said where it is', () => {
  const wrong: Readonly<Record<string, string>> = {
    '9007199254740991 + 1':
      'WEFT701 9007199254740991 + 1 passes 2^53, where whole numbers stop being exact @ 9007199254740991 + 1',
    '1 / 0': 'WEFT303 1 divided by zero @ 1 / 0',
    '[1, "a"][0] + "b"': 'WEFT302 `+` has no meaning between int and string @ [1, "a"][0] + "b"',
    'not 1': 'WEFT301 the operand of `not` must be bool, got 1 (int) @ 1',
    '[1, 2][2]': 'WEFT308 index 2 of a list of 2 items @ 2',
    '3[0]': 'WEFT307 int cannot be indexed @ 3[0]',
    'len(1)': 'WEFT305 `len` cannot take (int) @ len(1)',
    'f(1, 2)': 'WEFT313 `f` takes one argument by position, got 2 @ 2',
    'f()': 'WEFT315 `f` needs `a` @ f()',
    'f("1")': 'WEFT301 `a` of f must be int, got "1" (string) @ "1"',
  }
  test.each(Object.entries(wrong))('%s', (expression, expected) => {
    expect(mistakes(`fn f(a: int) = a\nlet a = ${expression}\nlet _b = f(1)`)).toEqual([expected])
  })
})
