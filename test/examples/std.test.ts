// The library that the compiler carries is the one in the .weft files.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DiagnosticBag } from '../../src/compiler/diagnostics/diagnostic.ts'
import { stdFiles } from '../../src/compiler/std/bundled.ts'
import { unpackTree } from '../../src/compiler/syntax/packed-tree.ts'
import { parse } from '../../src/compiler/syntax/parse.ts'
import { sourceFile } from '../../src/compiler/text/source.ts'
import { packedStd } from '../../tools/command-bundle/substitutes.ts'
import { bundledStd } from '../../tools/bundle-std.ts'

const folder = join(import.meta.dirname, '..', '..', 'src', 'compiler', 'std')

test('bundled.ts is fresh: npm run generate:std', () => {
  expect(readFileSync(join(folder, 'bundled.ts'), 'utf8')).toBe(bundledStd(folder))
})

test.each([...stdFiles])(
  '%s: the tree that the command carries is the one that its text is parsed to',
  (path, text) => {
    const packed = packedStd().get(path) ?? ''
    expect(unpackTree(path, packed)).toStrictEqual(parse(sourceFile(path, text), new DiagnosticBag()))
  },
)
