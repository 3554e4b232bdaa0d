// Writes what an operator call gives as text, for tests: shape, parameters and cost, or the faults.
import { codes } from '../../src/compiler/diagnostics/codes.ts'
import { diagnose } from '../../src/compiler/diagnostics/diagnostic.ts'
import { elementCount, formatShape, type TensorType } from '../../src/compiler/ir/tensor.ts'
import type { Plain } from '../../src/compiler/ops/attrs.ts'
import { callPrimitive, type Fault } from '../../src/compiler/ops/call.ts'
import type { CompositeBuilder } from '../../src/compiler/ops/composite.ts'
import { compositeOf, isCompositeName } from '../../src/compiler/ops/composites.ts'
import { callComposite } from '../../src/compiler/ops/expand.ts'
import type { Init, ParameterSpec } from '../../src/compiler/ops/op.ts'
import { isPrimitiveName, primitiveOf, type PrimitiveName } from '../../src/compiler/ops/registry.ts'
import { formatPlain } from '../../src/compiler/ops/words.ts'
import { readCall, type CallText } from './call-text.ts'

/** The lines that a call gives. */
export function resultOf(text: string): readonly string[] {
  const call = readCall(text)
  if (isPrimitiveName(call.operator)) return primitiveLines(call.operator, call)
  if (isCompositeName(call.operator)) return compositeLines(call)
  throw new Error(`no operator ${call.operator}`)
}

function primitiveLines(name: PrimitiveName, { inputs, args }: CallText): readonly string[] {
  const op = primitiveOf(name)
  const result = callPrimitive(op, inputs, args)
  if (result.kind === 'faults') return result.faults.flatMap(faultLines)
  const { output, attributes, parameters } = result.inference
  const known = [...inputs.map((one) => one.shape), output.shape].every(
    (shape) => elementCount(shape) !== undefined,
  )
  const cost = known
    ? op.cost({ attributes, parameters, inputs: inputs.map((one) => one.shape), output: output.shape })
    : undefined
  const costLine =
    cost === undefined || cost.macs === 0 ? [] : [`${cost.macs} macs, weight used ${cost.weightUses} times`]
  return [typeText(output), ...parameters.map(parameterLine), ...costLine]
}

function typeText({ batched, shape }: TensorType): string {
  return (batched ? '' : '~') + formatShape(shape)
}

function parameterLine({ name, shape, init, buffer }: ParameterSpec): string {
  return `${buffer ? 'buffer ' : ''}${name} ${shape.join('×')} ${initText(init)}`
}

const short = (value: number): string => String(Number(value.toPrecision(5)))

function initText(init: Init): string {
  switch (init.kind) {
    case 'constant':
      return short(init.value)
    case 'values':
      return `[${init.values.map(short).join(', ')}]`
    case 'uniform':
      return `uniform(${short(init.bound)})`
    case 'normal':
      return `${init.truncated ? 'trunc_normal' : 'normal'}(${short(init.std)})`
  }
}

function faultLines({ problem, argument, operand }: Fault): readonly string[] {
  const { code, message, help } = diagnose(problem, { file: '', start: 0, end: 0 })
  const place =
    argument !== undefined ? ` at argument ${argument}` : operand !== undefined ? ` at input ${operand}` : ''
  return [`${code}${place}: ${message}`, ...(help === undefined ? [] : [`help: ${help}`])]
}

interface Built {
  readonly type: TensorType
  readonly text: string
}

function compositeLines({ operator, inputs, args }: CallText): readonly string[] {
  if (!isCompositeName(operator)) throw new Error(operator)
  const tensors = inputs.map((type, at): Built => ({ type, text: `$${at}` }))
  const result = callComposite(compositeOf(operator), textBuilder, tensors, args)
  switch (result.kind) {
    case 'faults':
      return result.faults.flatMap(faultLines)
    case 'one':
      return [`${typeText(result.tensor.type)} = ${result.tensor.text}`]
    case 'many':
      return result.tensors.map(({ type, text }) => `${typeText(type)} = ${text}`)
  }
}

const textBuilder: CompositeBuilder<Built> = {
  typeOf: ({ type }) => type,
  apply(op, inputs, attributes) {
    // Attribute requests are plain data by construction.
    const named = attributes as Readonly<Record<string, Plain>>
    const result = callPrimitive(
      primitiveOf(op),
      inputs.map(({ type }) => type),
      { positional: [], named },
    )
    const [fault] = result.kind === 'faults' ? result.faults : []
    if (fault !== undefined) return fault.problem
    if (result.kind === 'faults') throw new Error('no fault')
    const written = Object.entries(named).map(([name, value]) => `${name} = ${formatPlain(value)}`)
    const text = `${op}(${[...inputs.map((one) => one.text), ...written].join(', ')})`
    return { type: result.inference.output, text }
  },
}

/** Codes that this folder's cases have to show: attributes and shapes. */
export function operatorCodes(): readonly string[] {
  return Object.values(codes)
    .map((spec) => spec.code)
    .filter((code) => (code >= 'WEFT350' && code <= 'WEFT399') || (code >= 'WEFT400' && code <= 'WEFT499'))
}
