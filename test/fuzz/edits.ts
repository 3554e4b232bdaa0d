// Random edits of an open document: nothing crashes, and what a server has gone through shows in no answer.
import { codeLenses } from '../../src/lsp/code-lens.ts'
import { completions } from '../../src/lsp/completion.ts'
import { fixOf, shownDiagnostics } from '../../src/lsp/diagnostics.ts'
import { Documents, type OpenDocument, type Place } from '../../src/lsp/documents.ts'
import { hover } from '../../src/lsp/hover.ts'
import { inlayHints } from '../../src/lsp/inlay-hints.ts'
import { declarationAt, nameAt, usesOf } from '../../src/lsp/links.ts'
import { elaborate, type Findings } from '../../src/lsp/reading.ts'
import { rename } from '../../src/lsp/rename.ts'
import { semanticTokens } from '../../src/lsp/semantic-tokens.ts'
import { signatureHelp } from '../../src/lsp/signature-help.ts'
import { documentSymbols, foldingRanges } from '../../src/lsp/symbols.ts'
import { mutateTokens } from './mutate.ts'
import { random, type Random } from './random.ts'

const path = 'edited.weft'

const place: Place = {
  entry: path,
  host: { read: () => undefined },
  uriOf: (one) => `file:///${one}`,
  specs: () => [path],
}

/** A text as it is after the next edit: often a whole one again, so that there is something to elaborate. */
export const nextText = (text: string, original: string, by: Random): string =>
  by.chance(0.2) || text.length > 2 * original.length ? original : mutateTokens(text, by)

export interface EditPlan {
  readonly original: string
  readonly seed: number
  readonly edits: number
  /** So many edits lie between two comparisons with a fresh server. */
  readonly between: number
}

/** The first way in which a server that has seen all edits differs from one that has seen none; undefined where there is none. */
export function differenceAfterEdits({ original, seed, edits, between }: EditPlan): string | undefined {
  const by = random(seed)
  const documents = new Documents()
  const document = documents.open(place.uriOf(path), place, original)
  let text = original
  for (let edit = 1; edit <= edits; edit++) {
    text = nextText(text, original, by)
    documents.change(document, text)
    const offsets = Array.from({ length: 6 }, () => by.below(text.length + 1))
    // Asked while nothing is elaborated, as while somebody types.
    answers(documents, document, offsets)
    if (edit % between !== 0) continue
    const used = settled(documents, document, offsets)
    const fresh = new Documents()
    const again = settled(fresh, fresh.open(place.uriOf(path), place, text), offsets)
    const at = used.findIndex((one, k) => one !== again[k])
    if (at >= 0)
      return `after ${edit} edits with seed ${seed}, answer ${at}:\n${used[at]}\nfresh:\n${again[at]}\n\n${text}`
  }
  return undefined
}

/** Answers of a document that is elaborated; of one that cannot be, those that need no numbers. */
function settled(documents: Documents, document: OpenDocument, offsets: readonly number[]): string[] {
  const found = elaborated(documents, document)
  documents.settle(document, found)
  if (found.elaborated === undefined) document.elaborated = undefined
  const reading = documents.read(document)
  const shown = shownDiagnostics(reading, found.diagnostics, (one) => place.uriOf(one))
  const fixes = shown.map((one) => fixOf(reading, one) ?? null)
  return [JSON.stringify(shown), JSON.stringify(fixes), ...answers(documents, document, offsets)]
}

function elaborated(documents: Documents, document: OpenDocument): Findings {
  const steps = elaborate(documents.read(document))
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

const whole = { start: { line: 0, character: 0 }, end: { line: 1e6, character: 0 } }

function answers(documents: Documents, document: OpenDocument, offsets: readonly number[]): string[] {
  const reading = documents.read(document)
  const records = documents.records(document)
  const { elaborated: numbers, uri } = document
  const found: unknown[] = [
    documentSymbols(reading),
    foldingRanges(reading),
    semanticTokens(reading, records),
    inlayHints(reading, numbers, whole, { shapes: true, costs: true }),
    codeLenses(reading, uri, numbers),
  ]
  for (const offset of offsets) {
    const declared = nameAt(path, offset, records)
    found.push(
      hover(reading, numbers, records, offset),
      completions(reading, records, offset, () => documents.importable(document)),
      signatureHelp(reading, records, offset),
      declarationAt(path, offset, records),
      declared === undefined ? [] : usesOf(declared, records),
    )
  }
  const [first] = offsets
  if (first !== undefined) found.push(rename(path, first, 'another', documents.project(document)))
  return found.map((one) => JSON.stringify(one ?? null))
}
