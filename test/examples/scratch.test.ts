import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'vitest'
import { parse } from '../../src/compiler/syntax/parse.ts'
import { DiagnosticBag } from '../../src/compiler/diagnostics/diagnostic.ts'
import { positionAt, sourceFile } from '../../src/compiler/text/source.ts'
test('parse', () => {
  const files = [...readdirSync('examples').map((f) => 'examples/' + f), 'src/compiler/std/blocks.weft']
  const md = readFileSync('docs/language.md', 'utf8')
  const texts = files.map((f) => [f, readFileSync(f, 'utf8')])
  for (const m of md.matchAll(/^```weft( fragment)?\n(.*?)^```$/gms)) texts.push([`doc:${md.slice(0, m.index).split('\n').length}`, m[2]])
  for (const [f, text] of texts) {
    const file = sourceFile(f, text)
    const bag = new DiagnosticBag()
    parse(file, bag)
    console.log(f, bag.list().map((d) => { const p = positionAt(file, d.span.start); return `${p.line}:${p.column} ${d.code} ${d.message} ${d.help ?? ''}` }))
  }
})
