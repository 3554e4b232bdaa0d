// Runs for pages to show: made up, the same each time.
import type { EpochRecord, HistoryRecord, StepRecord, TopologyRecord } from '../../src/data/history.ts'
import type { ExampleSlice, RunPageData } from '../../src/pages/run/data.ts'

export function step(number: number, given: Partial<StepRecord> = {}): StepRecord {
  return {
    kind: 'step',
    step: number,
    epoch: 1,
    loss: 1 + 1 / number + 0.1 * Math.sin(number * 12.9),
    learningRate: 0.01,
    gradientNorm: 2 + Math.sin(number * 7.7),
    seconds: 0.5,
    ...given,
  }
}

export function epoch(number: number, perEpoch: number, dice: readonly (number | null)[]): EpochRecord {
  const known = dice.filter((one) => one !== null)
  return {
    kind: 'epoch',
    epoch: number,
    step: number * perEpoch,
    loss: 1 / number,
    dice,
    meanDice: known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0) / known.length,
    cases: 2,
    elapsedSeconds: number * perEpoch * 0.5,
  }
}

/** A lattice of two levels; the first update moves connections from upward to forward. */
export function topology(at: number, forward: number): TopologyRecord {
  const edges = [
    { fusion: 'lattice', node: [0, 1], edge: 'forward', active: forward, total: 400 },
    { fusion: 'lattice', node: [0, 1], edge: 'upward', active: 80 - forward, total: 400 },
    { fusion: 'lattice', node: [1, 1], edge: 'forward', active: 20, total: 100 },
    { fusion: 'lattice', node: [1, 1], edge: 'downward', active: 20, total: 100 },
  ]
  const weights = [
    { path: 'lattice.w', active: 120, total: 1000, dropped: 30, grown: 30, activated: at === 0 ? 0 : 24 },
  ]
  return { kind: 'topology', step: at, epoch: 1, rate: 0.5, weights, edges }
}

export const slice: ExampleSlice = {
  case: 'case_007',
  position: 'slice 3 of 9',
  extents: [2, 3],
  intensity: Uint8Array.of(0, 50, 100, 150, 200, 250),
  truth: Uint8Array.of(0, 1, 1, 0, 0, 2),
  predicted: Uint8Array.of(0, 1, 0, 0, 0, 2),
}

export function run(records: readonly HistoryRecord[], given: Partial<RunPageData> = {}): RunPageData {
  return {
    network: 'Lattice',
    recipe: { name: 'small', text: 'train small for Lattice {}' },
    dataset: { name: 'Two parts', classes: ['background', 'front', 'back'] },
    split: { training: 8, validation: 2 },
    backend: 'wasm',
    provenance: 'weft 0.1.0, lattice.weft, seed 1',
    records,
    slices: [],
    finished: true,
    ...given,
  }
}

export const start: HistoryRecord = { kind: 'start', step: 0, backend: 'wasm', time: '2026-03-01T09:12:00Z' }

/** Three epochs of ten steps, two topology updates, one slice. */
export function sparseRun(given: Partial<RunPageData> = {}): RunPageData {
  const records: HistoryRecord[] = [start, topology(0, 40)]
  for (let e = 1; e <= 3; e++) {
    for (let k = 1; k <= 10; k++) records.push(step((e - 1) * 10 + k, { epoch: e }))
    if (e > 1) records.push(topology(e * 10, 40 + e * 10))
    records.push(epoch(e, 10, [0.5 + e / 10, e === 1 ? null : 0.6 + e / 100]))
  }
  return run(records, { bestEpoch: 3, slices: [slice], ...given })
}
