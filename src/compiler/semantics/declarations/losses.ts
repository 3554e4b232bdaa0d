// The loss of a recipe: a sum of terms with weights, each a word with arguments. What a term computes is in the training's own `loss/`.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { Graph } from '../../ir/graph.ts'
import { formatDim, type Dim } from '../../ir/tensor.ts'
import type { Term } from '../../ops/attrs.ts'
import type { Expr } from '../../syntax/ast.ts'
import { evaluate } from '../values/evaluation.ts'
import { report } from '../values/session.ts'
import { showValue } from '../values/show.ts'
import type { Env, Value } from '../values/values.ts'
import { fieldsOf, optional, termOf } from './recipe-terms.ts'

interface Weighed {
  readonly weight: number
  /** Overlaps over the whole batch instead of the mean over its items; false where a loss is a mean over voxels anyway. */
  readonly batch: boolean
}

/**
 * One term of the loss with its weight: `0.5 * dice(batch = true)`. What was not asked for is absent: a recipe is known by its digest, and
 * one of before there was a choice has to keep it.
 */
export type LossTerm =
  | (Weighed & { readonly loss: 'dice'; readonly sigmoid?: true })
  | (Weighed & {
      readonly loss: 'tversky'
      /** Of what is predicted falsely, and of what is missed. */
      readonly alpha: number
      readonly beta: number
      readonly sigmoid?: true
    })
  | (Weighed & {
      readonly loss: 'cross_entropy'
      /** Of each class, background first. */
      readonly weights?: readonly number[]
      /** Share of the target that all classes have alike. */
      readonly labelSmoothing?: number
    })
  /** The mean over a share of the voxels: those with the greatest cross-entropy. */
  | (Weighed & { readonly loss: 'topk'; readonly k: number })
  | (Weighed & {
      readonly loss: 'focal'
      readonly gamma: number
      /** Of the foreground; the background has 1 - alpha. */
      readonly alpha?: number
      readonly sigmoid?: true
    })
  | (Weighed & { readonly loss: 'bce' })

/** How an output's channels become probabilities: of one class a voxel, or each by itself. */
export type LossActivation = 'softmax' | 'sigmoid'

export const activationOfTerm = (term: LossTerm): LossActivation =>
  term.loss === 'bce' || ('sigmoid' in term && term.sigmoid) ? 'sigmoid' : 'softmax'

/** Of a recipe's loss: all of its terms have the same. */
export const activationOf = ([first]: readonly LossTerm[]): LossActivation =>
  first === undefined ? 'softmax' : activationOfTerm(first)

// ---------------------------------------------------------------- reading

const isShare = (value: number | undefined): boolean => value === undefined || value <= 1

const bySigmoid = ({ sigmoid }: { readonly sigmoid: boolean }): { readonly sigmoid?: true } =>
  sigmoid ? { sigmoid: true } : {}

type Reader = (term: Term, weight: number) => LossTerm | undefined

const readers: Readonly<Record<LossTerm['loss'], Reader>> = {
  dice: (term, weight) => {
    const fields = fieldsOf(term, { batch: false, sigmoid: false })
    return fields && { loss: 'dice', weight, batch: fields.batch, ...bySigmoid(fields) }
  },
  cross_entropy: (term, weight) => {
    const fields = fieldsOf(term, { weights: optional.numbers, label_smoothing: 0 })
    if (fields === undefined || !isShare(fields.label_smoothing)) return undefined
    const { weights, label_smoothing: labelSmoothing } = fields
    if (weights !== undefined && !weights.some((one) => one > 0)) return undefined
    return {
      loss: 'cross_entropy',
      weight,
      batch: false,
      ...(weights === undefined ? {} : { weights }),
      ...(labelSmoothing === 0 ? {} : { labelSmoothing }),
    }
  },
  bce: (term, weight) => fieldsOf(term, {}) && { loss: 'bce', weight, batch: false },
  focal: (term, weight) => {
    const fields = fieldsOf(term, { gamma: 2, alpha: optional.number, sigmoid: false })
    if (fields === undefined || !isShare(fields.alpha)) return undefined
    const { gamma, alpha } = fields
    const balance = alpha === undefined ? {} : { alpha }
    return { loss: 'focal', weight, batch: false, gamma, ...balance, ...bySigmoid(fields) }
  },
  tversky: (term, weight) => {
    const fields = fieldsOf(term, { alpha: 0.5, beta: 0.5, batch: false, sigmoid: false })
    if (fields === undefined) return undefined
    const { alpha, beta, batch } = fields
    return { loss: 'tversky', weight, batch, alpha, beta, ...bySigmoid(fields) }
  },
  topk: (term, weight) => {
    const fields = fieldsOf(term, { k: 0.1 })
    const isSome = fields !== undefined && fields.k > 0 && isShare(fields.k)
    return isSome ? { loss: 'topk', weight, batch: false, k: fields.k } : undefined
  },
}

