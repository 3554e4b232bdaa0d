// Precedence and the forms of expressions.
import { describe, expect, test } from 'vitest'
import { DiagnosticBag } from '../../src/compiler/diagnostics/diagnostic.ts'
import { parseExpression } from '../../src/compiler/syntax/parse.ts'
import { sourceFile } from '../../src/compiler/text/source.ts'
import { grouped } from './support/syntax.ts'

describe('precedence', () => {
  test.each([
    ['a + b * c', '(a + (b * c))'],
    ['a - b - c', '((a - b) - c)'],
    ['a div b * c % d', '(((a div b) * c) % d)'],
    ['-2^2', '(- (2 ^ 2))'],
    ['2^-1', '(2 ^ (- 1))'],
    ['2^3^2', '(2 ^ (3 ^ 2))'],
    ['- -a', '(- (- a))'],
    ['-a * b', '((- a) * b)'],
    ['f(a)[i](b)', 'f(a)[i](b)'],
    ['a.level[i].in -> f', '(a.level[i].in -> f)'],
    ['a.', 'WEFT101 expected a name, found the end of the text'],
    ['0..n - 1', '(0 .. (n - 1))'],
    ['0..<n + 1', '(0 ..< (n + 1))'],
    ['a == 1..2', '(a == (1 .. 2))'],
    ['a < b and c or not d', '(((a < b) and c) or (not d))'],
    ['not a == b', '(not (a == b))'],
    ['not not a', '(not (not a))'],
    ['a or b and c', '(a or (b and c))'],
    ['x -> f -> g', '((x -> f) -> g)'],
    ['x -> a or b', '(x -> (a or b))'],
    ['c ? a : b -> f', '(c ? a : (b -> f))'],
    ['x -> c ? a : b', '((x -> c) ? a : b)'],
    ['a ? b : c ? d : e', '(a ? b : (c ? d : e))'],
    ['a ? b ? 1 : 2 : 3', '(a ? (b ? 1 : 2) : 3)'],
    ['(a + b) * c', '((a + b) * c)'],
    ['width(i) == 48 ? 80% : S', '((width(i) == 48) ? 80% : S)'],
  ])('%s', (text, expected) => {
    expect(grouped(text)).toBe(expected)
  })
})

describe('forms', () => {
  test.each([
    ['[]', '[]'],
    ['[1, 2,]', '[1, 2]'],
    ['[c, ...patch]', '[c, ...patch]'],
    ['[logits: 1, ds[1]: 1/2]', '[logits: 1, ds[1]: (1 / 2)]'],
    ['[f(i) for i in 0..4 if p(i)]', '[f(i) for …]'],
    ['f(1, kernel = 3, ...rest,)', 'f(1, kernel=3, ...rest)'],
    ['f(in = 3, fuse = 1, true = 2)', 'f(in=3, fuse=1, true=2)'],
    ['f(true, not a)', 'f(true, (not a))'],
    ['exists(node[r, l])', 'exists(node[r, l])'],
    ['level[i-1] -> node', '(level[(i - 1)] -> node)'],
    ['from + as + on + steps', '(((from + as) + on) + steps)'],
    [String.raw`"a \"b\" \\ \n \t"`, JSON.stringify('a "b" \\ \n \t')],
  ])('%s', (text, expected) => {
    expect(grouped(text)).toBe(expected)
  })
})

describe('numbers', () => {
  const number = (text: string): unknown => {
    const bag = new DiagnosticBag()
    const expr = parseExpression(sourceFile('expr', text), bag)
    if (expr.kind === 'NumberLiteral') return [expr.value, expr.type]
    return bag.list().map(({ code }) => code)
  }

  test.each([
    ['48', [48, 'int']],
    ['1.0', [1, 'float']],
    ['1e3', [1000, 'float']],
    ['80%', [0.8, 'float']],
    ['0.1%', [0.001, 'float']],
    ['12M', [12_000_000, 'int']],
    ['1.1M', [1_100_000, 'int']],
    ['800G', [800_000_000_000, 'int']],
    ['24GiB', [24 * 2 ** 30, 'int']],
    ['1.5KiB', [1536, 'int']],
    ['9007199254740991', [Number.MAX_SAFE_INTEGER, 'int']],
    ['9007199254740992', ['WEFT110']],
    ['9007.2T', ['WEFT110']],
    ['1e999', ['WEFT110']],
    ['24GB', ['WEFT111']],
    ['12k', ['WEFT111']],
    ['1.0005K', ['WEFT112']],
  ])('%s', (text, expected) => {
    expect(number(text)).toEqual(expected)
  })
})

test('an expression from the command line is one expression and nothing else', () => {
  expect(grouped('64')).toBe('64')
  expect(grouped('')).toBe('WEFT101 expected an expression, found the end of the text')
  expect(grouped('64 65')).toBe('WEFT101 expected an operator or the end of the expression, found `65`')
})
