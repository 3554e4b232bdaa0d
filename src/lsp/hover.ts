// What is at a place: what a name is, its value, the shape of a tensor and what making it costs.
import type { Expr, Param } from '../compiler/syntax/ast.ts'
import { nodesOf, type AnyNode } from '../compiler/syntax/visit.ts'
import { formatPlain } from '../compiler/ops/words.ts'
import { lookupNames } from './scopes.ts'
import { builtinText, describedAt, entryMarkdown, operatorEntry, wordEntry } from './described.ts'
import { declarationAt, type Records } from './links.ts'
import { innermost, pathTo } from './places.ts'
import { markdown, rangeOf, type Markup, type Range } from './protocol.ts'
import { earlierOffset, type Elaborated, type Numbers, type Reading } from './reading.ts'
import {
  choiceText,
  listedValues,
  numbersAt,
  severalText,
  spentAt,
  spentText,
  valuesText,
} from './shown-numbers.ts'

export interface Hover {
  readonly contents: Markup
  readonly range: Range
}

export function hover(
  reading: Reading,
  elaborated: Elaborated | undefined,
  records: Records,
  offset: number,
): Hover | undefined {
  if (reading.module === undefined) return undefined
  const path = pathTo(reading.module.syntax, offset)
  const at = path.at(-1)
  if (at === undefined || path.length === 1) return undefined
  const parts = [meaningOf(reading, path, records, offset), numbersText(reading, elaborated, offset)]
  const text = parts.filter((one) => one !== undefined).join('\n\n---\n\n')
  return text === '' ? undefined : { contents: markdown(text), range: rangeOf(reading.file, at.span) }
}

/** What the name is. */
function meaningOf(
  { path: file, spec, file: source }: Reading,
  path: readonly AnyNode[],
  records: Records,
  offset: number,
): string | undefined {
  const at = path.at(-1)
  if (at?.kind !== 'Ident' && at?.kind !== 'NameExpr') return undefined
  const place = declarationAt(file, offset, records)
  const module = place === undefined ? undefined : spec.modules.get(place.file)
  if (place !== undefined && module !== undefined) {
    const text = spec.sources.get(place.file)?.text ?? source.text
    const found = describedAt(module.syntax, text, place)
    if (found === undefined) return undefined
    const from = place.file === file ? '' : ` of ${place.file}`
    return [`\`\`\`weft\n${found.heading}\n\`\`\``, `*${found.what}${from}*`, found.doc]
      .filter(Boolean)
      .join('\n\n')
  }
  return argumentText(path) ?? languageText(at.name, lookupNames(records.get(file), offset).has(at.name))
}

/** An argument of an operator. */
function argumentText(path: readonly AnyNode[]): string | undefined {
  const argument = innermost(path, 'Argument')
  const call = innermost(path, 'CallExpr')
  const name = path.at(-1)
  if (argument?.name !== name || call?.callee.kind !== 'NameExpr') return undefined
  const found = operatorEntry(call.callee.name)?.arguments.find((one) => one.name === argument?.name?.name)
  if (found === undefined) return undefined
  const value = found.default === null ? '' : ` = ${found.default}`
  return `\`\`\`weft\n${found.name}: ${found.type}${value}\n\`\`\`\n\n*argument of ${call.callee.name}*\n\n${found.doc}`
}

function languageText(name: string, isInForce: boolean): string | undefined {
  const operator = isInForce ? operatorEntry(name) : undefined
  if (operator !== undefined) return entryMarkdown(operator)
  const builtin = isInForce ? builtinText(name) : undefined
  if (builtin !== undefined) return `\`\`\`weft\n${builtin.usage}\n\`\`\`\n\n${builtin.doc}`
  const word = wordEntry(name)
  return word === undefined ? undefined : entryMarkdown(word)
}

// ---------------------------------------------------------------- numbers

