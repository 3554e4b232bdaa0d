// What becomes of numbers that a checkpoint keeps in another type than a model's own, single precision.
import type { NamedTensors } from './named-tensors.ts'
import type { Source } from './naming.ts'

/** A line for each type of the tensors that are taken, but single precision itself. */
export function conversions(
  sources: ReadonlyMap<string, Source>,
  { entries }: NamedTensors,
): readonly string[] {
  const counts = new Map<string, number>()
  for (const { tensor } of sources.values()) {
    const dtype = entries.get(tensor)?.dtype ?? ''
    if (dtype !== 'F32') counts.set(dtype, (counts.get(dtype) ?? 0) + 1)
  }
  return [...counts].map(
    ([dtype, count]) =>
      `${dtype} in ${count} ${count === 1 ? 'tensor' : 'tensors'}, ${losses.get(dtype) ?? ''}`,
  )
}

const exact = 'which F32 holds exactly'
const wholes = 'whole numbers, which F32 holds exactly up to 16,777,216'
const losses: ReadonlyMap<string, string> = new Map([
  ['F64', 'rounded to F32, from 53 bits to 24'],
  ['F16', exact],
  ['BF16', exact],
  ['I16', exact],
  ['U16', exact],
  ['I32', wholes],
  ['U32', wholes],
  ['I64', wholes],
  ['U64', wholes],
])
