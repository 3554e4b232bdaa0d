// What each name of a text is, for colours: the grammar of editors knows words and numbers, this knows what names stand for.
import { languageNames } from '../compiler/semantics/calls/language.ts'
import type { File } from '../compiler/syntax/ast.ts'
import { childrenOf, type AnyNode } from '../compiler/syntax/visit.ts'
import { describedAt } from './described.ts'
import { origins, type Records } from './links.ts'
import { positionOf } from './protocol.ts'
import type { Reading } from './reading.ts'

export const tokenTypes = [
  'class',
  'function',
  'parameter',
  'variable',
  'property',
  'enumMember',
  'type',
] as const
export const tokenModifiers = ['declaration', 'defaultLibrary'] as const

type TokenType = (typeof tokenTypes)[number]

interface Token {
  readonly start: number
  readonly length: number
  readonly type: TokenType
  readonly modifiers: number
}

const declaration = 1
const defaultLibrary = 2

/** As the protocol encodes them: five numbers each, relative to the token before. */
export function semanticTokens(reading: Reading, records: Records): number[] {
  if (reading.module === undefined) return []
  const data: number[] = []
  let before = { line: 0, character: 0 }
  const tokens = tokensOf(reading, reading.module.syntax, records).sort((a, b) => a.start - b.start)
  for (const { start, length, type, modifiers } of tokens) {
    const at = positionOf(reading.file, start)
    const sameLine = at.line === before.line
    data.push(
      at.line - before.line,
      sameLine ? at.character - before.character : at.character,
      length,
      tokenTypes.indexOf(type),
      modifiers,
    )
    before = at
  }
  return data
}

function tokensOf(reading: Reading, syntax: File, records: Records): Token[] {
  const declared = origins(reading.path, records)
  const found: Token[] = []
  const typeOf = typesOf(reading, declared)
  const visit = (node: AnyNode, parent: AnyNode | undefined): void => {
    if (node.kind === 'NamedType') add(node.span.start, node.span.end, 'type', defaultLibrary)
    if (node.kind === 'Ident' || node.kind === 'NameExpr') {
      const known = typeOf(node.span.start, node)
      if (parent?.kind === 'Argument' && parent.name === node)
        add(node.span.start, node.span.end, 'property', 0)
      else if (known !== undefined) add(node.span.start, node.span.end, known.type, known.modifiers)
    }
    for (const child of childrenOf(node)) visit(child, node)
  }
  const add = (start: number, end: number, type: TokenType, modifiers: number): void => {
    if (end > start) found.push({ start, length: end - start, type, modifiers })
  }
  visit(syntax, undefined)
  return found
}

const kinds: Readonly<Record<string, TokenType>> = {
  FnDecl: 'function',
  BlockDecl: 'class',
  NetworkDecl: 'class',
  TrainDecl: 'class',
  ResultsDecl: 'class',
  Param: 'parameter',
}

/** Operators and functions that no text declares; other names that none declares are words. */
const language: ReadonlySet<string> = new Set(languageNames)

type TypeOf = (start: number, node: AnyNode) => Pick<Token, 'type' | 'modifiers'> | undefined

function typesOf(reading: Reading, declared: ReturnType<typeof origins>): TypeOf {
  const byPlace = new Map<string, TokenType | undefined>()
  return (start, node) => {
    const place = declared.get(start)
    if (place === undefined) {
      if (node.kind !== 'NameExpr') return undefined
      return { type: language.has(node.name) ? 'function' : 'enumMember', modifiers: defaultLibrary }
    }
    const key = `${place.file} ${place.start}`
    if (!byPlace.has(key)) {
      const module = reading.spec.modules.get(place.file)
      const text = reading.spec.sources.get(place.file)?.text ?? ''
      const kind = module === undefined ? undefined : describedAt(module.syntax, text, place)?.node.kind
      byPlace.set(key, kind === undefined ? undefined : (kinds[kind] ?? 'variable'))
    }
    const type = byPlace.get(key)
    if (type === undefined) return undefined
    const isDeclaration = place.file === reading.path && place.start === start
    const ofLibrary = place.file.startsWith('std/') ? defaultLibrary : 0
    return { type, modifiers: (isDeclaration ? declaration : 0) + ofLibrary }
  }
}
