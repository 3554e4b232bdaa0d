// Two ways to go through work that is cut into steps, for instance the chunks of files: at once, and with a turn for everything else after
// each step, so that a signal ends it.
import { listen, obey, stopListening, stopListeningLater } from './signals.ts'

/** Work that may be abandoned between two steps: its `finally` blocks clear away what it has begun. */
export type Stepwise<T> = Generator<undefined, T, undefined>

/** Signals wait until it is done. */
export function atOnce<T>(work: Stepwise<T>): T {
  listen(obeyed)
  try {
    for (;;) {
      const step = work.next()
      if (step.done === true) return step.value
    }
  } finally {
    stopListeningLater(obeyed)
  }
}

function obeyed(signal: NodeJS.Signals): void {
  stopListening(obeyed)
  obey(signal)
}

/** A signal abandons it after the step and ends the program, unless the program listens for signals itself. */
export async function inTurns<T>(work: Stepwise<T>): Promise<T> {
  let heard: NodeJS.Signals | undefined
  let isDone = false
  const end = (): void => {
    stopListening(listener)
    if (heard !== undefined) obey(heard)
  }
  const listener = (signal: NodeJS.Signals): void => {
    heard = signal
    if (isDone) end()
  }
  listen(listener)
  try {
    for (;;) {
      const step = work.next()
      if (step.done === true) return step.value
      await new Promise((resolve) => setImmediate(resolve))
      if (heard === undefined || process.listenerCount(heard) > 1) continue
      abandon(work)
      end()
    }
  } finally {
    isDone = true
    if (heard === undefined) stopListeningLater(listener)
    else end()
  }
}

function abandon(work: Stepwise<unknown>): void {
  work.return(undefined)
}
