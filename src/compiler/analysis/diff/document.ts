// What a comparison of two networks says, as plain data: the one model behind every format, in the form of weft-diff-1.schema.json.
import type { Budget } from '../../ir/graph.ts'

/** Something that is one thing in A and another in B; null where it is not there. Values are written as the language writes them. */
export interface Change<T = string> {
  readonly before: T | null
  readonly after: T | null
}

export interface NamedChange<T = string> extends Change<T> {
  readonly name: string
}

export interface SideData {
  /** What was compared: a file, a revision of it, with which arguments. */
  readonly name: string
  readonly network: string
  readonly arguments: Readonly<Record<string, string>>
}

/** The greatest modules of which nothing is on the other side. */
export interface LoneModule {
  readonly path: string
  readonly operators: number
  readonly parameters: number
}

export interface RenamedModule {
  readonly before: string
  readonly after: string
  readonly operators: number
}

/** An operator on both sides, with the explicit attributes that differ. */
export interface OperatorChange {
  /** In B. */
  readonly path: string
  readonly operator: string
  readonly changes: readonly NamedChange[]
}

/** An operator on both sides that reads other tensors, what was added or removed in between left out. */
export interface WiringChange {
  /** In B. */
  readonly path: string
  /** Paths in A. */
  readonly lost: readonly string[]
  /** Paths in B. */
  readonly gained: readonly string[]
}

export interface OutputData {
  readonly shape: string
  readonly aux: boolean
  /** Path of the operator that makes it. */
  readonly from: string
}

export interface BackboneChange {
  readonly path: string
  readonly removed: readonly string[]
  readonly added: readonly string[]
  /** Total strides, by level. */
  readonly strides: readonly NamedChange[]
}

export interface EdgeChange extends Change {
  /** `node[1,2]`. */
  readonly node: string
  readonly edge: string
}

export interface FusionChange {
  readonly path: string
  readonly removedNodes: readonly string[]
  readonly addedNodes: readonly string[]
  /** What the edges of nodes that both have read. */
  readonly edges: readonly EdgeChange[]
  readonly sparsity: readonly NamedChange[]
  /** Connections that masks keep, of all that they cover. */
  readonly kept: Change
}

export interface BudgetData {
  /** What is counted; memory is in bytes. */
  readonly metric: Budget['metric']
  readonly limit: number
  readonly actual: number | null
  readonly kept: boolean
}

export interface Architecture {
  readonly arguments: readonly NamedChange[]
  readonly inputs: readonly NamedChange[]
  readonly outputs: readonly NamedChange<OutputData>[]
  readonly removed: readonly LoneModule[]
  readonly added: readonly LoneModule[]
  readonly renamed: readonly RenamedModule[]
  readonly operators: readonly OperatorChange[]
  readonly wiring: readonly WiringChange[]
  readonly backbones: readonly BackboneChange[]
  readonly fusions: readonly FusionChange[]
  readonly budgets: readonly NamedChange<BudgetData>[]
}

/** For a batch of one. Null where it depends on a symbolic extent. */
export interface CostData {
  readonly parameters: number
  readonly effectiveParameters: number
  readonly macs: number | null
  readonly effectiveMacs: number | null
  /** Of float32 training: weights with gradients and momentum, buffers, and every result of the forward pass. Adds up over modules. */
  readonly heldBytes: number | null
}

export interface TrainingData extends CostData {
  /** The most that a training step needs at once, by the memory analysis. */
  readonly peakBytes: number | null
}

export interface InferenceData {
  readonly parameters: number
  readonly effectiveParameters: number
  readonly macs: number | null
  readonly effectiveMacs: number | null
  /** The most that inference needs at once, weights included. */
  readonly peakBytes: number | null
}

/** A module of B with its counterpart in A, or a module of one side alone. */
export interface ModuleDelta extends Change<CostData> {
  /** In B, or in A where it is only there. */
  readonly path: string
  readonly children: readonly ModuleDelta[]
}

export interface CostDelta {
  readonly training: { readonly before: TrainingData; readonly after: TrainingData }
  readonly inference: { readonly before: InferenceData; readonly after: InferenceData }
  readonly modules: readonly ModuleDelta[]
}

export interface ParameterData {
  readonly path: string
  readonly shape: readonly number[]
}

export interface RenamedParameter {
  readonly before: string
  readonly after: string
}

export interface ReshapedParameter extends RenamedParameter {
  readonly shapeBefore: readonly number[]
  readonly shapeAfter: readonly number[]
}

/** In the form of weft-rename-1.schema.json. */
export interface ProposedMap {
  readonly format: 'weft-rename-1'
  readonly about: string
  readonly rules: readonly { readonly from: string; readonly to: string }[]
  readonly ignore?: readonly string[]
}

/**
 * Whether the parameters of A, buffers included, fill those of B. `as-is`: under equal paths, with none left over; `with-map`: every
 * parameter of B is filled once the map names them; `partly`: some of B's are not; `nothing`: none is.
 */
export interface CheckpointData {
  readonly verdict: 'as-is' | 'with-map' | 'partly' | 'nothing'
  /** Same path, same shape. */
  readonly same: number
  /** Another path, same shape. */
  readonly renamed: readonly RenamedParameter[]
  readonly reshaped: readonly ReshapedParameter[]
  /** Only in B: they begin as initialised. */
  readonly added: readonly ParameterData[]
  /** Only in A: B has no use for them. */
  readonly unused: readonly ParameterData[]
  /** Same shape, but B's mask keeps fewer connections than A's. */
  readonly sparser: number
  /** Where names differ or some are left over. */
  readonly map: ProposedMap | null
}

/** A recipe of both sides, by its names, with the settings that differ; or a recipe that one side alone has. */
export interface RecipeChange extends Change {
  readonly settings: readonly NamedChange[]
}

export interface DiffDocument {
  readonly schema: 'weft-diff/1'
  /** Nothing differs but names of files, networks and recipes. */
  readonly same: boolean
  readonly a: SideData
  readonly b: SideData
  readonly architecture: Architecture
  readonly cost: CostDelta
  readonly checkpoint: CheckpointData
  /** Of training recipes, where both sides have any. */
  readonly recipes: readonly RecipeChange[]
}
