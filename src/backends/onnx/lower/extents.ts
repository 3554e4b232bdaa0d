// Extents as int64 tensors: constants where they are known, else computed from the shapes of the network's inputs at run time.
import { problem } from '../../../compiler/diagnostics/diagnostic.ts'
import { leastExtent } from '../../../compiler/ir/bounds.ts'
import {
  type Dim,
  type DimSymbol,
  type Factor,
  type Quotient,
  type SymbolicDim,
  type Unit,
} from '../../../compiler/ir/tensor.ts'
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
    const unit = unitValue(step, `${label}/${symbol.name}`, symbol)
    return step.prepare(`${label}/term${at}`, 'Mul', [unit, step.ints(`${label}/factor${at}`, [coefficient])])
  })
  const all = constant === 0 ? products : [...products, step.ints(`${label}/constant`, [constant])]
  return all.reduce((sum, term, at) => step.prepare(`${label}/sum${at}`, 'Add', [sum, term]))
}

/** A product or a quotient is computed once in a file: it is long, and most operators on a grid need it. */
function unitValue(step: Step, label: string, unit: Unit): string {
  if (!('kind' in unit)) return symbolUnit(step, label, unit)
  return step.shared(unit.name, (shared) =>
    unit.kind === 'product'
      ? multiplied(shared, unit.factors)
      : floored(shared, computed(shared, 'dividend', unit.dividend), unit),
  )
}

function multiplied(step: Step, factors: readonly Factor[]): string {
  const [first = '', ...more] = factors.map((one, at) => unitValue(step, `factor${at}`, one))
  return more.reduce((all, one, at) => step.prepare(`product${at}`, 'Mul', [all, one]), first)
}

/** Div rounds towards zero, which is down for what is not negative. */
function floored(step: Step, dividend: string, { dividend: form, divisor }: Quotient): string {
  const by = step.ints('divisor', [divisor])
  if (leastExtent(form) >= 0) return step.prepare('quotient', 'Div', [dividend, by])
  const rest = step.prepare('rest', 'Mod', [dividend, by])
  return step.prepare('quotient', 'Div', [step.prepare('whole', 'Sub', [dividend, rest]), by])
}

/** `symbol / multiple`, from an axis of an input whose extent is `coefficient · (symbol / multiple) + constant`. */
function symbolUnit(step: Step, label: string, symbol: DimSymbol): string {
  for (const { name, type } of step.networkInputs()) {
    const axis = type.shape.findIndex((dim) => onlySymbol(dim)?.name === symbol.name)
    const dim = type.shape[axis]
    if (dim === undefined || typeof dim === 'number') continue
    const shape = step.prepare(`${label}/shape`, 'Shape', [name])
    const at = step.ints(`${label}/axis`, [axisAt(axis, type)])
    const extent = step.prepare(`${label}/extent`, 'Gather', [shape, at], { axis: int(0) })
    const free = step.prepare(`${label}/free`, 'Sub', [extent, step.ints(`${label}/offset`, [dim.constant])])
    return step.prepare(label, 'Div', [free, step.ints(`${label}/unit`, [dim.terms[0]?.coefficient ?? 1])])
  }
  return step.refuse(problem('extent-unsettled', { symbol: symbol.name }))
}

/** The symbol of an extent that has one. */
function onlySymbol(dim: Dim): DimSymbol | undefined {
  const [term, ...more] = typeof dim === 'number' ? [] : dim.terms
  return term === undefined || more.length > 0 || 'kind' in term.symbol ? undefined : term.symbol
}

/** A shape with the batch taken over from the input: Reshape copies an extent where its target is 0. */
export function batchedShape(step: Step, label: string, shape: readonly Dim[], batched: boolean): string {
  return extentVector(step, label, batched ? [0, ...shape] : shape)
}

/** Where an axis of a Weft shape stands once the batch leads. */
export function axisAt(axis: number, { batched }: { readonly batched: boolean }): number {
  return batched ? axis + 1 : axis
}
