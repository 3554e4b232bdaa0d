// Arguments from outside have a source text each; its name says so, and which parameter it is for.
const opening = '<argument '

/** The name under which an argument's text is shown in diagnostics. */
export const argumentFile = (name: string): string => `${opening}${name}>`

export const isArgumentFile = (file: string): boolean => file.startsWith(opening)

/** The parameter that such a text is for; undefined in other files. */
export const argumentOf = (file: string): string | undefined =>
  isArgumentFile(file) ? file.slice(opening.length, -1) : undefined
