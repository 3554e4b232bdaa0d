// An operation with its own gradient: what every kernel here that is wrong or slow in its stock form is made with.
import { customGrad, dispose, engine, mul, tidy, type GradSaveFunc, type Tensor } from '@tensorflow/tfjs-core'

export interface Differentiable {
  readonly value: Tensor
  /** What the gradient reads. Nothing else may be read there: other tensors of the forward step are gone by then. */
  readonly saved: readonly Tensor[]
  /** One gradient for each operand, of its shape; no tensor twice. */
  readonly gradient: (dy: Tensor, saved: readonly Tensor[]) => Tensor[]
}

/** Runs `rule`, whose operations are not recorded one by one; temporaries of both directions are freed at once. */
export function withGradient(operands: readonly Tensor[], rule: () => Differentiable): Tensor {
  return customGrad((...given) => {
    const save = given.at(-1) as GradSaveFunc
    const { value, saved, gradient } = rule()
    save([...saved])
    return {
      value,
      gradFunc: (dy: Tensor, kept: Tensor[]) => {
        const gradients = tidy(() => gradient(dy, kept))
        release(dy, kept, gradients)
        return gradients
      },
    }
  })(...operands)
}

/** A function of one element with its derivative, both of the input. */
export function elementwise(x: Tensor, value: (x: Tensor) => Tensor, slope: (x: Tensor) => Tensor): Tensor {
  return withGradient([x], () => ({
    value: value(x),
    saved: [x],
    gradient: (dy, saved) => [mul(dy, slope(kept(saved, 0)))],
  }))
}

/**
 * TensorFlow.js keeps what was saved, and every gradient on the way, until the last one is found: more than all values of the network
 * together. Each is read here for the last time, unless a derivative of derivatives is being taken; so it is freed here. A `dy` that a
 * caller gave to begin with is of another scope, and stays.
 */
function release(dy: Tensor, saved: Tensor[], gradients: readonly Tensor[]): void {
  const { gradientDepth, activeScope } = engine().state
  if (gradientDepth > 0) return
  dispose(saved)
  if (dy.scopeId === activeScope.id && !gradients.includes(dy)) dispose(dy)
}

/** The tensor at a position of what was saved. */
export function kept(saved: readonly Tensor[], position: number): Tensor {
  const found = saved[position]
  if (found === undefined) throw new Error(`tensor ${position} was not saved`)
  return found
}
