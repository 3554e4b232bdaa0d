// Diagnostics as people see them.
import { expect, test } from 'vitest'
import { codes } from '../../src/compiler/diagnostics/codes.ts'
import type { Diagnostic } from '../../src/compiler/diagnostics/diagnostic.ts'
import { renderDiagnostic, renderDiagnostics } from '../../src/compiler/diagnostics/render.ts'
import { sourceFile, span } from '../../src/compiler/text/source.ts'
import { ansiStyle } from '../../src/compiler/text/style.ts'

const text = `network Net {
  input image: [1, 8, 8]
\tlet x = image -> convv(4, 3)   // 卷积
  output logits = add(x,
    image)
}
`

const file = sourceFile('net.weft', text)
const sources = new Map([[file.path, file]])

function at(place: string, change: Partial<Diagnostic> = {}, source = file): Diagnostic {
  const start = source.text.indexOf(place)
  return {
    code: 'WEFT201',
    name: 'integer-overflow',
    severity: 'error',
    message: `about ${place.split('\n')[0]}`,
    span: span(source, start, start + place.length),
    related: [],
    indices: [],
    ...change,
  }
}

const show = (one: Diagnostic, width = 80): string => `\n${renderDiagnostic(one, { sources, width })}`

test('the place is underlined, also behind a tab', () => {
  expect(show(at('convv', { help: 'did you mean `conv`?' }))).toMatchInlineSnapshot(`
    "
    error[WEFT201]: about convv
      --> net.weft:3:19
      |
    3 |   let x = image -> convv(4, 3)   // 卷积
      |                    ^^^^^
      = help: did you mean \`conv\`?
    "
  `)
})

test('index values, related places and help follow', () => {
  const related = [{ span: at('image:').span, message: 'declared here' }]
  const indices = [
    { name: 'i', value: 2 },
    { name: 'j', value: 3 },
  ]
  expect(show(at('add', { related, indices, help: 'first\nsecond' }))).toMatchInlineSnapshot(`
    "
    error[WEFT201]: about add
      --> net.weft:4:19
      |
    4 |   output logits = add(x,
      |                   ^^^
      = with i = 2, j = 3
      note: declared here
      --> net.weft:2:9
      |
    2 |   input image: [1, 8, 8]
      |         ^^^^^^
      = help: first
              second
    "
  `)
})

test('many related places are listed without their source', () => {
  const related = ['network', 'input', 'output', 'add'].map((place) => ({
    span: at(place).span,
    message: `${place} spends`,
  }))
  expect(show(at('logits', { related }))).toMatchInlineSnapshot(`
    "
    error[WEFT201]: about logits
      --> net.weft:4:10
      |
    4 |   output logits = add(x,
      |          ^^^^^^
      = network spends  net.weft:1:1
      = input spends  net.weft:2:3
      = output spends  net.weft:4:3
      = add spends  net.weft:4:19
    "
  `)
})

test('a place of several lines is underlined to the end of the first', () => {
  expect(show(at('add(x,\n    image)'))).toMatchInlineSnapshot(`
    "
    error[WEFT201]: about add(x,
      --> net.weft:4:19
      |
    4 |   output logits = add(x,
      |                   ^^^^^^ … to line 5
    "
  `)
})

test('wide characters take two cells', () => {
  const wide = sourceFile('w.weft', '// 卷积 here')
  const shown = renderDiagnostic(at('here', {}, wide), { sources: new Map([[wide.path, wide]]), width: 80 })
  const [, , , source = '', underline = ''] = shown.split('\n')
  // Two wide characters before the place: it stands two cells further than its index.
  expect(underline.indexOf('^')).toBe(source.indexOf('here') + 2)
})

test('a long line is cut around the place', () => {
  const long = sourceFile('l.weft', `${'a '.repeat(200)}HERE${' b'.repeat(200)}`)
  const shown = renderDiagnostic(at('HERE', {}, long), { sources: new Map([[long.path, long]]), width: 60 })
  const [, , , source = '', underline = ''] = shown.split('\n')
  expect(source.length).toBeLessThanOrEqual(60)
  expect(source.slice(underline.indexOf('^'), underline.lastIndexOf('^') + 1)).toBe('HERE')
})

/** The source line and its underline, and how many cells each takes. */
function shownAt(
  line: string,
  place: string,
  width: number,
): { source: string; underline: string; ends: number[] } {
  const one = sourceFile('c.weft', line)
  const shown = renderDiagnostic(at(place, {}, one), { sources: new Map([[one.path, one]]), width })
  const [, , , source = '', underline = ''] = shown.split('\n')
  const cells = (text: string): number => [...text].reduce((sum, c) => sum + (/[卷积😀]/u.test(c) ? 2 : 1), 0)
  return { source, underline, ends: [cells(source), cells(underline)] }
}

