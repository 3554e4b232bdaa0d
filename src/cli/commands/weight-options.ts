// Options shared by the commands that need weights: from a file, or as the spec begins them.
import type { Argv } from 'yargs'
import type { Weights } from '../../weights/weights.ts'
import type { Terminal } from '../terminal.ts'
import type { CompiledNetwork } from './compile-network.ts'

export interface WeightArgs {
  readonly weights: string | undefined
  readonly rename: string | undefined
  readonly seed: number
}

/** Adds `--weights --rename --seed`. */
export function withWeightOptions<T>(yargs: Argv<T>): Argv<T & WeightArgs> {
  return yargs
    .option('weights', {
      describe: 'weights from a safetensors file; without it they begin as the spec says',
      type: 'string',
      requiresArg: true,
    })
    .option('rename', {
      describe: 'a map from the names in that file to the paths of this network (examples/maps)',
      type: 'string',
      requiresArg: true,
      implies: 'weights',
    })
    .option('seed', {
      describe: 'seed of initial weights',
      type: 'number',
      default: 1,
      requiresArg: true,
    })
    .check(({ seed }) => Number.isSafeInteger(seed) || '--seed takes a whole number')
}

export interface OpenedWeights {
  readonly weights: Weights
  /** `seed 1`, or the file that they come from. */
  readonly origin: string
  close(): void
}

/** The weights that the options ask for; undefined after what is wrong with them has been shown. */
export async function readWeights(
  { seed }: WeightArgs,
  { graph }: Pick<CompiledNetwork, 'graph' | 'show'>,
  _outputs: 'inference' | 'all',
  _terminal: Terminal,
): Promise<OpenedWeights | undefined> {
  const { initialise } = await import('../../weights/initialise.ts')
  return { weights: initialise(graph, seed), origin: `seed ${seed}`, close: () => {} }
}
