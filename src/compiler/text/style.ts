// Colour as functions over text, so that no renderer knows whether there is any.

export interface Style {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  yellow(text: string): string
  green(text: string): string
  cyan(text: string): string
}

const same = (text: string): string => text

export const plainStyle: Style = { bold: same, dim: same, red: same, yellow: same, green: same, cyan: same }

/** A style by what each of the terminal's codes is written as. */
export function styleOf(codeText: (code: number) => string): Style {
  const paint =
    (open: number, close: number) =>
    (text: string): string =>
      text === '' ? '' : `${codeText(open)}${text}${codeText(close)}`
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    yellow: paint(33, 39),
    green: paint(32, 39),
    cyan: paint(36, 39),
  }
}

export const ansiStyle: Style = styleOf((code) => `\u001B[${code}m`)
