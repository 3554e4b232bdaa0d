// HTML as values: what comes from a template is markup, everything put into it is text until it says otherwise.

/** A piece of well-formed HTML. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What a template takes: text and numbers are escaped, lists are joined, nothing is left out. */
export type Piece = Markup | string | number | false | null | undefined | readonly Piece[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

// oxlint-disable-next-line no-control-regex -- these are what is looked for
const special = /[&<>"'\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFE\uFFFF]/

/** Text for elements and quoted attributes. What HTML forbids even as a reference (control characters) is shown as U+FFFD. */
export function escapeText(text: string): string {
  if (!special.test(text)) return text
  return (
    text
      // oxlint-disable-next-line no-control-regex -- these are what is looked for
      .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFE\uFFFF]/g, '\uFFFD')
      .replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
  )
}

/** A template of HTML: `markup`…`<p>${name}</p>`. Attributes are to be quoted where they stand. */
export function markup(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  let all = strings[0] ?? ''
  for (let k = 0; k < pieces.length; k += 1) all += textOf(pieces[k]) + (strings[k + 1] ?? '')
  return new Markup(all)
}

/** Markup that was made elsewhere and is known to be well formed. */
export function trusted(text: string): Markup {
  return new Markup(text)
}

function textOf(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return ''
  if (piece instanceof Markup) return piece.text
  if (typeof piece === 'object') {
    let all = ''
    for (const one of piece) all += textOf(one)
    return all
  }
  return escapeText(String(piece))
}
