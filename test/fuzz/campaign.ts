// Campaigns: cases made from a seed, checked one after another; a failing one is shrunk to the least text that fails the same way.
import { generateProgram } from './generate.ts'
import { mutateBytes, mutateTokens, noise, tokensOf } from './mutate.ts'
import { findings } from './property.ts'
import { random, type Random } from './random.ts'

export const kinds = ['grammar', 'mutate', 'bytes'] as const
export type Kind = (typeof kinds)[number]

/** Real files to start from. */
export type Corpus = readonly [string, ...string[]]

export interface Failure {
  readonly kind: Kind
  readonly seed: number
  readonly failure: string
  readonly text: string
}

export interface Tally {
  readonly cases: number
  /** Cases without an error: how much of the compiler is reached beyond its complaints. */
  readonly sound: number
  readonly graphs: number
  readonly failures: readonly Failure[]
}

export function makeCase(kind: Kind, seed: number, corpus: Corpus): string {
  const at = random(seed)
  switch (kind) {
    case 'grammar':
      return generateProgram(at)
    case 'mutate':
      return mutateTokens(source(at, corpus), at)
    case 'bytes':
      return at.chance(0.1) ? noise(at) : mutateBytes(source(at, corpus), at)
  }
}

const source = (at: Random, corpus: Corpus): string =>
  at.chance(0.5) ? generateProgram(at) : at.pick(corpus)

export interface Plan {
  readonly kinds: readonly Kind[]
  readonly corpus: Corpus
  readonly seed: number
  /** Whether to go on with one more case; told how many there were. */
  goOn(cases: number): boolean
  /** As `findings` takes it. */
  readonly patience?: number
  /** Told of each failure as it is found. */
  onFailure?(failure: Failure): void
}

export async function campaign(plan: Plan): Promise<Tally> {
  let [cases, sound, graphs] = [0, 0, 0]
  const failures: Failure[] = []
  while (plan.goOn(cases)) {
    const kind = plan.kinds[cases % plan.kinds.length] ?? 'grammar'
    const seed = plan.seed + cases
    const text = makeCase(kind, seed, plan.corpus)
    const found = await findings(text, plan.patience)
    cases += 1
    sound += found.errors === 0 ? 1 : 0
    graphs += found.graphs
    if (found.failure === undefined) continue
    const failure = { kind, seed, failure: found.failure, text }
    failures.push(failure)
    plan.onFailure?.(failure)
  }
  return { cases, sound, graphs, failures }
}

/** What kind of failure it is, without its particulars. */
export function signature(failure: string): string {
  const [first = '', second = ''] = failure.split('\n')
  return first.startsWith('threw')
    ? `${first.replaceAll(/\d+/g, '#')} ${second.replaceAll(/:\d+:\d+/g, '')}`
    : first.replaceAll(/[\d.]+/g, '#')
}

/** Takes out pieces, ever smaller ones, for as long as the text fails in the same way. */
export async function shrink(
  text: string,
  failure: string,
  deadline: () => boolean,
  patience?: number,
): Promise<string> {
  const wanted = signature(failure)
  let tokens = tokensOf(text)
  for (let size = Math.ceil(tokens.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < tokens.length && !deadline();) {
      const candidate = tokens.toSpliced(at, size)
      const found = await findings(candidate.join(''), patience)
      if (found.failure !== undefined && signature(found.failure) === wanted) tokens = candidate
      else at += size
    }
  }
  return tokens.join('')
}
