// The faults of the reading as diagnostics.
import type {
  Fault,
  ForeignForm,
  ForeignText,
  UnclosedBracket,
  UnexpectedToken,
} from '../../../grammar/faults.ts'
import type { DiagnosticBag, Related } from '../diagnostics/diagnostic.ts'
import { positionAt, span, type SourceFile, type Span } from '../text/source.ts'

export function reportFaults(file: SourceFile, faults: readonly Fault[], bag: DiagnosticBag): void {
  for (const fault of faults) reportFault(file, fault, bag)
}

function reportFault(file: SourceFile, fault: Fault, bag: DiagnosticBag): void {
  const place = span(file, fault.start, fault.end)
  switch (fault.kind) {
    case 'unexpected-text':
      return bag.report('unexpected-character', place, { text: fault.text })
    case 'unterminated-string':
      return bag.report('unterminated-string', place, {})
    case 'unclosed-bracket':
      return bag.report('unclosed-bracket', place, fault, { related: hiddenNote(file, fault) })
    case 'unmatched-bracket':
      return bag.report('unmatched-bracket', place, fault)
    case 'mismatched-bracket': {
      const opened = span(file, fault.openStart, fault.openStart + 1)
      const related = [{ span: opened, message: `\`${fault.open}\` is opened here` }]
      return bag.report('mismatched-bracket', place, fault, { related })
    }
    case 'unexpected-token':
      return reportUnexpected(file, fault, bag)
    case 'misspelt-keyword':
      return bag.report('misspelt-keyword', place, fault)
    case 'reserved-name':
      return bag.report('reserved-word', place, fault)
    case 'foreign':
      return reportForeign(file, fault, bag)
    case 'misplaced':
      return bag.report('misplaced-statement', place, { ...fault, statement: fault.word })
    case 'too-deep':
      return bag.report('nesting-too-deep', place, {})
  }
}

/** Forms that are characters of no token of Weft. */
const characters = new Set<ForeignForm>(['hash-comment', 'semicolon', 'ampersands', 'exclamation'])

function reportForeign(file: SourceFile, fault: ForeignText, bag: DiagnosticBag): void {
  const { form, start, end, again } = fault
  if (!characters.has(form)) return bag.report('foreign-syntax', span(file, start, end), fault)
  const text = form === 'hash-comment' ? '#' : fault.found
  bag.report('unexpected-character', span(file, start, start + text.length), { text, again })
}

function hiddenNote(file: SourceFile, { comment }: UnclosedBracket): readonly Related[] {
  if (comment === undefined) return []
  return [{ span: span(file, comment.start, comment.end), message: 'this comment hides what would close it' }]
}

function reportUnexpected(file: SourceFile, fault: UnexpectedToken, bag: DiagnosticBag): void {
  const { expected, found, foundKind, previous, rule } = fault
  const related = fault.brace === undefined ? [] : [braceNote(file, fault.brace)]
  bag.report(
    'unexpected-token',
    placeOf(file, fault),
    { expected, found, foundKind, previous, rule, follows: !startsLine(file, fault) },
    { related },
  )
}

/** Rules in which something of its own stands where a statement should begin. */
const beginnings = new Set([
  'file',
  'declaration',
  'statement',
  'body',
  'settings',
  'resultsDecl',
  'backboneStmt',
  'fusionStmt',
  'nodeBody',
])

const startsLine = (file: SourceFile, { start, previousEnd }: UnexpectedToken): boolean =>
  positionAt(file, start).line > positionAt(file, previousEnd).line

/** What is missing at a line's end is shown there, not at whatever the next line begins with. */
function placeOf(file: SourceFile, fault: UnexpectedToken): Span {
  const { start, end, previousEnd, rule } = fault
  const isLater = startsLine(file, fault)
  if (beginnings.has(rule) && start < end) return span(file, start, end)
  if ((isLater || start === end) && previousEnd > 0) return span(file, previousEnd - 1, previousEnd)
  return span(file, start, end)
}

function braceNote(file: SourceFile, brace: NonNullable<UnexpectedToken['brace']>): Related {
  const place = span(file, brace.start, brace.end)
  return brace.kind === 'unclosed-bracket'
    ? { span: place, message: 'the braces do not pair: this `{` is never closed' }
    : { span: place, message: 'the braces do not pair: this `}` closes nothing' }
}
