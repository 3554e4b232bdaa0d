// Where in a tree a place of the text is. Trees know no parents: a place is the path down to it.
import { childrenOf, type AnyNode } from '../compiler/syntax/visit.ts'
import type { File } from '../compiler/syntax/ast.ts'

/** The nodes around an offset, the file first. At the end of a word is still in it. */
export function pathTo(file: File, offset: number): readonly AnyNode[] {
  const path: AnyNode[] = [file]
  for (let at: AnyNode | undefined = file; at !== undefined;) {
    const around: readonly AnyNode[] = childrenOf(at).filter(
      ({ span }) => span.start <= offset && offset <= span.end,
    )
    // Between two that meet, the one that begins there is meant, unless it is no word: `f|(x)`.
    at = around.findLast((one) => one.kind === 'Ident' || one.kind === 'NameExpr') ?? around.at(-1)
    if (at !== undefined) path.push(at)
  }
  return path
}

type NodeOf<K extends AnyNode['kind']> = Extract<AnyNode, { readonly kind: K }>

/** The innermost node of a kind on a path. */
export function innermost<K extends AnyNode['kind']>(
  path: readonly AnyNode[],
  ...kinds: readonly K[]
): NodeOf<K> | undefined {
  const found = path.findLast((one) => (kinds as readonly string[]).includes(one.kind))
  return found as NodeOf<K> | undefined
}
