// Which connections of a masked weight its numbers have.
import { connectionOfRow, type MaskedWeight } from '../compiler/ir/connections.ts'
import type { Numbers } from './weights.ts'

/** A 1 for each connection whose numbers are not all zero. */
export function activeConnections(numbers: Numbers, weight: MaskedWeight): Uint8Array {
  const { elements, total } = weight.mask
  const active = new Uint8Array(total)
  const connectionOf = connectionOfRow(weight)
  for (let row = 0; row * elements < numbers.length; row++)
    if (hasNonzero(numbers, row * elements, (row + 1) * elements)) active[connectionOf(row)] = 1
  return active
}

export const activeCount = (active: Uint8Array): number => active.reduce((total, one) => total + one, 0)

function hasNonzero(numbers: Numbers, begin: number, end: number): boolean {
  for (let at = begin; at < end; at++) if (numbers[at] !== 0) return true
  return false
}
