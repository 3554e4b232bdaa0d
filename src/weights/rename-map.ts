// Rename maps as files: JSON in the form of schema/weft-rename-1.schema.json, checked with a place for each mistake.
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { suggest } from '../compiler/text/suggest.ts'
import { repeatedKey } from './json-keys.ts'
import { parseIgnored, parsePattern, parseTemplate, type Pattern, type Template } from './patterns.ts'

export interface RenameRule {
  /** From 1, as messages count. */
  readonly number: number
  /** Of a module's name, or of a tensor's whole name. */
  readonly from: Pattern
  readonly to: Template
  /** Order of the axes, for the tensors that have as many. */
  readonly permute?: readonly number[]
  /** It may match nothing. */
  readonly optional: boolean
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
  readonly ignore: readonly RegExp[]
}

/** The map, or everything that is wrong with it. */
export function parseRenameMap(text: string, path: string): RenameMap | readonly Problem[] {
  const reader = new Reader(path)
  const json = reader.json(text)
  if (json === undefined) return reader.problems
  const map = reader.map(json)
  return reader.problems.length === 0 ? map : reader.problems
}

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const keys = ['format', 'about', 'let', 'rules', 'ignore', '$schema']
const ruleKeys = ['from', 'to', 'permute', 'optional', 'about']

/** Reads on after a mistake, so that all of them are told at once. */
class Reader {
  readonly problems: Problem[] = []
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  #wrong(place: string, reason: string): undefined {
    this.problems.push(problem('rename-malformed', { path: this.#path, place, reason }))
  }

  json(text: string): Json | undefined {
    try {
      const json: unknown = JSON.parse(text)
      if (!isObject(json)) return this.#wrong('', 'a map is a JSON object')
      const repeated = repeatedKey(text)
      return repeated === undefined ? json : this.#wrong('', `\`${repeated}\` occurs more than once`)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      return this.#wrong('', `it is not JSON (${error.message})`)
    }
  }

  map(json: Json): RenameMap {
    this.#known('', json, keys)
    if (json['format'] !== 'weft-rename-1') this.#wrong('format', 'it must be "weft-rename-1"')
    const about = this.#string('about', json['about'] ?? '')
    const rules = this.#list('rules', json['rules']).map((one, at) => this.#rule(one, at + 1))
    if (Array.isArray(json['rules']) && rules.length === 0) this.#wrong('rules', 'there are none')
    const ignore = this.#list('ignore', json['ignore'] ?? [])
    return {
      path: this.#path,
      about,
      lets: this.#lets(json['let'] ?? {}),
      rules: rules.filter((one) => one !== undefined),
      ignore: ignore.map((one, at) => parseIgnored(this.#string(`ignore ${at + 1}`, one))),
    }
  }

  #known(place: string, json: Json, known: readonly string[]): void {
    for (const key of Object.keys(json).filter((one) => !known.includes(one))) {
      const near = suggest(key, known)
      this.#wrong(place, `there is no \`${key}\`${near === undefined ? '' : `; did you mean \`${near}\`?`}`)
    }
  }

  #string(place: string, value: unknown): string {
    if (typeof value === 'string') return value
    this.#wrong(place, 'it must be a string')
    return ''
  }

  #list(place: string, value: unknown): readonly unknown[] {
    if (Array.isArray(value)) return value
    this.#wrong(place, 'it must be a list')
    return []
  }

  #lets(value: unknown): ReadonlyMap<string, string> {
    if (!isObject(value)) this.#wrong('let', 'it must be an object of Weft expressions')
    const lets = new Map<string, string>()
    for (const [name, text] of Object.entries(isObject(value) ? value : {})) {
      if (!/^[A-Za-z_]\w*$/.test(name)) this.#wrong('let', `\`${name}\` is not a name`)
      lets.set(name, this.#string(`let ${name}`, text))
    }
    return lets
  }

  #rule(value: unknown, number: number): RenameRule | undefined {
    const place = `rule ${number}`
    if (!isObject(value)) return this.#wrong(place, 'it must be an object with `from` and `to`')
    this.#known(place, value, ruleKeys)
    const from = this.#parsed(`${place}, from`, value['from'], parsePattern)
    const to = this.#parsed(`${place}, to`, value['to'], parseTemplate)
    const permute = value['permute'] === undefined ? undefined : this.#permutation(place, value['permute'])
    const optional = value['optional'] ?? false
    if (typeof optional !== 'boolean') return this.#wrong(`${place}, optional`, 'it must be true or false')
    if (from === undefined || to === undefined) return undefined
    return { number, from, to, optional, ...(permute === undefined ? {} : { permute }) }
  }

  #parsed<T>(place: string, value: unknown, parse: (text: string) => T | string): T | undefined {
    if (typeof value !== 'string') return this.#wrong(place, 'it must be a string')
    const parsed = parse(value)
    return typeof parsed === 'string' ? this.#wrong(place, parsed) : parsed
  }

  #permutation(place: string, value: unknown): readonly number[] | undefined {
    const axes: readonly unknown[] = Array.isArray(value) ? value : []
    const isPermutation = axes.length > 0 && axes.every((_, axis) => axes.includes(axis))
    return isPermutation
      ? axes.map(Number)
      : this.#wrong(`${place}, permute`, 'it must list each axis once, from 0: [3, 2, 0, 1]')
  }
}
