// What is wrong, as it is told: beside the numbers in one text, below the editor as a list that leads to the places.
import type { Diagnostic } from 'vscode-languageserver-protocol'
import type { Finding } from '../asked.ts'

/** The place is told too: a slider moves where no text is looked at. */
export const refusalText = (findings: readonly Finding[]): string => {
  const [first] = findings
  if (first === undefined) return 'There is no network'
  const { code, message, help, place: at } = first
  return `${code}, line ${at.line} of ${at.file}: ${message}${help === undefined ? '' : `; ${help}`}`
}

/** Makes the list anew; an item leads to its place. */
export function listFindings(
  list: HTMLElement,
  found: readonly Diagnostic[],
  goTo: (line: number, column: number) => void,
): void {
  list.replaceChildren(...found.map((one) => findingItem(one, goTo)))
  list.hidden = found.length === 0
}

function findingItem(
  { code, message, range: { start } }: Diagnostic,
  goTo: (line: number, column: number) => void,
): HTMLElement {
  const text = typeof message === 'string' ? message : message.value
  const [line, column] = [start.line + 1, start.character + 1]
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = `${code ?? ''}, line ${line}, column ${column}: ${text}`
  button.addEventListener('click', () => goTo(line, column))
  const item = document.createElement('li')
  item.append(button)
  return item
}
