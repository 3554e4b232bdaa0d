// `fusion`: a family of nodes, each a list of named edges and one fuse. Every node is built; what each edge brought is recorded.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { FusionEdge, FusionNode, NodeId } from '../../ir/graph.ts'
import { childScope, type Scope } from '../../ir/scope.ts'
import type { EdgeDecl, FusionStmt, NodeBody, NodeRule, SparsityClause } from '../../syntax/ast.ts'
import { applyBlock } from '../calls/apply.ts'
import { forEachBinding } from '../expressions/bindings.ts'
import { truth, wholeNumber } from '../expressions/typed.ts'
import { isLet } from '../names/clauses.ts'
import { defer, define, nest, partScope } from '../values/env.ts'
import { evaluate } from '../values/evaluation.ts'
import { existence, memberName, membersOf, memberValue, newFamily } from '../values/families.ts'
import { report } from '../values/session.ts'
import { typeName } from '../values/show.ts'
import { invalid, list, type Env, type Family, type Member, type Value } from '../values/values.ts'
import { declareLets } from './lets.ts'
import { addRule } from './rules.ts'
import { coverageFor, sparsitySetting, type Region } from './sparsity.ts'

/** One edge that is there, with the tensor it brings. */
interface BuiltEdge {
  readonly declaration: EdgeDecl
  readonly index: readonly number[]
  readonly node: NodeId
}

/** An edge of a built node; where it reads from is found once all nodes are there. */
type RecordedEdge = Omit<FusionEdge, 'sources' | 'levels'>

interface FusionContext {
  readonly name: string
  /** Position in `Graph.fusions`. */
  readonly position: number
  readonly scope: Scope
  readonly family: Family
  readonly clauses: readonly SparsityClause[]
  /** By member, as they are built. */
  readonly edges: Map<Member, readonly RecordedEdge[]>
}

export function declareFusion(statement: FusionStmt, env: Env): () => void {
  const name = statement.name.name
  const { members } = statement
  const rules = members.filter((one): one is NodeRule => one.kind === 'NodeRule')
  const clauses = members.filter((one): one is SparsityClause => one.kind === 'SparsityClause')
  const inner = nest(env, { scope: childScope(env.scope, name), coverage: undefined })
  const family = newFamily(`${name}.node`, statement.name.span, rules[0]?.indices.length ?? 1, 'node')
  const position = env.session.fusions.length
  const context: FusionContext = { name, position, scope: inner.scope, family, clauses, edges: new Map() }
  env.session.fusions.push({ name, scope: inner.scope, nodes: [] })
  define(env, name, statement.name.span, { kind: 'family', family })
  define(inner, 'node', statement.name.span, { kind: 'family', family })
  declareLets(members.filter(isLet), inner)
  family.prepare = () => {
    for (const rule of rules) addNodeRule(context, rule, inner)
  }
  return () => {
    for (const member of membersOf(family, inner)) buildMember(member)
    const setting = sparsitySetting(clauses, inner)
    env.session.fusions[position] = {
      name,
      scope: inner.scope,
      nodes: fusionNodes(context, env),
      ...(setting === undefined ? {} : { sparsity: setting }),
    }
  }
}

/** Builds a node unless all its edges are absent, which is not a mistake until somebody reads it. */
function buildMember(member: Member): void {
  if (existence(member, member.env, member.span) === true) memberValue(member, member.env, member.span)
}

function addNodeRule(context: FusionContext, rule: NodeRule, inner: Env): void {
  const { body } = rule
  const shared = { indices: rule.indices, clause: rule.clause, span: rule.span }
  if (body.kind === 'NodeAlias') {
    const evaluateAlias = (member: Member): Value =>
      tensorOrReport(
        evaluate(body.value, nodeEnv(context, member)),
        memberName(member),
        body.value.span,
        member.env,
      )
    addRule(context.family, { ...shared, evaluate: evaluateAlias }, inner)
    return
  }
  addRule(
    context.family,
    {
      ...shared,
      evaluate: (member) => nodeValue(context, body, member),
      exists: (member) => (body.edges.length === 0 ? true : anyEdgePresent(body, member.env)),
    },
    inner,
  )
}

function nodeEnv(context: FusionContext, member: Member): Env {
  return nest(member.env, { scope: partScope(member.env, context.scope, `node[${member.index.join(',')}]`) })
}

