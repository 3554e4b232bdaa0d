// A network and a dataset, checked and split: what a run trains and on what.
import type { BackendName } from '../../backends/tfjs/operands.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import type { Recipe } from '../../compiler/semantics/declarations/train.ts'
import type { LabelledCase, LazyCase } from '../../data/case.ts'
import type { PreparedCase } from '../../data/sampling.ts'
import type { RunFolder } from './run-folder.ts'

/** What is trained on what: checked and split. Cases are read when they are needed. */
export interface TrainingTask {
  readonly run: RunFolder
  readonly graph: Graph
  /** With the numbers that take the place of its own. */
  readonly recipe: Recipe
  readonly training: readonly LazyCase<PreparedCase>[]
  readonly validation: readonly LazyCase<LabelledCase>[]
  /** Bytes that all cases take in memory, and that may be kept of them at a time. */
  readonly memory: { readonly caseBytes: number; readonly cacheBytes: number }
  readonly backend: { readonly name: BackendName; readonly description: string }
}
