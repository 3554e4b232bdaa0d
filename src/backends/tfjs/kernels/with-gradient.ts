// An operation with its own gradient: what every kernel here that is wrong or slow in its stock form is made with.
import { customGrad, tidy, type GradSaveFunc, type Tensor } from '@tensorflow/tfjs-core'

export interface Differentiable {
  readonly value: Tensor
  /** What the gradient reads. Nothing else may be read there: other tensors of the forward step are gone by then. */
  readonly saved: readonly Tensor[]
  /** One gradient for each operand, of its shape. */
  readonly gradient: (dy: Tensor, saved: readonly Tensor[]) => Tensor[]
}

/** Runs `rule`, whose operations are not recorded one by one; temporaries of both directions are freed at once. */
export function withGradient(operands: readonly Tensor[], rule: () => Differentiable): Tensor {
  return customGrad((...given) => {
    const save = given.at(-1) as GradSaveFunc
    const { value, saved, gradient } = rule()
    save([...saved])
    return { value, gradFunc: (dy: Tensor, kept: Tensor[]) => tidy(() => gradient(dy, kept)) }
  })(...operands)
}

/** The tensor at a position of what was saved. */
export function kept(saved: readonly Tensor[], position: number): Tensor {
  const found = saved[position]
  if (found === undefined) throw new Error(`tensor ${position} was not saved`)
  return found
}
