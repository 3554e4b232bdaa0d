// NumPy's `RandomState(seed).choice(values, n)`, with replacement: which voxels nnU-Net draws for its statistics of intensities.
// MT19937 by Matsumoto and Nishimura, "Mersenne Twister", ACM TOMACS 8, 1998; bounded numbers by masks, as NumPy's legacy generator has them.

const size = 624
const middle = 397

export interface RandomState {
  /** A whole number from 0 to `most`, each as likely as any other; `most` is below 2³². */
  upTo(most: number): number
}

export function randomState(seed: number): RandomState {
  const state = seeded(seed)
  let at = size
  const next = (): number => {
    if (at === size) {
      twist(state)
      at = 0
    }
    return tempered(state[at++] ?? 0)
  }
  return {
    upTo: (most) => {
      if (most === 0) return 0
      const mask = 2 ** (32 - Math.clz32(most)) - 1
      for (;;) {
        const value = (next() & mask) >>> 0
        if (value <= most) return value
      }
    },
  }
}

function seeded(seed: number): Uint32Array {
  const state = new Uint32Array(size)
  state[0] = seed
  for (let k = 1; k < size; k++) {
    const before = state[k - 1] ?? 0
    state[k] = Math.imul(1812433253, before ^ (before >>> 30)) + k
  }
  return state
}

function twist(state: Uint32Array): void {
  for (let k = 0; k < size; k++) {
    const next = k + 1 < size ? k + 1 : 0
    const far = k + middle < size ? k + middle : k + middle - size
    const bits = ((state[k] ?? 0) & 0x80000000) | ((state[next] ?? 0) & 0x7fffffff)
    state[k] = (state[far] ?? 0) ^ (bits >>> 1) ^ (bits & 1 ? 0x9908b0df : 0)
  }
}

function tempered(value: number): number {
  let bits = value ^ (value >>> 11)
  bits ^= (bits << 7) & 0x9d2c5680
  bits ^= (bits << 15) & 0xefc60000
  return bits ^ (bits >>> 18)
}
