// Arguments of operators: language values to the plain data that attribute declarations read.
import type { PartsOf } from '../../diagnostics/codes.ts'
import { shapeCodes } from '../../diagnostics/codes/shapes.ts'
import { problem, type Problem, type Related } from '../../diagnostics/diagnostic.ts'
import type { Place } from '../../ir/builder.ts'
import type { NodeId } from '../../ir/graph.ts'
import { formatShape } from '../../ir/tensor.ts'
import type { Plain } from '../../ops/attrs.ts'
import type { CallArguments, Fault } from '../../ops/call.ts'
import type { Span } from '../../text/source.ts'
import { charge, report } from '../values/session.ts'
import { calleeName, typeName } from '../values/show.ts'
import type { ConfiguredBlock, Env, GivenArgument, Value } from '../values/values.ts'
import { parameterNames } from './configure.ts'

/** Data as operators and reports take it; undefined for tensors, blocks and functions. */
export function toPlain(value: Value): Plain | undefined {
  switch (value.kind) {
    case 'int':
    case 'float':
    case 'bool':
    case 'string':
      return value.value
    case 'dim':
      return value.dim
    case 'list':
      return plainList(value.items)
    case 'term':
      return plainTerm(value)
    default:
      return undefined
  }
}

function plainList(items: readonly Value[]): Plain | undefined {
  const plain: Plain[] = []
  for (const item of items) {
    const one = toPlain(item)
    if (one === undefined) return undefined
    plain.push(one)
  }
  return plain
}

function plainTerm(term: Extract<Value, { kind: 'term' }>): Plain | undefined {
  const positional = plainList(term.positional)
  if (!Array.isArray(positional)) return undefined
  const named: Record<string, Plain> = {}
  for (const [name, value] of term.named) {
    const plain = toPlain(value)
    if (plain === undefined) return undefined
    named[name] = plain
  }
  return { kind: 'term', word: term.word, positional, named }
}

/** A configured operator's arguments as data; undefined after a report. */
export function operatorArguments(block: ConfiguredBlock, env: Env): CallArguments | undefined {
  const positional: Plain[] = []
  const named: Record<string, Plain> = {}
  for (const { name, value, span } of block.args) {
    if (value.kind === 'list' && !charge(env, span, value.size)) return undefined
    const plain = toPlain(value)
    if (plain === undefined) {
      const argument = name ?? parameterNames(block)[positional.length] ?? `argument ${positional.length + 1}`
      const parts = { operator: calleeName(block.callee), argument, actual: typeName(value) }
      report(env, span, problem('not-plain-data', parts))
      return undefined
    }
    if (name === undefined) positional.push(plain)
    else named[name] = plain
  }
  return { positional, named }
}

/** Reports what is wrong with an application: at the argument it is about, else at the application with the operands' origins. */
export function reportFaults(
  faults: readonly Fault[],
  block: ConfiguredBlock,
  inputs: readonly NodeId[],
  env: Env,
  span: Span,
): void {
  for (const { problem: found, argument } of faults) {
    const at = argument === undefined ? undefined : argumentAt(block.args, argument)
    if (at === undefined) report(env, span, seenFromInput(found, env), operands(inputs, env))
    else
      report(env, at.span, found, [
        ...elsewhere(at.span, span),
        ...(shapeMatters(found) ? operands(inputs, env) : []),
      ])
  }
}

/** An extent that was rounded: which multiple the network's input would have to be. */
function seenFromInput(found: Problem, env: Env): Problem {
  if (found.name !== 'extents-disagree') return found
  const parts = found.parts as PartsOf<'extents-disagree'>
  const { hint } = parts
  const input = env.session.builder.nodes.find((one) => one.op === 'input')
  if (hint.kind !== 'rounded' || input === undefined) return found
  const extents = input.type.shape
  const axes = hint.axes.flatMap(({ axis, multiple }) => {
    const now = extents[axisNames(extents.length).indexOf(axis)]
    const here = parts.axis === axis ? Math.max(Number(parts.extent), Number(parts.expected)) : Number.NaN
    const stride = typeof now === 'number' ? Math.round(now / here) : Number.NaN
    const led =
      typeof now === 'number' && (Math.floor(now / stride) === here || Math.ceil(now / stride) === here)
    return led ? [{ axis, multiple: multiple * stride, now }] : []
  })
  if (axes.length !== hint.axes.length) return found
  // The input divides: the extents differ for another reason.
  if (axes.some(({ now, multiple }) => now % multiple === 0))
    return problem('extents-disagree', { ...parts, hint: { kind: 'none' } })
  return problem('extents-disagree', {
    ...parts,
    hint: { ...hint, input: { name: input.place.scope.segment, axes } },
  })
}

const axisNames = (rank: number): readonly string[] => [
  'channel',
  ...['depth', 'height', 'width'].slice(4 - rank),
]

/** An argument given where the block was configured, away from where it is applied. */
function elsewhere(argument: Span, application: Span): Related[] {
  const inside =
    argument.file === application.file &&
    argument.start >= application.start &&
    argument.end <= application.end
  return inside ? [] : [{ span: application, message: 'in this application' }]
}

/** Whether the mistake lies between an argument and the tensor, and not in the argument alone. */
function shapeMatters({ name }: Problem): boolean {
  return (
    Object.hasOwn(shapeCodes, name) ||
    name === 'attribute-entries' ||
    name === 'axis-word' ||
    name === 'axis-index'
  )
}

function argumentAt(args: readonly GivenArgument[], at: number | string): GivenArgument | undefined {
  return typeof at === 'string'
    ? args.find((one) => one.name === at)
    : args.filter((one) => one.name === undefined)[at]
}

/** Where a reader looks for what made a tensor: not inside the bundled library, but where its block was applied. */
function placeShown({ span, calls }: Place): Span {
  return span.file.startsWith('std/')
    ? (calls.findLast((call) => !call.file.startsWith('std/')) ?? span)
    : span
}

/** Each operand's shape and the place that made it. */
export function operands(inputs: readonly NodeId[], env: Env): Related[] {
  const { builder } = env.session
  return inputs.flatMap((id, k): Related[] => {
    const node = builder.nodes[id]
    if (node === undefined) return []
    const which = inputs.length === 1 ? 'the input' : `operand ${k + 1}`
    return [
      {
        span: placeShown(node.place),
        message: `${which} is ${formatShape(node.type.shape)}, made here by ${node.op}`,
      },
    ]
  })
}
