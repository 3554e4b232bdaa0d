// How much memory there is.
import { freemem, totalmem } from 'node:os'

/** The machine's memory in bytes, or the container's limit where that is lower. */
export function machineMemory(): number {
  // 0, undefined or a number beyond the machine's memory where there is no limit.
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(totalmem(), limit) : totalmem()
}

/** Of the machine's memory, what may be live at once: the rest is for the system and for Node. */
const usableShare = 0.9

/** Bytes of `memory` that may be live at once, and what they are called. */
export function usableMemory(memory: number = machineMemory()): {
  readonly bytes: number
  readonly held: string
} {
  return { bytes: Math.floor(memory * usableShare), held: "nine tenths of this machine's memory" }
}

/** Bytes that may be taken now, of the machine or of the container. */
export function freeMemory(): number {
  // Older versions of Node know the container's limit alone.
  const known = 'availableMemory' in process ? process.availableMemory() : freemem()
  return Math.min(known, machineMemory())
}
