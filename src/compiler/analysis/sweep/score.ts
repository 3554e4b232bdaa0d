// The performance trade-off score of E2ENet (Wu et al., NeurIPS 2024, arXiv 2312.04727, equation 7):
// a1 · accuracy / max accuracy + a2 · (min parameters / parameters + min FLOPs / FLOPs), over the networks that are compared.
// The paper varies the weights in its appendix; 1 and 1/2 are taken as its choice in the tables.

export interface Contender {
  readonly accuracy: number | null
  readonly parameters: number | null
  readonly flops: number | null
}

export type ScoreWeights = readonly [accuracy: number, efficiency: number]

export const defaultScoreWeights: ScoreWeights = [1, 0.5]

export const scoreRule =
  'a1 · accuracy / max accuracy + a2 · (min parameters / parameters + min FLOPs / FLOPs), over the points that have all three (E2ENet, arXiv 2312.04727, equation 7)'

/** Null for who lacks a number, and for everyone where no accuracy is above 0. */
export function tradeOffScores(contenders: readonly Contender[], [a1, a2]: ScoreWeights): (number | null)[] {
  const compared = contenders.filter(isWhole)
  const best = extreme(compared, ({ accuracy }) => -accuracy)
  const smallest = extreme(compared, ({ parameters }) => parameters)
  const fastest = extreme(compared, ({ flops }) => flops)
  return contenders.map((one) => {
    if (!isWhole(one) || best >= 0) return null
    return a1 * (one.accuracy / -best) + a2 * (smallest / one.parameters + fastest / one.flops)
  })
}

interface Whole extends Contender {
  readonly accuracy: number
  readonly parameters: number
  readonly flops: number
}

function isWhole(one: Contender): one is Whole {
  const { accuracy, parameters, flops } = one
  return accuracy !== null && parameters !== null && flops !== null && parameters > 0 && flops > 0
}

function extreme(compared: readonly Whole[], of: (one: Whole) => number): number {
  return compared.reduce((least, one) => Math.min(least, of(one)), Infinity)
}
