// What people see while cases are predicted or evaluated: where it stands, what fails, and all of that once more at the end.
import { expect, test } from 'vitest'
import { caseListeners, failedText } from '../../src/cli/commands/case-listeners.ts'
import type { Terminal } from '../../src/cli/terminal.ts'
import { problem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { plainStyle } from '../../src/compiler/text/style.ts'

function watched(isWatched: boolean): { readonly terminal: Terminal; readonly shown: string[] } {
  const shown: string[] = []
  const err = (text: string): void => void shown.push(text)
  const other = (): never => {
    throw new Error('nothing goes to stdout here')
  }
  const look = { width: 120, unicode: false, isWatched, outStyle: plainStyle, errStyle: plainStyle }
  const redraw = (line: string): void => void shown.push(`line: ${line}`)
  return { terminal: { ...look, err, out: other, document: other, redraw }, shown }
}

const progress = { name: 'ct_7', number: 3, cases: 12, window: 40, windows: 96, share: 0.25 }
const cut = problem('nifti-truncated', { path: 'in/a_0000.nii', bytes: 5, needed: 9 })

test('a line says which case and which window, where a person watches', () => {
  const { terminal, shown } = watched(true)
  const listeners = caseListeners('predicting', 'run', terminal)
  listeners.onProgress(progress)
  expect(shown).toEqual([
    'line: predicting ######.................. 25 %  ct_7, case 3 of 12, window 40 of 96',
  ])
  listeners.onFailure({ name: 'a', problem: cut })
  // The line goes before the diagnostic comes.
  expect(shown[1]).toBe('line: ')
  expect(shown[2]).toMatch(/^error\[WEFT835\]: in\/a_0000.nii is cut off/)
})

test('elsewhere only what fails is said, and all of it at the end', () => {
  const { terminal, shown } = watched(false)
  const listeners = caseListeners('predicting', 'run', terminal)
  listeners.onProgress(progress)
  expect(shown).toEqual([])
  listeners.onFailure({ name: 'a', problem: cut })
  expect(shown.join('')).toMatch(/^error\[WEFT835\]/)
  expect(failedText([])).toBe('')
  expect(failedText([{ name: 'a', problem: cut }])).toBe(
    'failed: 1 case\n  a: in/a_0000.nii is cut off: its header asks for 9 bytes, and there are 5\n',
  )
})
