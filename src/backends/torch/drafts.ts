// One scope as a class would have it: what goes in and out, its steps, and the key that equal classes share.
import type { FusionNode, Graph, NodeId } from '../../compiler/ir/graph.ts'
import type { Draft, Recovery } from './model.ts'
import { claim, segmentOf } from './names.ts'
import { holesIn, shapeText } from './python.ts'
import { folded } from './repetition.ts'
import { baseOf, boundaryOf, type Boundary, type Scope } from './scopes.ts'
import { ordered, stepsOf } from './steps.ts'

/** Undefined where the scope cannot be called: it uses weights from elsewhere, or something outside stands between its parts. */
export function draftOf(scope: Scope, recovery: Recovery): Draft | undefined {
  const { graph, uses } = recovery
  const base = baseOf(graph, scope)
  if (base === undefined) return undefined
  const boundary = scope.parent === undefined ? networkBoundary(graph) : boundaryOf(graph, uses, scope.nodes)
  if (scope.parent !== undefined && !isConvex(graph, scope, boundary)) return undefined
  const steps = folded(ordered(graph, stepsOf(scope, { scope, base }, recovery)), boundary)
  if (steps.every(({ member }) => member === undefined) && scope.parent !== undefined) return undefined
  const inputs = orderedInputs(scope, boundary, recovery)
  const listed = recovery.families.has(scope.path) && inputs.length > 2
  const hints = hintsIn(scope, recovery)
  const inputNames = namesOf(inputs, scope, listed, hints, recovery)
  const holes = steps.flatMap(({ construct, value, repeat }) => [
    ...(repeat === undefined ? [] : [repeat.count]),
    ...(construct === undefined ? [] : holesIn(construct)),
    ...holesIn(value),
  ])
  const places = new Map<NodeId, string>(inputs.map((id, k) => [id, `in${k}`]))
  for (const [at, { outputs }] of steps.entries())
    for (const [k, id] of outputs.entries()) places.set(id, `${at}.${k}`)
  const key = JSON.stringify([
    scope.block?.block ?? (scope.parent === undefined ? '' : segmentOf(scope.segment).name),
    scope.block?.declared ?? (recovery.families.has(scope.path) ? scope.path : familyOf(scope, recovery)),
    listed,
    inputNames,
    steps.map(({ kind, member, construct, inputs: used, outputs, repeat }) => [
      kind,
      repeat?.start ?? '',
      member,
      construct === undefined ? '' : shapeText(construct),
      used.map((id) => places.get(id)),
      outputs.map((id) => hints.get(id) ?? ''),
    ]),
    boundary.outputs.map((id) => places.get(id)),
  ])
  return { scope, base, inputs, outputs: boundary.outputs, steps, holes, key, listed, hints, inputNames }
}

/** Members of families are alike within a fusion or a backbone, and wherever the same block has them. */
function familyOf({ parent }: Scope, { families }: Recovery): unknown {
  let around = parent
  while (around?.block === undefined && around?.parent !== undefined && !families.has(around.path))
    around = around.parent
  return around?.block?.declared ?? around?.path ?? ''
}

function networkBoundary(graph: Graph): Boundary {
  return {
    inputs: graph.inputs.map(({ node }) => node),
    outputs: graph.outputs.map(({ node }) => node),
  }
}

/** Whether nothing outside both uses what the scope gives and gives what it uses. */
function isConvex(graph: Graph, scope: Scope, { inputs }: Boundary): boolean {
  const inside = new Set(scope.nodes)
  const first = scope.nodes[0] ?? 0
  const after = new Set<NodeId>()
  const last = Math.max(...inputs, first)
  for (let id = first; id <= last; id++) {
    if (inside.has(id)) continue
    if (graph.nodes[id]?.inputs.some((input) => inside.has(input) || after.has(input)) === true) after.add(id)
  }
  return !inputs.some((id) => after.has(id))
}

function orderedInputs(
  scope: Scope,
  { inputs }: Boundary,
  { families, nodes, graph }: Recovery,
): readonly NodeId[] {
  if (scope.parent === undefined) return inputs
  if (families.has(scope.path)) return [...inputs].sort((a, b) => a - b)
  const node = nodes.get(scope.path)
  if (node !== undefined)
    return [...inputs].sort((a, b) => edgeOf(a, node, scope, graph) - edgeOf(b, node, scope, graph))
  const given = [...new Set(scope.block?.inputs)].filter((id) => inputs.includes(id))
  return [...given, ...inputs.filter((id) => !given.includes(id))]
}

/** The first edge that is the tensor, or is made of it. */
function edgeOf(id: NodeId, node: FusionNode, scope: Scope, graph: Graph): number {
  const direct = node.edges.findIndex((edge) => edge.node === id)
  if (direct >= 0) return direct
  const reached = new Set([id])
  for (const at of scope.nodes)
    if (graph.nodes[at]?.inputs.some((input) => reached.has(input)) === true) reached.add(at)
  const made = node.edges.findIndex((edge) => reached.has(edge.node))
  return made < 0 ? node.edges.length : made
}

/** An edge's tensor has the edge's name in its node, and a node's has its index in its fusion. */
function hintsIn(scope: Scope, { nodes, graph }: Recovery): ReadonlyMap<NodeId, string> {
  if (scope.parent === undefined)
    return new Map(
      graph.outputs.map(({ name, node: id }) => [id, name.replaceAll(/\W+/g, '_').replace(/_$/, '')]),
    )
  const node = nodes.get(scope.path)
  if (node !== undefined)
    return new Map(
      node.edges.map((edge) => [
        edge.node,
        edge.index.length === 0 ? edge.name : `${edge.name}_${edge.index.join('_')}`,
      ]),
    )
  const fusion = graph.fusions.find(({ path }) => path === scope.path)
  const backbone = graph.backbones.find(({ path }) => path === scope.path)
  const named_ = [
    ...(fusion?.nodes ?? []).map(({ index, node: id }) => [id, `node_${index.join('_')}`] as const),
    ...(backbone?.levels ?? []).map(({ index, node: id }) => [id, `level_${index.join('_')}`] as const),
  ]
  return new Map(named_)
}

const letters = ['x', 'y', 'z']

function namesOf(
  inputs: readonly NodeId[],
  scope: Scope,
  listed: boolean,
  hints: ReadonlyMap<NodeId, string>,
  { graph, nodes }: Recovery,
): readonly string[] {
  if (listed) return inputs.map((_, k) => `features[${k}]`)
  const used = new Set<string>()
  return inputs.map((id, k) => {
    const outer = scope.parent === undefined ? graph.inputs.find(({ node }) => node === id)?.name : undefined
    const own = scope.block?.names[scope.block.inputs.indexOf(id)]
    const reader = nodes.has(scope.path) ? readerHint(graph, scope, id, hints) : undefined
    return claim(outer ?? own ?? reader ?? letters[k] ?? `x${k}`, used)
  })
}

/** The name of the edge that is this tensor, or that begins with it. */
function readerHint(
  graph: Graph,
  scope: Scope,
  id: NodeId,
  hints: ReadonlyMap<NodeId, string>,
): string | undefined {
  const direct = hints.get(id)
  if (direct !== undefined) return direct
  const inside = new Set(scope.nodes)
  let at = id
  for (;;) {
    const readers = scope.nodes.filter((one) => graph.nodes[one]?.inputs.includes(at))
    const [reader] = readers
    if (reader === undefined || readers.length > 1 || !inside.has(reader)) return undefined
    const hint = hints.get(reader)
    if (hint !== undefined) return hint
    at = reader
  }
}
