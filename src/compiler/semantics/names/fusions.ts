// Names in a fusion: nodes, edges, fuses and sparsities.
import type { EdgeDecl, FusionStmt, NodeRule } from '../../syntax/ast.ts'
import type { Span } from '../../text/source.ts'
import { suggest } from '../../text/suggest.ts'
import { declareLetNames, declareRule, isLet, letValue, rule } from './clauses.ts'
import { expr, settings } from './expressions.ts'
import { close, inside, link, type Names } from './name-table.ts'

export function fusion(statement: FusionStmt, names: Names): void {
  const inner = inside(names, statement.span)
  inner.entries.set('node', { span: statement.name.span, role: undefined, used: true })
  const { members } = statement
  declareLetNames(members.filter(isLet), inner)
  const rules = members.filter((one): one is NodeRule => one.kind === 'NodeRule')
  for (const one of members) {
    if (isLet(one)) letValue(one, inner)
    else if (one.kind === 'NodeRule') node(one, inner)
    else {
      expr(one.value, sparsityNames(rules, inner))
      settings(one.settings, inner)
    }
  }
  checkSparsities(statement, inner)
  close(inner)
}

/** One clause for each part of the nodes, and each names edges that there are. */
function checkSparsities({ members }: FusionStmt, names: Names): void {
  const edges = members
    .flatMap((one) => (one.kind === 'NodeRule' && one.body.kind === 'NodeBody' ? one.body.edges : []))
    .map((one) => one.name)
  const before = new Map<string, Span>()
  for (const one of members) {
    if (one.kind !== 'SparsityClause') continue
    const part = [one.on, one.edge?.name].join(' ')
    const first = before.get(part)
    if (first !== undefined)
      names.bag.report(
        'statement-given-twice',
        one.span,
        { statement: 'sparsity' },
        { related: [{ span: first, message: 'the first one' }] },
      )
    before.set(part, first ?? one.span)
    if (one.edge === undefined) continue
    const { name, span } = one.edge
    const declared = edges.find((edge) => edge.name === name)
    if (declared !== undefined) link(names, span, declared.span)
    else {
      const known = edges.map((edge) => edge.name)
      names.bag.report('unknown-name', span, { name, suggestion: suggest(name, known) })
    }
  }
}

/** A sparsity may use the indices of the node rules. */
function sparsityNames(rules: readonly NodeRule[], names: Names): Names {
  const inner = inside(names)
  for (const { clause } of rules) {
    for (const { name } of clause?.bindings ?? [])
      inner.entries.set(name.name, { span: name.span, role: undefined, used: true })
  }
  return inner
}

function node(of: NodeRule, names: Names): void {
  rule(of, names, (at) => {
    if (of.body.kind === 'NodeAlias') {
      expr(of.body.value, at)
      return
    }
    const { lets, edges, fuses } = of.body
    const inner = inside(at, of.span)
    declareLetNames(lets, inner)
    declareEdgeNames(edges, inner)
    for (const one of lets) letValue(one, inner)
    for (const edge of edges) resolveEdge(edge, inner)
    for (const fuse of fuses) expr(fuse.value, inner)
    checkNode(of, edges, fuses, names)
    close(inner)
  })
}

/** The rules of an edge family share their name. */
function declareEdgeNames(edges: readonly EdgeDecl[], names: Names): void {
  const families = new Map<string, Span>()
  for (const edge of edges) declareRule(edge, names, families)
}

function resolveEdge(edge: EdgeDecl, names: Names): void {
  rule(edge, names, (at) => {
    expr(edge.value, at)
    if (edge.condition !== undefined) expr(edge.condition, at)
  })
}

function checkNode(
  of: NodeRule,
  edges: readonly EdgeDecl[],
  fuses: readonly { readonly span: Span }[],
  names: Names,
): void {
  const [first, second] = fuses
  if (first === undefined) names.bag.report('missing-fuse', of.span, {})
  if (first !== undefined && second !== undefined) {
    names.bag.report(
      'statement-given-twice',
      second.span,
      { statement: 'fuse' },
      { related: [{ span: first.span, message: 'the first one' }] },
    )
  }
  if (edges.length === 0 && first !== undefined) names.bag.report('node-without-edges', of.span, {})
}