test.each([
  [
    'a place longer than the width',
    `let x = ${'conv(8, 3) -> '.repeat(40)}relu`,
    'conv(8, 3) -> '.repeat(40),
  ],
  ['a long place far along the line', `${'b '.repeat(150)}${'卷'.repeat(120)}`, '卷'.repeat(120)],
  ['a long place of wide characters', `x ${'卷积'.repeat(60)}`, '卷积'.repeat(60)],
  ['a long place with tabs', `x ${'a\t'.repeat(60)}`, 'a\t'.repeat(60)],
  ['emoji before the place', `// ${'😀'.repeat(70)} HERE`, 'HERE'],
])('nothing is underlined beyond the cut: %s', (_, line, place) => {
  for (const width of [40, 60, 100]) {
    const { underline, ends } = shownAt(line, place, width)
    expect(ends[0], underline).toBeLessThanOrEqual(width)
    expect(ends[1], underline).toBeLessThanOrEqual(ends[0] ?? 0)
    expect(underline).toMatch(/\^/)
  }
})

test('a place behind tabs and wide characters of a cut line is underlined where it stands', () => {
  const { source, underline } = shownAt(`\t${'卷'.repeat(90)}HERE ${'积 '.repeat(90)}`, 'HERE', 60)
  const before = source.slice(0, source.indexOf('HERE'))
  const cells = before.length + (before.match(/[卷积]/gu)?.length ?? 0)
  expect(underline.indexOf('^')).toBe(cells)
  expect(underline.trim().endsWith('^^^^')).toBe(true)
})

test('control characters and direction marks cannot reach the terminal', () => {
  const evil = sourceFile('e.weft', 'let x = \u001B[2J\u202Eevil')
  const shown = renderDiagnostic(at('evil', { message: 'found \u001B[31m' }, evil), {
    sources: new Map([[evil.path, evil]]),
    width: 80,
  })
  expect(['\u001B', '\u202E'].filter((one) => shown.includes(one))).toEqual([])
})

test('a place at the end of the file, and a file without text', () => {
  expect(show({ ...at('}'), span: span(file, text.length, text.length) })).toContain('net.weft:7:1')
  expect(show({ ...at('}'), span: { file: 'gone.weft', start: 0, end: 0 } })).toBe(
    '\nerror[WEFT201]: about }\n  --> gone.weft\n',
  )
})

test('colour adds nothing but escapes', () => {
  const diagnostic = at('convv', {
    help: 'did you mean `conv`?',
    related: [{ span: at('image').span, message: 'here' }],
  })
  const coloured = renderDiagnostic(diagnostic, { sources, width: 80, style: ansiStyle })
  expect(coloured).toContain('\u001B[31m')
  expect(coloured.replaceAll(/\p{Cc}\[\d+m/gu, '')).toBe(renderDiagnostic(diagnostic, { sources, width: 80 }))
})

test('a list ends with its count and one hint', () => {
  const list = [at('convv'), at('add', { severity: 'warning' }), at('logits')]
  const shown = renderDiagnostics(list, { sources, width: 80 })
  expect(shown.endsWith('2 errors, 1 warning; `weft explain WEFT201` says more\n')).toBe(true)
  expect(renderDiagnostics([], { sources, width: 80 })).toBe('')
})

test('codes are unique, well formed and explained', () => {
  const specs = Object.entries(codes)
  expect(new Set(specs.map(([, spec]) => spec.code)).size).toBe(specs.length)
  for (const [name, { code, explanation }] of specs) {
    expect(code, name).toMatch(/^WEFT[1-9]\d\d$/)
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(explanation.trim().length, name).toBeGreaterThan(40)
  }
})

test('of more than may be shown, errors come before warnings and all stay in their order', () => {
  const kinds = ['warning', 'error', 'warning', 'error', 'error'] as const
  const many = kinds.map((severity, k) => at('image', { severity, message: `number ${k}` }))
  const shown = (most: number): string[] =>
    renderDiagnostics(many, { sources, width: 80, most })
      .split('\n')
      .filter((line) => /^(?:error|warning|…|\d+ (?:error|warning))/.test(line))
  expect(shown(4)).toEqual([
    'warning[WEFT201]: number 0',
    'error[WEFT201]: number 1',
    'error[WEFT201]: number 3',
    'error[WEFT201]: number 4',
    '… 1 warning more',
    '3 errors, 2 warnings; `weft explain WEFT201` says more',
  ])
  expect(shown(2)[2]).toBe('… 1 error, 2 warnings more')
  expect(shown(5)).toHaveLength(6)
})
