// Work that a signal may end: the first one asks it to stop and save, the second one ends the process at once.
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'

const endings = {
  SIGINT: exitCodes.stopped,
  SIGTERM: exitCodes.terminated,
  SIGHUP: exitCodes.hungUp,
} as const
type Ending = keyof typeof endings
const signals: readonly Ending[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Milliseconds in which a second signal is the first one again: Ctrl-C reaches every process of a terminal's foreground, and npm hands it
 * on to its child besides. Both wait until the step ends, since signals are heard between turns only.
 */
const echoMs = 500

/** Where the work gives `stopped`, the exit status is that of the signal. */
export async function untilStopped(
  terminal: Terminal,
  work: (signal: AbortSignal) => Promise<ExitCode>,
): Promise<ExitCode> {
  const controller = new AbortController()
  let first: { readonly ending: Ending; readonly at: number } | undefined
  const stop = (ending: Ending): void => {
    const now = performance.now()
    if (first !== undefined && now - first.at < echoMs) return
    if (first !== undefined) process.exit(endings[ending])
    first = { ending, at: now }
    controller.abort()
    if (terminal.isWatched) terminal.redraw('')
    terminal.err('stopping and saving; once more to stop at once\n')
  }
  for (const signal of signals) process.on(signal, stop)
  try {
    const code = await work(controller.signal)
    return code === exitCodes.stopped && first !== undefined ? endings[first.ending] : code
  } finally {
    for (const signal of signals) process.off(signal, stop)
  }
}
