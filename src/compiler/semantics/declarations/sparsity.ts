// `sparsity` of a fusion: which density covers a convolution weight, and how the topology is trained.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { Coverage, SparsitySetting } from '../../ir/graph.ts'
import type { SparsityClause } from '../../syntax/ast.ts'
import { evaluate } from '../values/evaluation.ts'
import { report } from '../values/session.ts'
import { showValue } from '../values/show.ts'
import type { Env, Value } from '../values/values.ts'
import { readSettings, type SettingTable } from './settings.ts'

/** A part of a node: its fuse, or one of its edges. */
export type Region = { readonly on: 'fuse' } | { readonly on: 'edge'; readonly edge: string }

/** How narrowly a clause is meant: `on edge NAME` before `on edge` and `on fuse` before all; 0 where it does not apply. */
function reach(clause: SparsityClause, region: Region): number {
  if (clause.on === undefined) return 1
  if (clause.on !== region.on) return 0
  if (clause.edge === undefined) return 2
  return region.on === 'edge' && clause.edge.name === region.edge ? 3 : 0
}

/** What the narrowest clause demands of the weights made in a region, with the node's indices in force. */
export function coverageFor(
  clauses: readonly SparsityClause[],
  region: Region,
  fusion: number,
  env: Env,
): Coverage | undefined {
  let best: SparsityClause | undefined
  for (const clause of clauses) {
    if (reach(clause, region) > (best === undefined ? 0 : reach(best, region))) best = clause
  }
  const sparsity = best === undefined ? undefined : sparsityValue(best, fusion, env)
  return sparsity === undefined || sparsity === 0 ? undefined : { fusion, density: densityOf(sparsity) }
}

function sparsityValue(clause: SparsityClause, fusion: number, env: Env): number | undefined {
  if (env.session.faultySparsities.has(fusion)) return undefined // One slip in a parameter reaches several clauses.
  const value = evaluate(clause.value, env)
  if (value.kind === 'invalid') return undefined
  if ((value.kind === 'int' || value.kind === 'float') && value.value >= 0 && value.value < 1)
    return value.value
  report(env, clause.value.span, problem('sparsity-out-of-range', { value: showValue(value) }))
  env.session.faultySparsities.add(fusion)
  return undefined
}

const decimals = 1e12

/** `1 - sparsity` in decimal: 0.2 for 80 %, not 0.19999999999999996. */
function densityOf(sparsity: number): number {
  return Math.round((1 - sparsity) * decimals) / decimals
}

// ---------------------------------------------------------------- settings

const unitInterval = (value: Value): number | undefined =>
  (value.kind === 'int' || value.kind === 'float') && value.value >= 0 && value.value <= 1
    ? value.value
    : undefined

const constant: Value = { kind: 'term', word: 'constant', positional: [], named: new Map<string, Value>() }

function readDrop(value: Value): SparsitySetting['drop'] | undefined {
  if (value.kind !== 'term' || value.word !== 'l1') return undefined
  const rate = unitInterval(value.named.get('rate') ?? value.positional[0] ?? { kind: 'float', value: 0.5 })
  const decay = value.named.get('decay') ?? value.positional[1] ?? constant
  if (rate === undefined || decay.kind !== 'term') return undefined
  if (decay.word === 'constant') return { score: 'l1', rate, decay: 'constant', to: rate }
  if (decay.word !== 'cosine') return undefined
  const to = unitInterval(decay.named.get('to') ?? decay.positional[0] ?? { kind: 'float', value: 0 })
  return to === undefined ? undefined : { score: 'l1', rate, decay: 'cosine', to }
}

function word<W extends string>(...words: readonly W[]): (value: Value) => W | undefined {
  return (value) =>
    words.find((one) => value.kind === 'term' && value.word === one && value.positional.length === 0)
}

type Grain = Pick<SparsitySetting, 'granularity' | 'outs'>

/** `kernel`, or `block(outs = 16)`. */
function readGrain(value: Value): Grain | undefined {
  const granularity = word('kernel', 'weight', 'channel', 'block')(value)
  if (granularity === undefined || value.kind !== 'term') return undefined
  if (granularity !== 'block') return value.named.size === 0 ? { granularity } : undefined
  const outs = value.named.get('outs')
  const isWhole = value.named.size === 1 && outs?.kind === 'int' && outs.value > 0
  return isWhole ? { granularity, outs: outs.value } : undefined
}

interface SparsitySettings {
  readonly granularity: Grain
  readonly init: 'uniform' | 'erk'
  readonly drop: SparsitySetting['drop']
  readonly grow: 'random' | 'gradient'
  readonly every: number
}

/** Every setting of a sparsity. */
export const sparsitySettings: SettingTable<SparsitySettings> = {
  granularity: {
    words: ['kernel', 'weight', 'channel', 'block'],
    expected: 'kernel, weight, channel or block(outs = 16), with a positive number of output channels',
    read: readGrain,
  },
  init: { words: ['uniform', 'erk'], expected: 'uniform or erk', read: word('uniform', 'erk') },
  drop: {
    words: ['l1', 'cosine', 'constant'],
    expected: 'l1(rate = 0..1, decay = cosine(to = 0..1) or constant)',
    read: readDrop,
  },
  grow: { words: ['random', 'gradient'], expected: 'random or gradient', read: word('random', 'gradient') },
  every: {
    words: [],
    expected: 'a positive number of steps',
    units: ['steps'],
    read: (value) => (value.kind === 'int' && value.value > 0 ? value.value : undefined),
  },
}

/** Wu et al., "E2ENet", NeurIPS 2024, and its released code. */
const publishedDrop: NonNullable<SparsitySetting['drop']> = {
  score: 'l1',
  rate: 0.5,
  decay: 'cosine',
  to: 0.001,
}

/** The settings of a fusion's sparsity, defaults filled in; undefined when nothing is sparse. */
export function sparsitySetting(clauses: readonly SparsityClause[], env: Env): SparsitySetting | undefined {
  if (clauses.length === 0) return undefined
  const read = readSettings(
    'sparsity',
    sparsitySettings,
    clauses.flatMap((clause) => clause.settings),
    env,
  )
  const { grow, every } = read
  // Updates were asked for: they drop as published.
  const drop = read.drop ?? (every === undefined ? undefined : publishedDrop)
  return {
    ...(read.granularity ?? { granularity: 'kernel' }),
    init: read.init ?? 'uniform',
    ...(drop === undefined ? {} : { drop }),
    ...(grow === undefined ? {} : { grow }),
    ...(every === undefined ? {} : { every }),
  }
}
