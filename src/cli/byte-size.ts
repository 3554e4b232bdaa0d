// Sizes of memory as people write them on the command line: `8GiB`, `512MiB`, `0`.
import { binarySuffixes } from '../compiler/syntax/lower-literals.ts'

/** Whole bytes; undefined where the text is no size. */
export function readByteSize(text: string): number | undefined {
  const [, digits = '', suffix = ''] = /^(\d+(?:\.\d+)?)([KMGT]iB)?$/.exec(text) ?? []
  const power = suffix === '' ? 0 : binarySuffixes[suffix]
  if (digits === '' || power === undefined) return undefined
  const bytes = Math.floor(Number(digits) * 2 ** power)
  return Number.isSafeInteger(bytes) && (suffix !== '' || !digits.includes('.')) ? bytes : undefined
}
