// Calling a composite: arity, attributes, expansion; faults as for primitives.
import { isProblem } from '../diagnostics/diagnostic.ts'
import { arityProblem, faultOf, readAttributes, type CallArguments, type Fault } from './call.ts'
import type { AnyComposite, CompositeBuilder, Expanded } from './composite.ts'
import { inputAt } from './chain.ts'

export type ExpandResult<T> = Expanded<T> | { readonly kind: 'faults'; readonly faults: readonly Fault[] }

export function callComposite<T>(
  op: AnyComposite,
  builder: CompositeBuilder<T>,
  inputs: readonly T[],
  args: CallArguments,
): ExpandResult<T> {
  const miscounted = arityProblem(op, inputs.length)
  if (miscounted !== undefined) return { kind: 'faults', faults: [{ problem: miscounted }] }
  const read = readAttributes(op, args, builder.typeOf(inputAt(inputs, 0)).shape.length)
  if (read.kind === 'faults') return read
  const expanded = op.expand({ builder, inputs, attributes: read.attributes })
  return isProblem(expanded) ? { kind: 'faults', faults: [faultOf(expanded, op, args)] } : expanded
}
