// Signals that ask the program to end, heard while there is something to clear away first. Node hands them over between turns only.

export const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
export type Listener = (signal: NodeJS.Signals) => void

/** A listener is there once, however often it is asked for. */
export function listen(listener: Listener): void {
  for (const signal of endingSignals)
    if (!process.listeners(signal).includes(listener)) process.on(signal, listener)
}

export function stopListening(listener: Listener): void {
  for (const signal of endingSignals) process.off(signal, listener)
}

/** Stops once the signals that have come by now are handed over: one that nobody hears then would be lost. */
export function stopListeningLater(listener: Listener): void {
  setImmediate(() => setImmediate(() => stopListening(listener)))
}

/** Ends the program as the signal would have. Where the program has listeners of its own, they are told already, and it is theirs to end. */
export function obey(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
}
