// What `weft predict` is given, and says of a case, by whichever kind of network.
import { isPicture } from '../../data/picture.ts'
import type { PredictedCase } from '../../node/runs/predicted-case.ts'
import type { InferenceArgs } from './run-options.ts'

export interface PredictArgs extends InferenceArgs {
  readonly input: string
  readonly output: string
  readonly reference: 'nnunet' | undefined
  readonly threads: number | undefined
  readonly probabilities: boolean | undefined
  readonly resume: boolean | undefined
}

/** The file and the volume of each class in it. */
export function caseLine({ path, volumes }: PredictedCase, classes: readonly string[]): string {
  // Nothing says how large a pixel is: one counts as a millimetre each way.
  const size = (volume: number): string =>
    isPicture(path) ? `${Math.round(1000 * volume)} pixels` : `${volume.toFixed(2)} ml`
  const found = classes.slice(1).map((name, k) => `${name} ${size(volumes[k + 1] ?? 0)}`)
  return `wrote ${path}  ${found.join(', ')}\n`
}
