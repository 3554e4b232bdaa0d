// The records of probes: small official networks whose weights and input are formulas, with the outputs that they gave.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { repository } from '../examples/compile-example.ts'
import type { Arguments } from '../examples/example-facts.ts'

export type NamedShape = readonly [name: string, shape: readonly number[]]

/** One record, as far as it is read here. */
export interface ProbeRecord {
  readonly name: string
  readonly config: Readonly<Record<string, unknown>>
  /** Of the example's network, as Weft values, where the record is one of our own. */
  readonly arguments?: Readonly<Record<string, unknown>>
  /** Weights: four numbers; the last is 0 unless the phase is quadratic. */
  readonly phase: { readonly weight: readonly number[]; readonly input: readonly number[] }
  readonly input_shape: readonly number[]
  readonly param_order: readonly NamedShape[]
  readonly buffer_order?: readonly NamedShape[]
  readonly outputs: readonly {
    readonly shape: readonly number[]
    readonly mean: number
    readonly std: number
    readonly min: number
    readonly max: number
    readonly float32_max_abs_diff: number
    /** By flat index. */
    readonly samples: Readonly<Record<string, number>>
  }[]
}

/** The network of an example that a record measures. */
export interface ProbeCase {
  readonly network: string
  readonly arguments: Arguments
  /** The file from the record's names, in `examples/maps/`, without its ending. */
  readonly map: string
  /** The reference interpreter would take long, and has the same operators in the record of another variant. */
  readonly withoutReference?: true
}

/** How records are read whose names begin so. */
export type ProbeSystem = readonly [start: string, of: (record: ProbeRecord) => ProbeCase]

const reference = `${repository}../shared/reference/probes.json`
/** Those that the scripts in `peers/` have recorded. */
const own = `${repository}test/weights/probes`

/** Without the reference only our own records are there. */
export const hasReference = existsSync(reference)

function readRecords(): ProbeRecord[] {
  const files = readdirSync(own).map((name) => `${own}/${name}`)
  return [...(hasReference ? [reference] : []), ...files].flatMap(
    (file) => JSON.parse(readFileSync(file, 'utf8')) as ProbeRecord[],
  )
}

export const probeRecords: readonly ProbeRecord[] = readRecords()
