// The entry to the syntax: a source text in, a syntax tree out, diagnostics in the bag. There is always a tree.
import type { DiagnosticBag } from '../diagnostics/diagnostic.ts'
import { stdFiles } from '../std/bundled.ts'
import { stdTrees } from '../std/trees.ts'
import type { SourceFile } from '../text/source.ts'
import type { Expr, File } from './ast.ts'
import { unpackTree } from './packed-tree.ts'
import { lowerFile, lowerLoneExpression, type LoweredFile } from './lower-cst.ts'

export function parse(file: SourceFile, bag: DiagnosticBag): File {
  return lowerFile(file, bag).file
}

/** The tree of a file of the standard library that was read beforehand, equal to what `parse` makes of it. */
export function readyTree({ path, text }: SourceFile): File | undefined {
  const packed = stdFiles.get(path) === text ? stdTrees.get(path) : undefined
  return packed === undefined ? undefined : unpackTree(path, packed)
}

/** One expression and nothing else, as in `--set patch=[128, 128, 128]`. */
export function parseExpression(file: SourceFile, bag: DiagnosticBag): Expr {
  return lowerLoneExpression(file, bag)
}

/** For the formatter, which must put every comment back. */
export function parseWithComments(file: SourceFile, bag: DiagnosticBag): LoweredFile {
  return lowerFile(file, bag)
}
