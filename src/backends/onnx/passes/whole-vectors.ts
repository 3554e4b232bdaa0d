// A grouped convolution whose groups read no whole vectors of channels, as one that does and a dense one of the few channels left over.
// Runtimes have fast kernels for both, and for the grouped one as it is none: 17, 19 or 23 channels a group take 1.2 to 1.4 times as long (ONNX
// Runtime 1.30, AVX-512, 48 and 96 outputs).
import type { Numbers } from '../../../weights/weights.ts'

/** Channels that fast kernels take at a time. Below that they take any number of a dense convolution. */
export const vector = 16

/** What is multiplied may be so many times what is asked for: channels left over are read by groups too that have no use of them. */
const greatestFill = 5 / 4

export interface WholeVectors {
  /** For each group the channels that it reads itself. */
  readonly main: readonly (readonly number[])[]
  /** Channels that the dense convolution reads. */
  readonly rest: readonly number[]
  /** The weight `[outputs, fan-in, …]` of the grouped convolution, whose kernels have so many elements, for either part. */
  weightOfMain(numbers: Numbers, outputs: number, elements: number): Numbers
  weightOfRest(numbers: Numbers, outputs: number, elements: number): Numbers
}

/** `picks`: for each group the channels that it reads, equally many, each once. Undefined where it would not pay. */
export function inWholeVectors(picks: readonly (readonly number[])[]): WholeVectors | undefined {
  const [{ length: fanIn } = []] = picks
  const whole = fanIn - (fanIn % vector)
  if (whole === 0 || whole === fanIn) return undefined
  const moved = leftOver(picks, fanIn - whole)
  const rest = [...new Set(moved.flatMap((one) => [...one]))].sort((a, b) => a - b)
  if (rest.length >= vector || whole + rest.length > greatestFill * fanIn) return undefined
  const main = picks.map((one, group) => one.filter((channel) => moved[group]?.has(channel) !== true))
  const places = (wanted: readonly number[], group: number): number[] =>
    wanted.map((channel) => picks[group]?.indexOf(channel) ?? -1)
  const ofMain = main.map(places)
  const ofRest = moved.map((own, group) =>
    places(rest, group).map((place, at) => (own.has(rest[at] ?? -1) ? place : -1)),
  )
  return {
    main,
    rest,
    weightOfMain: (numbers, outputs, elements) => picked(numbers, ofMain, { fanIn, outputs, elements }),
    weightOfRest: (numbers, outputs, elements) => picked(numbers, ofRest, { fanIn, outputs, elements }),
  }
}

/** For each group `spare` of its channels, such that they are few for all groups together: first those that most groups can spare. */
function leftOver(picks: readonly (readonly number[])[], spare: number): Set<number>[] {
  const moved = picks.map(() => new Set<number>())
  const open = picks.map((one) => new Set(one))
  const takers = (channel: number): number[] =>
    picks.flatMap((_, group) =>
      open[group]?.has(channel) === true && (moved[group]?.size ?? spare) < spare ? [group] : [],
    )
  const channels = [...new Set(picks.flat())].sort((a, b) => a - b)
  while (moved.some(({ size }) => size < spare)) {
    const counts = channels.map((channel) => takers(channel).length)
    const chosen = channels[counts.indexOf(Math.max(...counts))] ?? -1
    for (const group of takers(chosen)) {
      moved[group]?.add(chosen)
      open[group]?.delete(chosen)
    }
  }
  return moved
}

interface Kernels {
  readonly fanIn: number
  readonly outputs: number
  readonly elements: number
}

/** Kernels of a weight by their places among those of an output, group by group; zeros for -1. */
function picked(
  numbers: Numbers,
  places: readonly (readonly number[])[],
  { fanIn, outputs, elements }: Kernels,
): Numbers {
  const perGroup = outputs / places.length
  const rows = Array.from({ length: outputs }, (_, output) => places[Math.floor(output / perGroup)] ?? [])
  const width = places[0]?.length ?? 0
  const found = new Float64Array(outputs * width * elements)
  rows.forEach((row, output) =>
    row.forEach((place, at) => {
      if (place < 0) return
      const from = (output * fanIn + place) * elements
      found.set(numbers.subarray(from, from + elements), (output * width + at) * elements)
    }),
  )
  return found
}