function tensorOrReport(value: Value, what: string, span: EdgeDecl['span'], env: Env): Value {
  if (value.kind === 'tensor' || value.kind === 'invalid') return value
  report(env, span, problem('member-not-a-tensor', { member: what, actual: typeName(value) }))
  return invalid
}

// ---------------------------------------------------------------- nodes

function nodeValue(context: FusionContext, body: NodeBody, member: Member): Value {
  const env = nodeEnv(context, member)
  const [fuse] = body.fuses
  if (fuse === undefined || body.edges.length === 0) return invalid // Reported where the rule stands.
  const fuseEnv = nest(env, {
    scope: partScope(env, env.scope, 'fuse'),
    coverage: coverage(context, member, { on: 'fuse' }),
  })
  declareLets(body.lets, fuseEnv)
  const built = buildEdges(context, body.edges, member, fuseEnv, env)
  if (built === undefined) return invalid
  const first = env.session.builder.nodes.length
  const made = evaluate(fuse.value, fuseEnv)
  const inputs = built.map((edge) => edge.node)
  const value = made.kind === 'block' ? applyBlock(made, inputs, fuseEnv, fuse.value.span) : made
  context.edges.set(member, recordEdges(built, first, env))
  return tensorOrReport(value, `the fuse of ${memberName(member)}`, fuse.value.span, fuseEnv)
}

function coverage(context: FusionContext, member: Member, region: Region): Env['coverage'] {
  const { env } = member
  return env.session.look === undefined
    ? coverageFor(context.clauses, region, context.position, env)
    : undefined
}

/** Evaluates the edges that are present, in order; their names are visible to later edges and to the fuse. */
function buildEdges(
  context: FusionContext,
  edges: readonly EdgeDecl[],
  member: Member,
  fuseEnv: Env,
  env: Env,
): BuiltEdge[] | undefined {
  const built: BuiltEdge[] = []
  let fine = true
  for (const edge of edges) {
    const own: BuiltEdge[] = []
    let valid = true
    const complete = forEachPresent(edge, fuseEnv, (at) => {
      const index = edgeIndex(edge, at)
      const segment = index.length === 0 ? edge.name.name : `${edge.name.name}[${index.join(',')}]`
      const edgeCoverage = coverage(context, member, { on: 'edge', edge: edge.name.name })
      const edgeEnv = nest(at, { scope: partScope(env, env.scope, segment), coverage: edgeCoverage })
      const value = tensorOrReport(evaluate(edge.value, edgeEnv), `edge ${segment}`, edge.value.span, at)
      if (value.kind === 'tensor') own.push({ declaration: edge, index, node: value.node })
      else valid = false
      return true
    })
    const whole = complete && valid
    fine &&= whole
    for (const one of own) built.push(one)
    if (whole) nameEdges(edge, built, fuseEnv)
    else define(fuseEnv, edge.name.name, edge.name.span, invalid)
  }
  return fine ? built : undefined
}

/** A single edge is its tensor; the edges of a family are a list, in their order. */
function nameEdges(edge: EdgeDecl, built: readonly BuiltEdge[], env: Env): void {
  const name = edge.name.name
  const values = built
    .filter((one) => one.declaration.name.name === name)
    .map((one): Value => ({ kind: 'tensor', node: one.node }))
  const named = edge.indices === undefined ? values[0] : list(values)
  if (named !== undefined) define(env, name, edge.name.span, named)
  else defer(env, name, edge.name.span, () => absentEdge(edge, env))
}

/** A single edge whose condition is false, read by a later edge or by the fuse. */
function absentEdge(edge: EdgeDecl, env: Env): Value {
  const span = edge.condition?.span ?? edge.name.span
  report(env, span, problem('absent-edge', { name: edge.name.name }))
  return invalid
}

function edgeIndex(edge: EdgeDecl, env: Env): number[] {
  return (edge.indices ?? []).flatMap(
    (expr) => wholeNumber(expr, env, `an index of edge \`${edge.name.name}\``) ?? [],
  )
}

/** False when `visit` stopped it, or after a report about the edge's range or condition. */
function forEachPresent(edge: EdgeDecl, env: Env, visit: (at: Env) => boolean): boolean {
  const conditional = (at: Env): boolean => {
    const there = edge.condition === undefined ? true : truth(edge.condition, at, 'the condition of an edge')
    return there === true ? visit(at) : there !== undefined
  }
  return edge.clause === undefined ? conditional(nest(env)) : forEachBinding(edge.clause, env, conditional)
}

