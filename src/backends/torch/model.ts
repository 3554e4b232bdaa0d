// What the recovery of classes speaks of: steps, drafts of classes, classes.
import type { FusionNode, Graph, NodeId } from '../../compiler/ir/graph.ts'
import type { HelperName } from './helpers.ts'
import { atom, type Hole, type Literal, type Python } from './python.ts'
import type { Scope, Uses } from './scopes.ts'
import type { Tables } from './tables.ts'

/** What stands for the k-th input of a step in its text, and for its module. */
export const operand = (k: number): Python => atom(`$${k}`)
export const ownModule: Python = atom('$module')

/** What a class computes in one go: an operator, or a module of another class. */
export interface Step {
  readonly nodes: readonly NodeId[]
  readonly inputs: readonly NodeId[]
  readonly outputs: readonly NodeId[]
  /** Where its module is, as a path inside the class; undefined where it has none. */
  readonly member: readonly string[] | undefined
  /** Makes the module; undefined where another step does, or there is none. */
  readonly construct: Python | undefined
  /** The value, of `operand(k)` and `ownModule`. */
  readonly value: Python
  readonly helpers: readonly HelperName[]
  /** Same text: same kind. */
  readonly kind: string
  readonly cls: ModuleClass | undefined
  /** The step is done by each member of a family, from this index on; `member` is the first one's. */
  readonly repeat: Repeat | undefined
}

export interface Repeat {
  readonly count: Hole
  readonly start: number
}

/** One scope as a class would have it. */
export interface Draft {
  readonly scope: Scope
  readonly base: string
  readonly inputs: readonly NodeId[]
  readonly outputs: readonly NodeId[]
  readonly steps: readonly Step[]
  /** All numbers, in the order of the steps. */
  readonly holes: readonly Hole[]
  readonly key: string
  /** Whether the tensors come as one list. */
  readonly listed: boolean
  /** Names that the spec gives to tensors here. */
  readonly hints: ReadonlyMap<NodeId, string>
  /** What goes in, by name, in the order of `inputs`. */
  readonly inputNames: readonly string[]
}

export interface ClassArgument {
  readonly name: string
  /** One for each instance. */
  readonly values: readonly Literal[]
  readonly default: Literal | undefined
  readonly measures: boolean
}

export interface ModuleClass {
  readonly name: string
  readonly doc: string | undefined
  /** The instance whose steps are printed. */
  readonly draft: Draft
  readonly instances: readonly Draft[]
  readonly arguments: readonly ClassArgument[]
  /** For each of the draft's holes: the argument that fills it, or undefined where the number is always the same. */
  readonly fills: readonly (ClassArgument | undefined)[]
}

/** What is known while classes are looked for. */
export interface Recovery {
  readonly graph: Graph
  readonly tables: Tables
  readonly uses: Uses
  /** By path; scopes that are not here stand in the class around them. */
  readonly classes: Map<string, { readonly cls: ModuleClass; readonly instance: number }>
  readonly names: Set<string>
  readonly nodes: ReadonlyMap<string, FusionNode>
  readonly landmarks: ReadonlySet<string>
  /** Backbones and fusions. */
  readonly families: ReadonlySet<string>
}
