// Work that a signal may end: the first one asks it to stop and save, the second one ends the process at once.
import type { ExitCode } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'

const signals = ['SIGINT', 'SIGTERM'] as const

export async function untilStopped(
  terminal: Terminal,
  work: (signal: AbortSignal) => Promise<ExitCode>,
): Promise<ExitCode> {
  const controller = new AbortController()
  const stop = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143)
    controller.abort()
    terminal.err('\nstopping after this step; once more to stop at once\n')
  }
  for (const signal of signals) process.on(signal, stop)
  try {
    return await work(controller.signal)
  } finally {
    for (const signal of signals) process.off(signal, stop)
  }
}
