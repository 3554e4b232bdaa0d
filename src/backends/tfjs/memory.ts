// How many bytes one training step holds at once, before it is taken: WebAssembly's heap cannot be exceeded and live on.
import { reachOf } from '../../compiler/analysis/reach.ts'
import type { Graph, GraphNode } from '../../compiler/ir/graph.ts'
import { elementCount } from '../../compiler/ir/tensor.ts'
import type { Recipe } from '../../compiler/semantics/train.ts'

const bytesPerNumber = 4

/** Numbers that an optimiser keeps for each weight. */
const slots = (optimizer: Recipe['optimizer']): number =>
  optimizer.kind === 'sgd' ? (optimizer.momentum > 0 ? 1 : 0) : 2

/**
 * An estimate of the peak, in bytes: the value of every node that an output reaches, which the gradient's tape keeps until the step ends;
 * the gradients by the two largest values, which live at once while the tape is read backwards, with a kernel's own copies of them; and
 * for each parameter its value, its gradient and the optimiser's slots.
 */
export function trainingBytes(graph: Graph, recipe: Pick<Recipe, 'batch' | 'optimizer'>): number {
  const reached = reachOf(graph).training
  const values = graph.nodes.filter(({ id }) => reached[id]).map((node) => valueNumbers(node))
  const [first = 0, second = 0] = values.toSorted((a, b) => b - a)
  const activations = values.reduce((sum, count) => sum + count, 0)
  const parameters = graph.parameters.reduce(
    (sum, { shape }) => sum + shape.reduce((all, extent) => all * extent, 1),
    0,
  )
  const perItem = activations + 2 * (first + second)
  return bytesPerNumber * (recipe.batch * perItem + parameters * (2 + slots(recipe.optimizer)))
}

function valueNumbers({ type }: GraphNode): number {
  return elementCount(type.shape) ?? 0
}