const isLoss = (word: string): word is LossTerm['loss'] => Object.hasOwn(readers, word)
const lossWords: ReadonlySet<string> = new Set(Object.keys(readers))

/** How each loss is written. */
export const lossForms: Readonly<Record<LossTerm['loss'], string>> = {
  dice: 'dice(batch = false, sigmoid = false)',
  cross_entropy:
    'cross_entropy(weights = [1, 2, 2], label_smoothing = 0), one weight for each class, smoothing up to 1',
  bce: 'bce',
  focal: 'focal(gamma = 2, alpha = 0.25, sigmoid = false), alpha up to 1',
  tversky: 'tversky(alpha = 0.5, beta = 0.5, batch = false, sigmoid = false)',
  topk: 'topk(k = 10%), k the share of voxels that count',
}

/** How the loss that was begun is written, or which there are. */
function expectedFor(value: Value): string {
  const word = value.kind === 'term' ? value.word : ''
  return isLoss(word)
    ? lossForms[word]
    : `${Object.keys(lossForms).join(', ')}, or a sum of them with weights`
}

/** `a + b`, `number * loss`, or one loss; undefined after a report. */
export function readLoss(expr: Expr, env: Env, weight = 1): readonly LossTerm[] | undefined {
  if (expr.kind === 'BinaryExpr' && expr.operator === '+') {
    const left = readLoss(expr.left, env, weight)
    const right = readLoss(expr.right, env, weight)
    return left === undefined || right === undefined ? undefined : [...left, ...right]
  }
  if (expr.kind === 'BinaryExpr' && expr.operator === '*') {
    const factor = evaluate(expr.left, env)
    if (factor.kind === 'int' || factor.kind === 'float')
      return readLoss(expr.right, env, weight * factor.value)
  }
  const value = evaluate(expr, env, lossWords)
  const term = readTerm(value, weight)
  if (term !== undefined) return [term]
  const parts = { name: 'loss', expected: expectedFor(value), value: showValue(value) }
  if (value.kind !== 'invalid') report(env, expr.span, problem('wrong-setting', parts))
  return undefined
}

function readTerm(value: Value, weight: number): LossTerm | undefined {
  const term = termOf(value)
  return term !== undefined && isLoss(term.word) ? readers[term.word](term, weight) : undefined
}

// ---------------------------------------------------------------- against the outputs

/** Reports what keeps the terms from being one loss of these outputs; whether nothing does. */
export function lossFits(
  terms: readonly LossTerm[],
  graph: Graph,
  outputs: readonly string[],
  { span }: Expr,
  env: Env,
): boolean {
  const softmax = terms.find((one) => activationOfTerm(one) === 'softmax')
  const sigmoid = terms.find((one) => activationOfTerm(one) === 'sigmoid')
  if (softmax !== undefined && sigmoid !== undefined) {
    report(env, span, problem('losses-mixed', { softmax: softmax.loss, sigmoid: sigmoid.loss }))
    return false
  }
  for (const { name, node } of graph.outputs.filter((one) => outputs.includes(one.name))) {
    const channels = graph.nodes[node]?.type.shape[0] ?? 0
    if (softmax !== undefined && channels === 1) {
      report(env, span, problem('one-class-softmax', { output: name, loss: softmax.loss }))
      return false
    }
    const misfit = terms.find((one) => !hasWeightOfEach(one, channels))
    if (misfit === undefined || !('weights' in misfit)) continue
    const wanted = `one number for each of the ${formatDim(channels)} classes of the output \`${name}\``
    const parts = { name: 'weights', expected: wanted, value: `[${misfit.weights?.join(', ')}]` }
    report(env, span, problem('wrong-setting', parts))
    return false
  }
  return true
}

const hasWeightOfEach = (term: LossTerm, channels: Dim): boolean =>
  term.loss !== 'cross_entropy' || term.weights === undefined || term.weights.length === channels
