// NumPy's `RandomState(seed).choice(values, n)`, with replacement: which voxels nnU-Net draws for its statistics of intensities. Its generator is the
// Mersenne Twister; numbers up to a bound are drawn by masks, as NumPy's legacy generator does.
import { mersenne } from 'pure-rand/generator/mersenne'

export interface RandomState {
  /** A whole number from 0 to `most`, each as likely as any other; `most` is below 2³². */
  upTo(most: number): number
}

export function randomState(seed: number): RandomState {
  const generator = mersenne(seed)
  return {
    upTo: (most) => {
      if (most === 0) return 0
      const mask = 2 ** (32 - Math.clz32(most)) - 1
      for (;;) {
        const value = (generator.next() & mask) >>> 0
        if (value <= most) return value
      }
    },
  }
}
