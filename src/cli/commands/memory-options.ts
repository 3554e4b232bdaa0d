// Options of the commands that count memory: for how many images, in which type, with which optimiser.
import type { Argv } from 'yargs'

export interface MemorySetting {
  readonly batch: number
  readonly dtype: 'f32' | 'f16' | 'bf16'
  readonly optimizer: 'sgd' | 'momentum' | 'adam'
}

/** Enough for any card, and few enough that no count of bytes passes 2^53 for a network that a machine can hold. */
const largestBatch = 4096

/** Adds `--batch --dtype --optimizer`. */
export function withMemorySetting<T>(yargs: Argv<T>): Argv<T & MemorySetting> {
  return yargs
    .option('batch', {
      describe: 'images at a time, for memory',
      type: 'number',
      default: 1,
      requiresArg: true,
    })
    .option('dtype', {
      describe: 'of activations; weights stay float32, as under autocast',
      choices: ['f32', 'f16', 'bf16'] as const,
      default: 'f32' as const,
    })
    .option('optimizer', {
      describe: 'what keeps state for each weight',
      choices: ['sgd', 'momentum', 'adam'] as const,
      default: 'momentum' as const,
    })
    .check(
      ({ batch }) =>
        (Number.isInteger(batch) && batch >= 1 && batch <= largestBatch) ||
        `--batch takes a whole number from 1 to ${largestBatch}`,
    )
}
