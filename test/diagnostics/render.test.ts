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
