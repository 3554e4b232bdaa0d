// The statements that blocks and networks share: names, backbones, fusions, and what is kept.
import type { Statement } from '../../syntax/ast.ts'
import { isLet } from '../names/clauses.ts'
import type { Env } from '../values/values.ts'
import { declareBackbone } from './backbone.ts'
import { declareFusion } from './fusion.ts'
import { buildKept } from './keeps.ts'
import { declareLets } from './lets.ts'

/** Declares every name of a body; what builds its backbones, its fusions and what it keeps comes back, to run in the order it stands. */
export function declareStatements(statements: readonly Statement[], env: Env): (() => void)[] {
  declareLets(statements.filter(isLet), env)
  return statements.flatMap((one) => {
    if (one.kind === 'BackboneStmt') return [declareBackbone(one, env)]
    if (one.kind === 'KeepStmt') return [() => buildKept(one, env)]
    return one.kind === 'FusionStmt' ? [declareFusion(one, env)] : []
  })
}
