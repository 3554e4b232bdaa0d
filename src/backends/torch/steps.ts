// What a scope computes, in steps: operators, and modules of classes that were found before.
import type { Graph, GraphNode, NodeId } from '../../compiler/ir/graph.ts'
import { lowerWith } from '../backend.ts'
import { table } from './lower.ts'
import { operand, ownModule, type Draft, type ModuleClass, type Recovery, type Step } from './model.ts'
import { call, hole, list, named, sameLiteral, shapeText, type Item } from './python.ts'
import { isWithin, ownerOf, type Scope, type Uses } from './scopes.ts'

/** The class that the steps are of: its scope, and the path whose parameters it uses. */
export interface Owner {
  readonly scope: Scope
  readonly base: string
}

export function stepsOf(scope: Scope, owner: Owner, recovery: Recovery): Step[] {
  return [...scope.children.values()].flatMap((child) => {
    if (child.node !== undefined) return [operatorStep(child.node, owner, recovery)]
    const found = recovery.classes.get(child.path)
    return found === undefined ? stepsOf(child, owner, recovery) : [callStep(child, found, owner, recovery)]
  })
}

function operatorStep(node: GraphNode, owner: Owner, { graph, tables, uses }: Recovery): Step {
  const inputs = node.inputs.map((id) => graph.nodes[id]?.type).filter((type) => type !== undefined)
  const { module, value, helpers } = lowerWith(table, node, {
    inputs,
    output: node.type,
    tables,
    isOperand: isOperand(node, graph, uses),
    overwrites: overwrites(node, owner, { graph, uses }),
  })
  const place = placeIn(owner, node.origin.path, ownerOf(graph, node))
  const member = module === undefined ? undefined : place.member
  const code = value(
    node.inputs.map((_, k) => operand(k)),
    ownModule,
  )
  return {
    nodes: [node.id],
    inputs: node.inputs,
    outputs: [node.id],
    member,
    construct: place.isMaker ? module : undefined,
    value: code,
    helpers,
    kind: shapeText(code),
    cls: undefined,
    repeat: undefined,
  }
}

const arithmetic: ReadonlySet<string> = new Set(['add', 'sub', 'mul', 'divide', 'maximum', 'minimum'])

/** Whether all that reads a number is arithmetic with something that is no number. */
function isOperand({ id }: GraphNode, graph: Graph, { consumers, returned }: Uses): boolean {
  const readers = consumers[id] ?? []
  const isPlainReader = (reader: NodeId): boolean => {
    const { op = '', inputs = [] } = graph.nodes[reader] ?? {}
    return arithmetic.has(op) && inputs.some((input) => graph.nodes[input]?.op !== 'constant')
  }
  return !returned.has(id) && readers.length > 0 && readers.every(isPlainReader)
}

/** What gives a tensor of its own, from whose gradient PyTorch does not look at it again. */
const forgetful: ReadonlySet<string> = new Set([
  'conv',
  'conv_transpose',
  'instance_norm',
  'batch_norm',
  'group_norm',
  'add',
])

/** Whether all that a node reads was made for it alone, in the same class. */
function overwrites(
  { inputs: [input = -1] }: GraphNode,
  { scope }: Owner,
  { graph, uses: { consumers, returned } }: Pick<Recovery, 'graph' | 'uses'>,
): boolean {
  const made = graph.nodes[input]
  if (made === undefined || !forgetful.has(made.op) || returned.has(input)) return false
  return consumers[input]?.length === 1 && isWithin(made.origin.path, scope.path)
}

function callStep(
  scope: Scope,
  { cls, instance }: { readonly cls: ModuleClass; readonly instance: number },
  owner: Owner,
  { graph }: Recovery,
): Step {
  const draft = cls.instances[instance]
  if (draft === undefined) throw new Error(`no instance of ${scope.path}`)
  const items = cls.arguments.map(({ name, values, default: usual, measures }): Item => {
    const value = hole(values[instance] ?? 0, name, measures)
    return usual === undefined ? { value } : named(name, value, usual)
  })
  const place = placeIn(owner, scope.path, draft.base)
  if (draft.base !== scope.path) assertSame(graph, draft, cls)
  const construct = place.isMaker ? call(cls.name, ...items) : undefined
  const operands = draft.inputs.map((_, k) => operand(k))
  return {
    nodes: scope.nodes,
    inputs: draft.inputs,
    outputs: draft.outputs,
    member: place.member,
    construct,
    value: call(ownModule, ...(draft.listed ? [list(...operands)] : operands)),
    helpers: [],
    kind: `call ${cls.name} ${draft.listed ? 'list' : ''}`,
    cls,
    repeat: undefined,
  }
}

/** A shared block is called again: it has to compute the same with the same numbers. */
function assertSame(graph: Graph, draft: Draft, cls: ModuleClass): void {
  const first = cls.instances.find(({ scope }) => scope.path === draft.base)
  const same = first?.holes.every((one, k) => sameLiteral(one.value, draft.holes[k]?.value ?? 0))
  if (same !== true) throw new SharedOverSizes(draft.base, graph.network)
}

/** Weights that are shared by computations of other extents: one module cannot be both. */
export class SharedOverSizes extends Error {
  readonly path: string

  constructor(path: string, network: string) {
    super(`${path} of ${network} is shared by computations that differ`)
    this.path = path
  }
}

interface PlaceInClass {
  /** Where the module is, as a path inside the class. */
  readonly member: readonly string[]
  /** Whether it is made there, and not by an earlier use of a shared block. */
  readonly isMaker: boolean
}

/** Where something at `path` finds its module, which the first use of the same weights made at `made`; undefined where it shares none. */
function placeIn({ scope, base }: Owner, path: string, made: string | undefined): PlaceInClass {
  const own = inside(path, scope.path)
  if (made === undefined) return { member: own, isMaker: true }
  const member = inside(made, base)
  return { member, isMaker: member.join('.') === own.join('.') }
}

function inside(path: string, root: string): readonly string[] {
  if (!isWithin(path, root)) throw new SharedOverSizes(path, root)
  return path.slice(root === '' ? 0 : root.length + 1).split('.')
}

/** In an order in which each step comes after those that it needs; among several, the one that began first. */
export function ordered(graph: Graph, steps: readonly Step[]): readonly Step[] {
  const makers = new Map(steps.flatMap((step) => step.nodes.map((id) => [id, step] as const)))
  const waiting = [...steps].sort((a, b) => (a.nodes[0] ?? 0) - (b.nodes[0] ?? 0))
  const done = new Set<Step>()
  const result: Step[] = []
  const visit = (step: Step): void => {
    if (done.has(step)) return
    done.add(step)
    for (const input of step.inputs) {
      const maker = makers.get(input)
      if (maker !== undefined && maker !== step) visit(maker)
    }
    result.push(step)
  }
  for (const step of waiting) visit(step)
  if (result.length !== steps.length || graph.nodes.length === 0) throw new Error('a step is lost')
  return result
}
