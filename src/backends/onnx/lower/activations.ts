// Activations.
import type { NodeOf } from '../../backend.ts'
import type { Step } from '../builder.ts'
import { float, int, string, type OnnxAttributes } from '../model.ts'
import { sinceOpset, type OnnxOp } from '../opsets.ts'
import { perChannel } from './broadcast.ts'
import { axisAt } from './extents.ts'

/** An operator of one tensor without attributes. */
export function unary(op: OnnxOp): (node: unknown, step: Step) => string {
  return (_, step) => step.finish(op, [step.input()])
}

export function lowerLeakyRelu({ attributes }: NodeOf<'leaky_relu'>, step: Step): string {
  return step.finish('LeakyRelu', [step.input()], { alpha: float(attributes.slope) })
}

export function lowerElu({ attributes }: NodeOf<'elu'>, step: Step): string {
  return step.finish('Elu', [step.input()], { alpha: float(attributes.alpha) })
}

export function lowerPrelu({ attributes }: NodeOf<'prelu'>, step: Step): string {
  const spatial = step.inputType().shape.length - 1
  const slope = attributes.shared ? step.parameter(0) : perChannel(step, 'slope', step.parameter(0), spatial)
  return step.finish('PRelu', [step.input(), slope])
}

export function lowerSoftmax({ attributes }: NodeOf<'softmax'>, step: Step): string {
  return step.finish('Softmax', [step.input()], { axis: int(axisAt(attributes.axis, step.inputType())) })
}

/** The input times a gate. */
export function gated(step: Step, gate: string): string {
  return step.finish('Mul', [step.input(), gate])
}

export const hardSigmoid: OnnxAttributes = { alpha: float(1 / 6), beta: float(0.5) }

/** One operator from operator set 14 on. */
export function lowerHardSwish(_: unknown, step: Step): string {
  if (step.opset >= sinceOpset.HardSwish) return step.finish('HardSwish', [step.input()])
  return gated(step, step.prepare('gate', 'HardSigmoid', [step.input()], hardSigmoid))
}

/** A bound that is left out is an input without a name. */
export function clipped(step: Step, min: number | 'none', max: number | 'none'): string {
  const bound = (label: string, value: number | 'none'): string =>
    value === 'none' ? '' : step.floats(label, [value])
  return step.finish('Clip', [step.input(), bound('min', min), bound('max', max)])
}

/** `x · Φ(x)`: one operator from operator set 20 on, before that by the error function or by tanh. */
export function lowerGelu({ attributes }: NodeOf<'gelu'>, step: Step): string {
  const x = step.input()
  if (step.opset >= sinceOpset.Gelu)
    return step.finish('Gelu', [x], { approximate: string(attributes.approximate) })
  const curve = attributes.approximate === 'none' ? errorCurve(step, x) : tanhCurve(step, x)
  const doubled = step.prepare('doubled', 'Mul', [
    x,
    step.prepare('one_plus', 'Add', [curve, step.floats('one', [1])]),
  ])
  return step.finish('Mul', [doubled, step.floats('half', [0.5])])
}

/** `erf(x / √2)`. */
function errorCurve(step: Step, x: string): string {
  const scaled = step.prepare('scaled', 'Mul', [x, step.floats('sqrt_half', [Math.SQRT1_2])])
  return step.prepare('erf', 'Erf', [scaled])
}

/** `tanh(√(2/π) · (x + 0.044715 · x³))`. */
function tanhCurve(step: Step, x: string): string {
  const square = step.prepare('square', 'Mul', [x, x])
  const weighted = step.prepare('weighted', 'Mul', [square, step.floats('cubic', [0.044715])])
  const factor = step.prepare('factor', 'Add', [weighted, step.floats('one', [1])])
  const inner = step.prepare('inner', 'Mul', [
    step.prepare('cubed', 'Mul', [x, factor]),
    step.floats('root', [Math.sqrt(2 / Math.PI)]),
  ])
  return step.prepare('tanh', 'Tanh', [inner])
}
