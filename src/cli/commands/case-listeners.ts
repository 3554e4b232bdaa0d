// What people are told while a list of cases is worked through, and of those that failed.
import { messageOf, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { CaseListeners, FailedCase } from '../../node/runs/case-list.ts'
import { commandFindings, showFindings } from '../display.ts'
import { progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'

/** What people are told while a list of cases is worked through. */
export function caseListeners(
  label: string,
  run: string,
  terminal: Terminal,
): Required<CaseListeners> & { clear(): void } {
  const line = progress(label, terminal)
  const tell = (found: Problem): void => {
    line.clear()
    showFindings([commandFindings(found, run)], terminal)
  }
  return {
    onWarning: tell,
    onFailure: ({ problem: found }) => tell(found),
    onProgress: ({ name, number, cases, window, windows, share }) =>
      line.show(share, 1, `${name}, case ${number} of ${cases}, window ${window} of ${windows}`),
    clear: () => line.clear(),
  }
}

/** At the end: what was not done, each with its reason. */
export function failedText(failed: readonly FailedCase[]): string {
  const rows = failed.map(({ name, problem: found }) => `  ${name}: ${messageOf(found)}\n`)
  return failed.length === 0 ? '' : `failed: ${counted(failed.length)}\n${rows.join('')}`
}

const counted = (cases: number): string => `${cases} case${cases === 1 ? '' : 's'}`