/** Value, shape and cost, and which network they are for. */
function numbersText(
  reading: Reading,
  elaborated: Elaborated | undefined,
  offset: number,
): string | undefined {
  if (elaborated === undefined) return undefined
  const earlier = earlierOffset(elaborated.file, reading.file, offset)
  const numbers = earlier === undefined ? undefined : numbersAt(elaborated, earlier)
  if (earlier === undefined || numbers === undefined) return undefined
  const path = pathTo(elaborated.module.syntax, earlier)
  const call = callAt(path)
  const spent = call === undefined ? undefined : spentAt(call.span, numbers.graph, numbers.report)
  // A stage of a block that is composed has no value of its own: what its operator gave wherever the block was applied.
  const given = spent === undefined || spent.shapes.length === 0 ? undefined : severalText(spent.shapes)
  const shown = valueAt(path, elaborated, numbers) ?? given
  const cost = spent === undefined ? '' : spentText(spent)
  if (shown === undefined && cost === '') return undefined
  const stale = elaborated.file.text === reading.file.text ? '' : ', before the last changes'
  const lines = [shown === undefined ? undefined : `**${shown}**`, cost === '' ? undefined : cost]
  return [...lines, `*for ${choiceText(numbers.choice)}${stale}*`]
    .filter((one) => one !== undefined)
    .join('  \n')
}

/** The value of what stands at the end of a path: of a stage, what comes out of it. */
function valueAt(path: readonly AnyNode[], elaborated: Elaborated, numbers: Numbers): string | undefined {
  const at = path.at(-1)
  const parent = path.at(-2)
  if (at === undefined) return undefined
  if (at.kind === 'Ident') return valueOfDeclared(parent, elaborated, numbers)
  const piped = pipeOf(path)
  if (piped !== undefined) return valuesText(piped, numbers) ?? valuesText(at as Expr, numbers)
  const called = parent?.kind === 'CallExpr' && parent.callee === at ? valuesText(parent, numbers) : undefined
  return called ?? valuesText(at as Expr, numbers)
}

/** `x -> conv(8)` where the path ends at `conv` or at the call. */
function pipeOf(path: readonly AnyNode[]): Expr | undefined {
  const [outer, middle, inner] = [path.at(-3), path.at(-2), path.at(-1)]
  if (middle?.kind === 'PipeExpr' && middle.right === inner) return middle
  const isCallee = middle?.kind === 'CallExpr' && middle.callee === inner
  return isCallee && outer?.kind === 'PipeExpr' && outer.right === middle ? outer : undefined
}

/** What is charged for the call or the stage that a path ends in. */
function callAt(path: readonly AnyNode[]): Expr | undefined {
  const piped = pipeOf(path)
  if (piped?.kind === 'PipeExpr') return piped.right
  const [middle, inner] = [path.at(-2), path.at(-1)]
  if (middle?.kind === 'CallExpr' && middle.callee === inner) return middle
  return undefined
}

function valueOfDeclared(
  owner: AnyNode | undefined,
  elaborated: Elaborated,
  numbers: Numbers,
): string | undefined {
  switch (owner?.kind) {
    case 'Param':
      return valueOfParameter(owner, elaborated, numbers)
    case 'LetStmt':
    case 'ConstDecl':
    case 'OutputStmt':
    case 'KeepStmt':
    case 'EdgeDecl':
      return valuesText(owner.value, numbers)
    case 'ForBinding':
    case 'InStmt':
    case 'InputStmt':
    case 'NameList':
      return undefined
    default:
      return undefined
  }
}

/** Of the network, what is in force; of a block or a function, what it was given wherever it was used. */
function valueOfParameter({ name }: Param, { module }: Elaborated, numbers: Numbers): string | undefined {
  const owner = innermost(pathTo(module.syntax, name.span.start), 'NetworkDecl', 'BlockDecl', 'FnDecl')
  if (owner === undefined) return undefined
  if (owner.kind === 'NetworkDecl' && owner.name.name === numbers.graph.network) {
    const given = numbers.graph.arguments.find((one) => one.name === name.name)
    return given === undefined ? undefined : `${name.name} = ${formatPlain(given.value)}`
  }
  const seen = [...nodesOf(owner)].flatMap((node) =>
    node.kind === 'NameExpr' && node.name === name.name ? (numbers.trace.seen.get(node) ?? []) : [],
  )
  const values = listedValues(seen, numbers)
  return values === undefined ? undefined : `${name.name} = ${values}`
}
