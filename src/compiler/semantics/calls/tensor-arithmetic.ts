// Arithmetic of tensors: `a + b` is `add(a, b)`. A number beside a tensor is a constant.
import type { NodeId } from '../../ir/graph.ts'
import type { PrimitiveName } from '../../ops/registry.ts'
import type { Span } from '../../text/source.ts'
import type { ConfiguredBlock, Env, GivenArgument, Value } from '../values/values.ts'
import { applyBlock } from './apply.ts'

const operators = { '+': 'add', '-': 'sub', '*': 'mul', '/': 'divide' } as const satisfies Readonly<
  Record<string, PrimitiveName>
>

export const takesNumbers: ReadonlySet<string> = new Set<PrimitiveName>([
  ...Object.values(operators),
  'maximum',
  'minimum',
])

export function tensorArithmetic(
  operator: keyof typeof operators,
  left: Value,
  right: Value,
  env: Env,
  span: Span,
): Value | undefined {
  if (left.kind !== 'tensor' && right.kind !== 'tensor') return undefined
  if (!isOperand(left) || !isOperand(right)) return undefined
  const nodes = [left, right].flatMap((value) => nodeOf(value, env, span) ?? [])
  return nodes.length < 2
    ? { kind: 'invalid' }
    : applyBlock(primitive(operators[operator], [], span), nodes, env, span)
}

const isOperand = ({ kind }: Value): boolean => kind === 'tensor' || kind === 'int' || kind === 'float'

function nodeOf(value: Value, env: Env, span: Span): NodeId | undefined {
  const made =
    value.kind === 'tensor'
      ? value
      : applyBlock(primitive('constant', [{ name: undefined, value, span }], span), [], env, span)
  return made.kind === 'tensor' ? made.node : undefined
}

/** `add(x, 3)`: numbers beside a tensor become tensors. */
export function withConstants(given: readonly GivenArgument[], env: Env): readonly GivenArgument[] {
  if (!given.some(({ value }) => value.kind === 'tensor')) return given
  return given.map((one) => {
    const node = one.name === undefined && isOperand(one.value) ? nodeOf(one.value, env, one.span) : undefined
    return node === undefined ? one : { ...one, value: { kind: 'tensor', node } as const }
  })
}

function primitive(name: PrimitiveName, args: readonly GivenArgument[], span: Span): ConfiguredBlock {
  return { kind: 'block', form: 'configured', callee: { kind: 'primitive', name }, args, span }
}
