// Bytes to an open file, all of them: also where it is a pipe that another process has made non-blocking.
import { writeSync } from 'node:fs'

/** How long a full pipe is left alone. */
const pauseMs = 5

/** From a position on, or where the file stands. Gives how many bytes there are. */
export function writeFully(fd: number, bytes: Uint8Array, position?: number): number {
  let done = 0
  while (done < bytes.length)
    done += writeSome(fd, bytes, done, position === undefined ? null : position + done)
  return done
}

function writeSome(fd: number, bytes: Uint8Array, from: number, position: number | null): number {
  try {
    return writeSync(fd, bytes, from, bytes.length - from, position)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs)
    return 0
  }
}