/** Conditions may use the node's own lets. Undefined where none is known to be there and a condition was reported. */
function anyEdgePresent(body: NodeBody, env: Env): boolean | undefined {
  const inner = nest(env)
  declareLets(body.lets, inner)
  let none: false | undefined = false
  for (const edge of body.edges) {
    const there = edgePresent(edge, inner)
    if (there === true) return true
    if (there === undefined) none = undefined
  }
  return none
}

function edgePresent(edge: EdgeDecl, env: Env): boolean | undefined {
  let present = false
  const fine = forEachPresent(edge, env, () => {
    present = true
    return false
  })
  return present || (fine ? false : undefined)
}

// ---------------------------------------------------------------- what reports and sparse training read

function recordEdges(built: readonly BuiltEdge[], first: number, env: Env): RecordedEdge[] {
  const ranges = channelRanges(built, first, env)
  return built.map(({ declaration, index, node }, k) => {
    const edge = { name: declaration.name.name, index, node }
    const channels = ranges?.[k]
    // New property first: V8 gives each object that is spread and then extended a hidden class of its own.
    return channels === undefined ? edge : { channels, ...edge }
  })
}

/** The channels that each edge fills, where the fuse begins with a concat of exactly the edges. */
function channelRanges(
  built: readonly BuiltEdge[],
  first: number,
  env: Env,
): (readonly [number, number])[] | undefined {
  const { builder } = env.session
  const concat = builder.nodes[first]
  if (
    concat?.op !== 'concat' ||
    !equalLists(
      concat.inputs,
      built.map((edge) => edge.node),
    )
  )
    return undefined
  let start = 0
  return built.map((edge) => {
    const [channels] = builder.shapeOf(edge.node)
    const range = [start, start + (typeof channels === 'number' ? channels : 0)] as const
    start = range[1]
    return range
  })
}

const equalLists = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((one, k) => one === b[k])

/** An edge with the fusion nodes and backbone levels that it reads: the nearest before its tensor. */
function withSources(
  { name, index, node, channels }: RecordedEdge,
  nearest: readonly Member[],
  context: FusionContext,
): FusionEdge {
  const sources: FusionEdge['sources'][number][] = []
  const levels: FusionEdge['levels'][number][] = []
  for (const { family, index: at } of nearest) {
    if (family === context.family) sources.push(at)
    else levels.push({ backbone: family.name.replace(/\.level$/, ''), index: at })
  }
  return channels === undefined
    ? { name, index, node, sources, levels }
    : { name, index, node, sources, levels, channels }
}

/**
 * A reader of what lies nearest before a tensor: nodes of this fusion and levels of backbones; nodes of other fusions end the walk and do
 * not count. Every tensor is looked at once, however many edges pass it.
 */
function landmarkReader(context: FusionContext, env: Env): (node: NodeId) => readonly Member[] {
  const { builder, landmarks } = env.session
  const known = new Map<NodeId, readonly Member[]>()
  const inputsOf = (id: NodeId): readonly NodeId[] =>
    landmarks.has(id) ? [] : (builder.nodes[id]?.inputs ?? [])
  const settle = (id: NodeId): void => {
    const marks = landmarks.get(id)
    const nearest =
      marks?.find(({ family }) => family === context.family) ??
      marks?.find(({ family }) => family.landmark === 'level')
    const before = inputsOf(id).map((input) => known.get(input) ?? [])
    known.set(
      id,
      nearest !== undefined
        ? [nearest]
        : before.length === 1
          ? (before[0] ?? [])
          : [...new Set(before.flat())],
    )
  }
  return (node) => {
    const stack = [node]
    for (let at = stack.at(-1); at !== undefined; at = stack.at(-1)) {
      const open = known.has(at) ? [] : inputsOf(at).filter((input) => !known.has(input))
      if (open.length > 0) stack.push(...open)
      else {
        if (!known.has(at)) settle(at)
        stack.pop()
      }
    }
    return known.get(node) ?? []
  }
}

function fusionNodes(context: FusionContext, env: Env): FusionNode[] {
  const before = landmarkReader(context, env)
  return [...context.family.members.values()].flatMap((member): FusionNode[] => {
    if (member.value.kind !== 'tensor') return []
    const edges = (context.edges.get(member) ?? []).map((edge) =>
      withSources(edge, before(edge.node), context),
    )
    return [{ index: member.index, node: member.value.node, edges, span: member.span }]
  })
}
