// What the text around a place is, read off its tokens: while something is typed, the tree often lacks it.
import { lex, type Lexed } from '../../grammar/lex.ts'

type Token = Lexed['tokens'][number]

/** The call whose arguments the place is among. */
export interface CallAround {
  readonly callee: string
  /** Arguments before the one at the place, counted by commas. */
  readonly position: number
  /** Names that its arguments have. */
  readonly named: readonly string[]
  /** `stride` where the place is after `stride =`. */
  readonly argument?: string
}

export interface Around {
  readonly call?: CallAround
  /** The words that open the bodies around the place, outermost first: `network`, `fusion`, `node`. */
  readonly bodies: readonly string[]
  /** Of the setting or the argument at the place, the name before its `=`. */
  readonly assigned?: string
  /** In a string: what of it stands before the place, and whether it is what an import is from. */
  readonly string?: { readonly before: string; readonly start: number; readonly end: number }
  /** Between the braces of an import: the file it is from. */
  readonly importFrom?: string
  /** A statement or a declaration may begin here. */
  readonly isStart: boolean
  readonly isComment: boolean
}

const endOf = (token: Token): number => token.startOffset + token.image.length

export function around(text: string, offset: number): Around {
  const { tokens, comments, docs } = lex(text)
  const isComment = [...comments, ...docs].some((one) => one.startOffset < offset && offset <= endOf(one))
  const inside = tokens.find(
    (one) => one.image.startsWith('"') && one.startOffset < offset && offset < endOf(one) + unclosed(one),
  )
  // The word that is being typed is what the place is for, not what is around it.
  const before = tokens.filter((one) => endOf(one) < offset || (endOf(one) === offset && !isWord(one)))
  const open = openBrackets(before)
  const call = callOf(before, open)
  const importFrom = importAround(tokens, before, open)
  return {
    ...(call === undefined ? {} : { call }),
    bodies: open.filter((at) => before[at]?.image === '{').map((at) => openingWord(before, at)),
    ...assignedIn(before),
    ...(inside === undefined
      ? {}
      : {
          string: {
            before: text.slice(inside.startOffset + 1, offset),
            start: inside.startOffset + 1,
            end: endOf(inside) - (unclosed(inside) === 0 ? 1 : 0),
          },
        }),
    ...(importFrom === undefined ? {} : { importFrom }),
    isStart: isStart(text, before, offset),
    isComment,
  }
}

const isWord = ({ image }: Token): boolean => /^\w/.test(image)

const unclosed = ({ image }: Token): number => (image.length > 1 && image.endsWith('"') ? 0 : 1)

/** Indices of the brackets that are open after the tokens. */
function openBrackets(tokens: readonly Token[]): number[] {
  const open: number[] = []
  for (const [at, { image }] of tokens.entries()) {
    if (image === '(' || image === '[' || image === '{') open.push(at)
    else if (image === ')' || image === ']' || image === '}') open.pop()
  }
  return open
}

function callOf(tokens: readonly Token[], open: readonly number[]): CallAround | undefined {
  const at = open.findLast((one) => tokens[one]?.image !== '[') ?? -1
  const callee = tokens[at - 1]
  if (tokens[at]?.image !== '(' || callee === undefined || !isWord(callee)) return undefined
  // `block Unit(` declares.
  if (/^(?:block|fn|network)$/.test(tokens[at - 2]?.image ?? '')) return undefined
  const named: string[] = []
  let [depth, position, argument]: [number, number, string | undefined] = [0, 0, undefined]
  for (const [k, { image }] of tokens.slice(at + 1).entries()) {
    if (image === '(' || image === '[' || image === '{') depth += 1
    else if (image === ')' || image === ']' || image === '}') depth -= 1
    else if (depth === 0 && image === ',') [position, argument] = [position + 1, undefined]
    else if (depth === 0 && image === '=') {
      argument = tokens[at + k]?.image
      if (argument !== undefined) named.push(argument)
    }
  }
  return { callee: callee.image, position, named, ...(argument === undefined ? {} : { argument }) }
}

const openers = /^(?:network|block|backbone|fusion|node|sparsity|train|results|import)$/

/** `network` of `network Net(patch = [1, 2]) {`: the last such word before the brace, none of another body. */
function openingWord(tokens: readonly Token[], at: number): string {
  for (let k = at - 1; k >= 0; k--) {
    const image = tokens[k]?.image ?? ''
    if (image === '{' || image === '}') break
    if (openers.test(image)) return image
  }
  return ''
}

/** The name before the last `=` of the same line that nothing has ended. */
function assignedIn(tokens: readonly Token[]): { readonly assigned?: string } {
  for (let k = tokens.length - 1; k >= 1; k--) {
    const token = tokens[k]
    if (token === undefined || /^[{}]$/.test(token.image)) break
    const name = tokens[k - 1]
    if (token.image === '=' && name !== undefined && isWord(name)) return { assigned: name.image }
  }
  return {}
}

function importAround(
  all: readonly Token[],
  before: readonly Token[],
  open: readonly number[],
): string | undefined {
  const at = open.at(-1) ?? -1
  if (before[at]?.image !== '{' || before[at - 1]?.image !== 'import') return undefined
  const from = all.slice(at).findIndex(({ image }) => image === 'from')
  const path = from < 0 ? undefined : all[at + from + 1]?.image
  return path === undefined ? undefined : path.replaceAll('"', '')
}

/** Nothing but the word that is typed stands in the line, and no expression goes on. */
function isStart(text: string, before: readonly Token[], offset: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
  const last = before.at(-1)?.image ?? '{'
  return /^\s*\w*$/.test(line) && !/^(?:->|[=+\-*/^<>,([:?|]|and|or|not|div|for|if|in)$/.test(last)
}
