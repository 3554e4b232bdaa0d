// What a command's exit status means, and which one its diagnostics ask for.
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts'

export const exitCodes = {
  clean: 0,
  /** An error in what was given. */
  error: 1,
  /** A budget is exceeded and nothing else is wrong; for `fmt --check`, a file is not in canonical form; for `diff`, networks differ. */
  differs: 2,
  /** An error of ours. */
  internal: 70,
  /** Ctrl-C asked a run to stop; its state is saved. As shells give it for an interrupted program. */
  stopped: 130,
  /** The same by SIGTERM. */
  terminated: 143,
  /** The same by SIGHUP: the terminal was closed. */
  hungUp: 129,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export function exitCodeFor(
  diagnostics: readonly Diagnostic[],
  warnings: 'allowed' | 'refused' = 'allowed',
): ExitCode {
  const broken = diagnostics.filter((one) => one.severity === 'error' || warnings === 'refused')
  if (broken.length === 0) return exitCodes.clean
  return broken.every((one) => one.name === 'budget-exceeded') ? exitCodes.differs : exitCodes.error
}
