// Patterns of names in rename maps: `encoder.stages.{i}.conv{k}` captures whole numbers, `{part:name}` one part of a dotted name.

/** What a pattern captured, by variable. */
export type Captures = ReadonlyMap<string, number | string>

export interface Pattern {
  readonly text: string
  /** Each variable once. */
  readonly variables: readonly string[]
  /** Undefined where the whole text is not of this form. */
  match(text: string): Captures | undefined
}

/** What a rule makes of a name: literal text, and expressions in braces. */
export type Template = readonly (
  { readonly kind: 'literal'; readonly text: string } | { readonly kind: 'expression'; readonly text: string }
)[]

type Kind = 'number' | 'name'
type Step =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string; readonly of: Kind }

/** More have no use, and how long a match can take grows with both. */
const variableLimit = 32
const repeatedLimit = 3

/** The pattern, or what is wrong with it. */
export function parsePattern(text: string): Pattern | string {
  const parts = parseTemplate(text)
  if (typeof parts === 'string') return parts
  const kinds = new Map<string, Kind>()
  const steps: Step[] = []
  for (const [at, part] of parts.entries()) {
    const before = steps[at - 1]
    const step = part.kind === 'literal' ? part : variable(part.text, before, kinds)
    if (typeof step === 'string') return step
    if (step.kind === 'variable') kinds.set(step.name, step.of)
    steps.push(step)
  }
  const repeated = repeatedIn(steps)
  const count = steps.filter(({ kind }) => kind === 'variable').length
  if (count > variableLimit) return `it has ${count} variables, more than ${variableLimit}`
  if (repeated.length > repeatedLimit)
    return `${repeated.length} of its variables are there again, more than ${repeatedLimit}`
  const match = (given: string): Captures | undefined => {
    const texts = search(steps, repeated, given)
    return texts && new Map([...texts].map(([name, value]) => [name, valueOf(value, kinds.get(name))]))
  }
  return { text, variables: [...kinds.keys()], match }
}

const valueOf = (text: string, kind: Kind | undefined): number | string =>
  kind === 'name' ? text : Number(text)

/** A variable that is there again is of the kind that it was. */
function variable(text: string, before: Step | undefined, known: ReadonlyMap<string, Kind>): Step | string {
  if (before?.kind === 'variable') return `nothing tells where \`{${text}}\` begins`
  const [, name = '', kind] = /^\s*([A-Za-z_]\w*)\s*(?::\s*(\w+)\s*)?$/.exec(text) ?? []
  if (name === '') return `\`{${text}}\` is not a variable: write \`{i}\`, or \`{part:name}\``
  if (kind !== undefined && kind !== 'number' && kind !== 'name')
    return `\`{${text}}\`: a variable is a \`number\` or a \`name\``
  return { kind: 'variable', name, of: known.get(name) ?? kind ?? 'number' }
}

function repeatedIn(steps: readonly Step[]): readonly string[] {
  const names = steps.flatMap((step) => (step.kind === 'variable' ? [step.name] : []))
  return [...new Set(names.filter((name, at) => names.indexOf(name) < at))]
}

type Texts = ReadonlyMap<string, string>

/** What each variable stands for, the longest text first. Where a search has failed it does not go again, so that no pattern takes for ever. */
function search(steps: readonly Step[], repeated: readonly string[], given: string): Texts | undefined {
  const failed = new Set<string>()
  const from = (index: number, at: number, texts: Texts): Texts | undefined => {
    const step = steps[index]
    if (step === undefined) return at === given.length ? texts : undefined
    const known = step.kind === 'literal' ? step.text : texts.get(step.name)
    if (known !== undefined)
      return given.startsWith(known, at) ? from(index + 1, at + known.length, texts) : undefined
    if (step.kind === 'literal') return undefined
    // What comes after depends on those texts alone that are needed again.
    const key = [index, at, ...repeated.map((name) => texts.get(name))].join(' ')
    if (failed.has(key)) return undefined
    for (let end = longest(step.of, given, at); end > at; end--) {
      const found = from(index + 1, end, new Map(texts).set(step.name, given.slice(at, end)))
      if (found !== undefined) return found
    }
    failed.add(key)
    return undefined
  }
  return from(0, 0, new Map())
}

/** Where the longest variable ends that begins here: at its begin where none does. */
function longest(kind: Kind, given: string, at: number): number {
  if (kind === 'number') return at + (/^(?:0|[1-9]\d{0,8})/.exec(given.slice(at, at + 9))?.[0].length ?? 0)
  const dot = given.indexOf('.', at)
  return dot === -1 ? given.length : dot
}

/** The parts, or what is wrong with the braces. */
export function parseTemplate(text: string): Template | string {
  if (text === '') return 'it is empty'
  const parts: Template[number][] = []
  for (const [at, piece] of text.split('{').entries()) {
    const close = piece.indexOf('}')
    if (at === 0 ? close !== -1 : close !== piece.lastIndexOf('}')) return 'a `}` has no `{` before it'
    if (at > 0 && close === -1) return 'a `{` has no `}` after it'
    if (at > 0) parts.push({ kind: 'expression', text: piece.slice(0, close) })
    const literal = piece.slice(close + 1)
    if (literal !== '') parts.push({ kind: 'literal', text: literal })
  }
  return parts
}
