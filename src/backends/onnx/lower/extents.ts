// Extents as int64 tensors: constants where they are known, else computed from the shapes of the network's inputs at run time.
import { formatDim, type Dim, type SymbolicDim } from '../../../compiler/ir/tensor.ts'
import type { Step } from '../builder.ts'
import { int } from '../model.ts'

/** A vector of extents. */
export function extentVector(step: Step, label: string, dims: readonly Dim[]): string {
  const known = dims.filter((dim) => typeof dim === 'number')
  if (known.length === dims.length) return step.ints(label, known)
  const parts = dims.map((dim, at) => onePart(step, `${label}/${at}`, dim))
  return step.prepare(label, 'Concat', parts, { axis: int(0) })
}

function onePart(step: Step, label: string, dim: Dim): string {
  return typeof dim === 'number' ? step.ints(label, [dim]) : computed(step, label, dim)
}

/** `constant + Σ coefficient · (symbol / multiple)`. */
function computed(step: Step, label: string, { terms, constant }: SymbolicDim): string {
  const products = terms.map(({ symbol, coefficient }, at) => {
    const symbolValue = symbolExtent(step, `${label}/${symbol.name}`, symbol.name)
    const unit = step.prepare(`${label}/unit${at}`, 'Div', [
      symbolValue,
      step.ints(`${label}/multiple${at}`, [symbol.multiple]),
    ])
    return step.prepare(`${label}/term${at}`, 'Mul', [unit, step.ints(`${label}/factor${at}`, [coefficient])])
  })
  const all = constant === 0 ? products : [...products, step.ints(`${label}/constant`, [constant])]
  return all.reduce((sum, term, at) => step.prepare(`${label}/sum${at}`, 'Add', [sum, term]))
}

/** A symbol's extent, from the axis of an input that it is. */
function symbolExtent(step: Step, label: string, symbol: string): string {
  for (const { name, type } of step.networkInputs()) {
    const axis = type.shape.findIndex((dim) => typeof dim !== 'number' && formatDim(dim) === symbol)
    if (axis >= 0) {
      const shape = step.prepare(`${label}/shape`, 'Shape', [name])
      return step.prepare(label, 'Gather', [shape, step.ints(`${label}/axis`, [axis + 1])], { axis: int(0) })
    }
  }
  throw new Error(`no axis of an input is ${symbol}`)
}

/** A shape with the batch taken over from the input: Reshape copies an extent where its target is 0. */
export function batchedShape(step: Step, label: string, shape: readonly Dim[], batched: boolean): string {
  return extentVector(step, label, batched ? [0, ...shape] : shape)
}

/** Where an axis of a Weft shape stands once the batch leads. */
export function axisAt(axis: number, { batched }: { readonly batched: boolean }): number {
  return batched ? axis + 1 : axis
}
