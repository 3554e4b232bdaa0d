// Writes what is generated from the grammar: CST types, EBNF, railroad diagrams, the TextMate grammar, CodeMirror's.
// Run by `npm run generate:grammar`; a test compares the committed files with the texts given here.
import { readFileSync, writeFileSync } from 'node:fs'
import { argv } from 'node:process'
import { pathToFileURL } from 'node:url'
import { generateCstDts } from '../grammar/chevrotain.ts'
import { expectedWords } from '../grammar/expected.ts'
import { WeftParser } from '../grammar/parser.ts'
import { codeMirrorLanguage } from './grammar/code-mirror.ts'
import { ebnf } from './grammar/ebnf.ts'
import { railroad } from './grammar/railroad.ts'
import { textMateGrammar } from './grammar/text-mate.ts'

/** Texts by path from the project's root. */
export function generatedTexts(): ReadonlyMap<string, string> {
  const productions = new WeftParser(expectedWords, { recovers: true, validates: true }).getGAstProductions()
  return new Map([
    ['grammar/cst.d.ts', cstTypes(generateCstDts(productions, { includeVisitorInterface: false }))],
    ['grammar/weft.ebnf', ebnf()],
    ['grammar/railroad.html', railroad()],
    ['grammar/weft.tmLanguage.json', textMateGrammar()],
    ['editors/codemirror/weft.js', codeMirrorLanguage()],
  ])
}

function cstTypes(generated: string): string {
  const used = generated.replace('CstNode, ICstVisitor, IToken', 'CstNode, IToken').trim()
  return `// Generated from grammar/parser.ts by tools/generate-grammar.ts; do not edit.\n${used}\n`
}

function main(): void {
  for (const [path, text] of generatedTexts()) {
    if (existing(path) !== text) {
      writeFileSync(path, text)
      console.log(`wrote ${path}`)
    }
  }
}

function existing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) main()
