// Rename maps as files: JSON in the form of schema/weft-rename-1.schema.json, with patterns and templates, each mistake with its place.
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { weftRename, type WeftRename } from '../json/generated/weft-rename-1.ts'
import { readJson, type JsonFault } from '../json/read.ts'
import { parseGlob, starsIn, type Glob } from './globs.ts'
import { parsePattern, parseTemplate, type Pattern, type Template } from './patterns.ts'

type Rule = WeftRename['rules'][number]
type Alias = NonNullable<WeftRename['aliases']>[number]

export interface RenameRule {
  /** From 1, as messages count. */
  readonly number: number
  /** Of a module's name, or of a tensor's whole name. */
  readonly from: Pattern
  readonly to: Template
  /** An expression over what was captured: where it is false, the rule does not match. */
  readonly when?: string
  /** Order of the axes, for the tensors that have as many. */
  readonly permute?: readonly number[]
  /** Whether its tensors take the shapes of the parameters that they fill, the numbers in the same order. */
  readonly reshape: boolean
  /** An expression: the extents that its tensors have, where they are not those of the parameter. */
  readonly shape?: string
  /** It may match nothing. */
  readonly optional: boolean
  /** Names of other versions of the program are read and never written. */
  readonly written: boolean
}

/** Names that are other names of the same tensors. */
export interface RenameAlias {
  readonly copy: Glob
  /** The name that counts; its stars stand for what those of `copy` do. */
  readonly of: string
  /** Which of the two names a file of that program has. */
  readonly written: 'both' | 'copy' | 'of'
}

export interface RenameMap {
  /** The file, for messages. */
  readonly path: string
  readonly about: string
  /** Names for Weft expressions over the network's arguments. */
  readonly lets: ReadonlyMap<string, string>
  /** The first that matches a tensor decides. */
  readonly rules: readonly RenameRule[]
  /** Names of tensors that do not matter; they come before the rules. */
  readonly ignore: readonly Glob[]
  /** Applied to each name in turn, before the rules. */
  readonly aliases: readonly RenameAlias[]
}

/** The map, or everything that is wrong with it. */
export function parseRenameMap(text: string, path: string): RenameMap | readonly Problem[] {
  const held = readJson(text, weftRename)
  if (held.kind === 'faults') return malformed(path, held.faults)
  const { about = '', let: lets = {}, rules, ignore = [], aliases = [] } = held.data
  const problems: Problem[] = []
  const parsed = <T>(place: string, source: string, parse: (source: string) => T | string): T | undefined => {
    const found = parse(source)
    if (typeof found !== 'string') return found
    problems.push(problem('rename-malformed', { path, place, reason: found }))
    return undefined
  }
  const read = rules.map((rule, at) => readRule(rule, at + 1, parsed))
  const copies = aliases.map((alias, at) => parsed(`alias ${at + 1}`, alias.of, () => readAlias(alias)))
  return problems.length > 0
    ? problems
    : {
        path,
        about,
        lets: new Map(Object.entries(lets)),
        rules: read.filter((one) => one !== undefined),
        ignore: ignore.map(parseGlob),
        aliases: copies.filter((one) => one !== undefined),
      }
}

const shownFaults = 20

function malformed(path: string, faults: readonly JsonFault[]): readonly Problem[] {
  const rest = faults.length - shownFaults
  const shown = faults
    .slice(0, shownFaults)
    .map(({ pointer, reason }) => ({ place: placeOf(pointer), reason }))
  return [...shown, ...(rest > 0 ? [{ place: '', reason: `and ${rest} more` }] : [])].map((one) =>
    problem('rename-malformed', { path, ...one }),
  )
}

/** Gives nothing where it has noted what is wrong. */
type Parsed = <T>(place: string, source: string, parse: (source: string) => T | string) => T | undefined

function readRule(rule: Rule, number: number, parsed: Parsed): RenameRule | undefined {
  const { permute, reshape = false, optional = false, written = true, when, shape } = rule
  const from = parsed(`rule ${number}, from`, rule.from, parsePattern)
  const to = parsed(`rule ${number}, to`, rule.to, parseTemplate)
  const axes = permute && parsed(`rule ${number}, permute`, '', () => permutation(permute))
  if (from === undefined || to === undefined) return undefined
  return {
    number,
    from,
    to,
    reshape,
    optional,
    written,
    ...(when === undefined ? {} : { when }),
    ...(shape === undefined ? {} : { shape }),
    ...(axes === undefined ? {} : { permute: axes }),
  }
}

function readAlias({ copy, of, written = 'both' }: Alias): RenameAlias | string {
  const [given, taken] = [starsIn(copy), starsIn(of)]
  return given === taken
    ? { copy: parseGlob(copy), of, written }
    : `\`copy\` has ${given} \`*\`, and \`of\` ${taken}: they stand for the same texts in the same order`
}

const permutation = (axes: readonly number[]): readonly number[] | string =>
  axes.every((_, axis) => axes.includes(axis))
    ? axes
    : 'it must be a list of each axis once, from 0: [3, 2, 0, 1]'

/** As messages call it: `/rules/0/permute/1` is `rule 1, permute 2`. */
function placeOf(pointer: string): string {
  return pointer
    .slice(1)
    .replace(/^let\//, 'let ')
    .replaceAll(
      /\b(rule|alias|ignore|permute)(?:s|es)?\/(\d+)/g,
      (_, list: string, at: string) => `${list} ${Number(at) + 1}`,
    )
    .replaceAll('/', ', ')
}
