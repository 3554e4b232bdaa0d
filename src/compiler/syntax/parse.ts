// The entry to the syntax: a source text in, a syntax tree out, diagnostics in the bag. There is always a tree.
import type { DiagnosticBag } from '../diagnostics/diagnostic.ts'
import type { SourceFile } from '../text/source.ts'
import type { Expr, File } from './ast.ts'
import { lowerFile, lowerLoneExpression, type LoweredFile } from './lower-cst.ts'

export function parse(file: SourceFile, bag: DiagnosticBag): File {
  return lowerFile(file, bag).file
}

/** One expression and nothing else, as in `--set patch=[128, 128, 128]`. */
export function parseExpression(file: SourceFile, bag: DiagnosticBag): Expr {
  return lowerLoneExpression(file, bag)
}

/** For the formatter, which must put every comment back. */
export function parseWithComments(file: SourceFile, bag: DiagnosticBag): LoweredFile {
  return lowerFile(file, bag)
}
