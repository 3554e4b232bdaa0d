// Streams of random numbers, each named by a seed and a text: what one stream gives never depends on how much another was used.
import { xoroshiro128plusFromState, type xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** `next` gives 32 bits as a signed integer. */
export type Stream = ReturnType<typeof xoroshiro128plus>

/** The stream of a seed for one purpose: `weights` of `encoder.level[0].Unit[0].conv.weight`. */
export function stream(seed: number, purpose: string, path: string): Stream {
  return xoroshiro128plusFromState(hash128(`${seed}\n${purpose}\n${path}`))
}

const multipliers = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93] as const

/**
 * Four words from a text, its UTF-16 units mixed into each with a multiplier of its own, then spread with MurmurHash3's finaliser
 * (Appleby, `fmix32`). A generator needs a state that is not zero and differs from text to text; it needs no secrecy.
 */
function hash128(text: string): [number, number, number, number] {
  const words: [number, number, number, number] = [0, 1, 2, 3]
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    for (const word of [0, 1, 2, 3] as const) {
      const mixed = Math.imul(words[word] ^ unit, multipliers[word])
      words[word] = mixed ^ (mixed >>> 15)
    }
  }
  const [a, b, c, d] = words
  return [spread(a ^ text.length), spread(b ^ a), spread(c ^ b), spread(d ^ c) | 1]
}

function spread(word: number): number {
  let bits = word
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}
