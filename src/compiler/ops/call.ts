// Calling an operator from the language: arguments to attributes, defaults, arity, shape rule. Each fault says which argument or operand it is about.
import { isProblem, problem, type Problem } from '../diagnostics/diagnostic.ts'
import type { TensorType } from '../ir/tensor.ts'
import { suggest } from '../text/suggest.ts'
import type { AttributeSpec, Plain } from './attrs.ts'
import type { AnyAttributes, AnyPrimitive, Inference, InputArity } from './op.ts'

/** The arguments of a call without its tensors. */
export interface CallArguments {
  readonly positional: readonly Plain[]
  readonly named: Readonly<Record<string, Plain>>
}

/** A problem and what it is about: an argument by position (int) or name, an input tensor by position, or the call as a whole. */
export interface Fault {
  readonly problem: Problem
  readonly argument?: number | string
  readonly operand?: number
}

/** What a call needs to know of a primitive or composite. */
export interface Callable {
  readonly name: string
  readonly arity: InputArity
  readonly attributes: Readonly<Record<string, AttributeSpec<unknown>>>
}

export type ReadResult =
  | { readonly kind: 'read'; readonly attributes: AnyAttributes }
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] }

export type CallResult =
  | { readonly kind: 'inferred'; readonly inference: Inference<AnyAttributes> }
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] }

/** Reads, checks and infers one application of a primitive. */
export function callPrimitive(
  op: AnyPrimitive,
  inputs: readonly TensorType[],
  args: CallArguments,
): CallResult {
  const miscounted = arityProblem(op, inputs.length)
  if (miscounted !== undefined) return faults([{ problem: miscounted }])
  const read = readAttributes(op, args, inputs[0]?.shape.length ?? 0)
  if (read.kind === 'faults') return read
  const inference = op.infer({ attributes: read.attributes, inputs })
  return isProblem(inference) ? faults([faultOf(inference, op, args)]) : { kind: 'inferred', inference }
}

export function arityProblem({ name, arity }: Callable, given: number): Problem | undefined {
  if (given >= arity.min && given <= arity.max) return undefined
  return problem('operand-count', { operator: name, given, min: arity.min, max: arity.max })
}

/** Matches arguments to attributes, fills in defaults and makes every value explicit. `rank` is that of the first input without its batch. */
export function readAttributes(op: Callable, args: CallArguments, rank: number): ReadResult {
  const found: Fault[] = misplaced(op, args)
  const attributes: Record<string, unknown> = {}
  let position = 0
  for (const attribute in op.attributes) {
    const spec = op.attributes[attribute]
    if (spec === undefined) continue
    const at = position++
    const raw = at < args.positional.length ? args.positional[at] : args.named[attribute]
    if (raw === undefined && spec.implied !== undefined) continue
    const value = readOne(spec, raw, { operator: op.name, attribute, rank })
    if (isProblem(value)) found.push(argumentFault(value, at, attribute, args))
    else attributes[attribute] = value
  }
  return found.length === 0 ? { kind: 'read', attributes } : faults(found)
}

function readOne(
  spec: AttributeSpec<unknown>,
  raw: Plain | undefined,
  context: Parameters<typeof spec.read>[1],
): unknown {
  const given = raw ?? spec.default
  if (given !== undefined) return spec.read(given, context)
  return problem('missing-attribute', {
    operator: context.operator,
    name: context.attribute,
    type: spec.type,
  })
}

function argumentFault(found: Problem, at: number, name: string, args: CallArguments): Fault {
  if (at >= 0 && at < args.positional.length) return { problem: found, argument: at }
  return Object.hasOwn(args.named, name) ? { problem: found, argument: name } : { problem: found }
}

/** Arguments that reach no attribute: unknown names, names given by position already, positions past the last. */
function misplaced(op: Callable, { positional, named }: CallArguments): Fault[] {
  const found: Fault[] = []
  const operator = op.name
  for (const name in named) {
    const known = Object.keys(op.attributes)
    const at = known.indexOf(name)
    if (at < 0) {
      const parts = { operator, name, known, suggestion: suggest(name, known) }
      found.push({ problem: problem('unknown-attribute', parts), argument: name })
    } else if (at < positional.length) {
      found.push({ problem: problem('attribute-given-twice', { operator, name }), argument: name })
    }
  }
  if (positional.length === 0) return found
  const known = Object.keys(op.attributes)
  if (positional.length > known.length) {
    const surplus = problem('too-many-attributes', { operator, given: positional.length, known })
    found.push({ problem: surplus, argument: known.length })
  }
  return found
}

/** A shape rule's problem, with the argument or operand that its parts name. */
export function faultOf(found: Problem, op: Callable, args: CallArguments): Fault {
  const parts: object = found.parts
  if ('operand' in parts && typeof parts.operand === 'number')
    return { problem: found, operand: parts.operand }
  if (!('attribute' in parts) || typeof parts.attribute !== 'string') return { problem: found }
  return argumentFault(found, Object.keys(op.attributes).indexOf(parts.attribute), parts.attribute, args)
}

/** The words that a bare name means in an argument place, before any variable of that name. */
export function wordsAt(op: Callable, argument: number | string): readonly string[] {
  const name = typeof argument === 'number' ? Object.keys(op.attributes)[argument] : argument
  if (name === undefined || !Object.hasOwn(op.attributes, name)) return []
  return op.attributes[name]?.words ?? []
}

function faults(all: readonly Fault[]): { readonly kind: 'faults'; readonly faults: readonly Fault[] } {
  return { kind: 'faults', faults: all }
}
