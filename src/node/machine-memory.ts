// How much memory there is.
import { totalmem } from 'node:os'
import process from 'node:process'

/** The machine's memory in bytes, or the container's limit where that is lower. */
export function machineMemory(): number {
  // 0, undefined or a number beyond the machine's memory where there is no limit.
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(totalmem(), limit) : totalmem()
}
