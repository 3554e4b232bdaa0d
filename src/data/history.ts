// What a training run writes down, one JSON object per line of `history.jsonl`, and reads back for its page.

/** One training step. */
export interface StepRecord {
  readonly kind: 'step'
  /** Counted from 1. */
  readonly step: number
  readonly epoch: number
  readonly loss: number
  readonly learningRate: number
  /** Norm of all gradients before clipping. */
  readonly gradientNorm: number
  /** Wall seconds of the step. */
  readonly seconds: number
}

/** The end of an epoch: validation on whole cases. */
export interface EpochRecord {
  readonly kind: 'epoch'
  readonly epoch: number
  readonly step: number
  /** Mean training loss over the epoch. */
  readonly loss: number
  /** Mean Dice of each foreground class over the validation cases that have it; null where none has. */
  readonly dice: readonly (number | null)[]
  readonly meanDice: number | null
  /** How many cases were validated on. */
  readonly cases: number
  /** Wall seconds since the run began, without pauses between resumptions. */
  readonly elapsedSeconds: number
}

/** One topology update of dynamic sparse fusion, or the topology that a run begins with. */
export interface TopologyRecord {
  readonly kind: 'topology'
  /** The step that it began; 0 for the topology at the beginning of the run. */
  readonly step: number
  readonly epoch: number
  /** Fraction of active connections that was dropped. */
  readonly rate: number
  /** Per masked weight. */
  readonly weights: readonly {
    readonly path: string
    readonly active: number
    readonly total: number
    readonly dropped: number
    readonly grown: number
    /** Connections that are active now and were not before. */
    readonly activated: number
  }[]
  /** Share of active connections per edge of each fused node, after the update; the first record of a run, at step 0, is the initial topology. */
  readonly edges: readonly {
    /** Path of the fusion. */
    readonly fusion: string
    readonly node: readonly number[]
    /** Direction: `forward`, `upward`, `downward`. */
    readonly edge: string
    readonly active: number
    readonly total: number
  }[]
}

/** The run was started or resumed here. */
export interface StartRecord {
  readonly kind: 'start'
  readonly step: number
  readonly backend: string
  readonly time: string
  /** What could not be used of the run's files when it went on, and what took its place. */
  readonly notes?: readonly string[]
}

export type HistoryRecord = StartRecord | StepRecord | EpochRecord | TopologyRecord
