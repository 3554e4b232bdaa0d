// Which connections of a sparse weight are active, and how one update changes them. Plain arrays; a 1 is an active connection.
import type { Parameter } from '../../../compiler/ir/graph.ts'
import { keptConnections } from '../../../weights/initialise.ts'
import { uniform } from '../../../weights/normal.ts'
import type { Stream } from '../../../weights/streams.ts'

/** The initial topology of a seed; undefined for a parameter without a mask. */
export function initialConnections(parameter: Parameter, seed: number): Uint8Array | undefined {
  const kept = keptConnections(parameter, seed)
  if (kept === undefined) return undefined
  const active = new Uint8Array(parameter.mask?.total ?? 0)
  for (const connection of kept) active[connection] = 1
  return active
}

export interface Rewiring {
  readonly active: Uint8Array
  readonly dropped: number
  readonly grown: number
  /** Connections that are active now and were not before. */
  readonly activated: number
  /** 1 for each connection that was dropped, grown, or both: its weights and what the optimiser knows of them begin at 0. */
  readonly reset: Uint8Array
}

export type Growth =
  | { readonly kind: 'random'; readonly random: Stream }
  /** L1 norms of the dense gradient of each connection: the greatest grow (Evci et al., Rigging the Lottery, ICML 2020). */
  | { readonly kind: 'gradient'; readonly slopes: ArrayLike<number> }

/** One update of each of `runs` equally long runs of connections on its own: each keeps as many as it had. */
export function rewiredByRun(
  active: Uint8Array,
  scores: ArrayLike<number>,
  rate: number,
  growth: Growth,
  runs: number,
): Rewiring {
  const length = active.length / runs
  const whole = {
    active: active.slice(),
    dropped: 0,
    grown: 0,
    activated: 0,
    reset: new Uint8Array(active.length),
  }
  for (let run = 0; run < runs; run++) {
    const [begin, end] = [run * length, (run + 1) * length]
    const part = rewired(
      active.subarray(begin, end),
      slice(scores, begin, end),
      rate,
      within(growth, begin, end),
    )
    whole.active.set(part.active, begin)
    whole.reset.set(part.reset, begin)
    whole.dropped += part.dropped
    whole.grown += part.grown
    whole.activated += part.activated
  }
  return whole
}

const slice = (values: ArrayLike<number>, begin: number, end: number): Float32Array =>
  Float32Array.from(values).subarray(begin, end)

const within = (growth: Growth, begin: number, end: number): Growth =>
  growth.kind === 'random' ? growth : { kind: 'gradient', slopes: slice(growth.slopes, begin, end) }

/**
 * One update of dynamic sparse feature fusion (Wu et al., E2ENet, NeurIPS 2024, section 3.2): of the active connections the
 * `ceil(rate · active)` with the smallest scores go, and as many grow among all that are inactive then. Those that just went may grow
 * again, at 0, as in the released code; that code drops every connection up to a threshold, ties included, and so may lose a few for good,
 * while here ties go by position and the number of active connections never changes.
 */
export function rewired(
  active: Uint8Array,
  scores: ArrayLike<number>,
  rate: number,
  growth: Growth,
): Rewiring {
  const before = positions(active, 1)
  const count = Math.min(before.length, Math.ceil(rate * before.length))
  const after = active.slice()
  const dropped = firstBy(before, scores, count, 1)
  for (const at of dropped) after[at] = 0
  const free = positions(after, 0)
  const grown =
    growth.kind === 'random' ? chosen(free, count, growth.random) : firstBy(free, growth.slopes, count, -1)
  const reset = new Uint8Array(active.length)
  for (const at of dropped) reset[at] = 1
  let activated = 0
  for (const at of grown) {
    after[at] = 1
    reset[at] = 1
    activated += 1 - (active[at] ?? 0)
  }
  return { active: after, dropped: count, grown: grown.length, activated, reset }
}

function positions(active: Uint8Array, wanted: 0 | 1): Uint32Array {
  const found = new Uint32Array(active.length)
  let count = 0
  for (let at = 0; at < active.length; at++) if (active[at] === wanted) found[count++] = at
  return found.subarray(0, count)
}

/** The `count` candidates that come first by rising (1) or falling (-1) score; of equal ones those of lower position. */
function firstBy(
  candidates: Uint32Array,
  scores: ArrayLike<number>,
  count: number,
  direction: 1 | -1,
): Uint32Array {
  const order = candidates.slice()
  order.sort((a, b) => direction * ((scores[a] ?? 0) - (scores[b] ?? 0)) || a - b)
  return order.subarray(0, count)
}

/** `count` of the candidates, each choice as likely as any other: Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S. */
function chosen(candidates: Uint32Array, count: number, random: Stream): Uint32Array {
  const found = new Uint32Array(count)
  let at = 0
  for (let k = 0; at < count; k++)
    if (uniform(random) * (candidates.length - k) < count - at) found[at++] = candidates[k] ?? 0
  return found
}
