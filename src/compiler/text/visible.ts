// Text of a user on its way to a terminal or a page.

/** Tabs as two spaces; control characters and direction marks, which could disguise the text, as `�`. */
export function visible(text: string): string {
  return text.replaceAll('\t', '  ').replaceAll(/[^\P{Cc}\n]|\p{Bidi_Control}/gu, '\uFFFD')
}
