// Advice for words of other languages holds what it says: each form that it shows is Weft, and each name in it exists.
import { expect, test } from 'vitest'
import { advice } from '../../src/compiler/diagnostics/codes/foreign-words.ts'
import { DiagnosticBag } from '../../src/compiler/diagnostics/diagnostic.ts'
import { languageNames, languageWords } from '../../src/compiler/semantics/calls/language.ts'
import { operatorTables } from '../../src/compiler/semantics/values/operator-tables.ts'
import { stdFiles } from '../../src/compiler/std/bundled.ts'
import { parse, parseExpression } from '../../src/compiler/syntax/parse.ts'
import { nodesOf, type AnyNode } from '../../src/compiler/syntax/visit.ts'
import { sourceFile } from '../../src/compiler/text/source.ts'

/** Names that stand for whatever the reader has, and parameters of an operator that a signature shows. */
const placeholders = [
  'q',
  'k',
  'v',
  'mask',
  'x',
  'a',
  'b',
  'c',
  'f',
  'i',
  'n',
  'N',
  'ref',
  'list',
  'step',
  'parts',
  'self',
  'this',
  'deep',
  'image',
]

/** Words of the language, symbols, arguments and commands stand for themselves. */
const alone = /^(?:for|input|\W+|\w+ = \w+|weft .*)$/
const forms = advice
  .flatMap((text) => [...text.matchAll(/`([^`]+)`/g)].map(([, form = '']) => form))
  .filter((form) => !alone.test(form))

/** As a file, as a statement of a body, or as an expression: whatever it is the least wrong as. */
function treeOf(form: string): AnyNode | undefined {
  const text = form.replaceAll('…', '')
  for (const read of [
    (bag: DiagnosticBag) => parseExpression(sourceFile('advice', text), bag),
    (bag: DiagnosticBag) => parse(sourceFile('advice', text), bag),
    (bag: DiagnosticBag) => parse(sourceFile('advice', `network N {\n${text}\n}`), bag),
    (bag: DiagnosticBag) => parse(sourceFile('advice', `train t for N {\n${text}\n}`), bag),
    (bag: DiagnosticBag) =>
      parse(sourceFile('advice', form.replaceAll('…', 'x').replace('in x x', 'in x')), bag),
  ]) {
    const bag = new DiagnosticBag()
    const tree = read(bag)
    if (bag.list().length === 0) return tree
  }
  return undefined
}

function* namesIn(tree: AnyNode): Generator<string> {
  for (const node of nodesOf(tree)) {
    if (node.kind === 'NameExpr') yield node.name
    if (node.kind === 'CallExpr' && node.callee.kind === 'NameExpr') {
      const known = operatorTables.get(node.callee.name)?.names
      for (const { name } of node.args)
        if (name !== undefined && known?.includes(name.name) === false) yield name.name
    }
  }
}

test.each([...new Set(forms)])('%s', (form) => {
  const tree = treeOf(form)
  expect(tree, 'is Weft').toBeDefined()
  if (tree === undefined) return
  const parameters = [...operatorTables.values()].flatMap(({ names }) => names)
  const bundled = [...stdFiles.values()].flatMap((text) =>
    [...text.matchAll(/^(?:block|fn) (\w+)/gm)].map(([, name]) => name),
  )
  const known = new Set([
    ...languageNames,
    ...languageWords,
    ...placeholders,
    ...parameters,
    ...bundled,
    'cross_entropy',
    'sgd',
    'optimizer',
    'schedule',
    'batch',
    'steps',
    'warmup',
    'ema',
    'epochs',
    'clip',
    'augment',
    'NAME',
  ])
  expect([...namesIn(tree)].filter((name) => !known.has(name))).toEqual([])
})
