// A file that was read: its syntax, and the files from which it has names.
import type { File } from '../../syntax/ast.ts'
import type { Span } from '../../text/source.ts'

export interface Module {
  readonly path: string
  readonly syntax: File
  /** By local name: the module and the name there. */
  readonly imports: ReadonlyMap<
    string,
    { readonly module: Module; readonly name: string; readonly span: Span }
  >
}
