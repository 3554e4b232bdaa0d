// The arguments of the call at a place, and which of them is being written.
import { builtinText, describedAt, operatorEntry, paramText } from './described.ts'
import { around } from './around.ts'
import { declarationAt, type Records } from './links.ts'
import { markdown, type Markup } from './protocol.ts'
import type { Reading } from './reading.ts'
import { lookupNames } from './scopes.ts'

export interface SignatureHelp {
  readonly signatures: {
    readonly label: string
    readonly documentation?: Markup
    readonly parameters: { readonly label: string; readonly documentation?: Markup }[]
  }[]
  readonly activeSignature: 0
  readonly activeParameter: number
}

interface Signature {
  readonly doc: string | undefined
  readonly parameters: readonly { readonly name: string; readonly text: string; readonly doc: string }[]
}

export function signatureHelp(reading: Reading, records: Records, offset: number): SignatureHelp | undefined {
  const { call } = around(reading.file.text, offset)
  if (call === undefined) return undefined
  const signature = signatureOf(call.callee, reading, records, offset)
  if (signature === undefined) return undefined
  const { parameters, doc } = signature
  const named = parameters.findIndex(({ name }) => name === call.argument)
  const label = `${call.callee}(${parameters.map(({ text }) => text).join(', ')})`
  return {
    signatures: [
      {
        label,
        ...(doc === undefined ? {} : { documentation: markdown(doc) }),
        parameters: parameters.map((one) => ({
          label: one.text,
          ...(one.doc === '' ? {} : { documentation: markdown(one.doc) }),
        })),
      },
    ],
    activeSignature: 0,
    activeParameter: named >= 0 ? named : Math.max(0, call.position),
  }
}

function signatureOf(
  callee: string,
  { path, spec, file }: Reading,
  records: Records,
  offset: number,
): Signature | undefined {
  const entry = lookupNames(records.get(path), offset).get(callee)
  if (entry === undefined) return undefined
  const operator = entry.callable?.operator === true ? operatorEntry(callee) : undefined
  if (operator !== undefined) {
    const parameters = operator.arguments.map(({ name, type, default: value, doc }) => ({
      name,
      text: value === null ? `${name}: ${type}` : `${name}: ${type} = ${value}`,
      doc,
    }))
    return { doc: operator.text, parameters }
  }
  if (entry.span.file === '') {
    const builtin = builtinText(callee)
    return builtin === undefined ? undefined : { doc: `${builtin.usage}: ${builtin.doc}`, parameters: [] }
  }
  const place = declarationAt(entry.span.file, entry.span.start, records) ?? entry.span
  const module = spec.modules.get(place.file)
  if (module === undefined) return undefined
  const text = place.file === path ? file.text : (spec.sources.get(place.file)?.text ?? '')
  const declared = describedAt(module.syntax, text, place)
  if (declared === undefined || !('params' in declared.node)) return undefined
  const parameters = declared.node.params.map((one) => ({
    name: one.name.name,
    text: paramText(one, text),
    doc: one.doc ?? '',
  }))
  return { doc: declared.doc, parameters }
}
