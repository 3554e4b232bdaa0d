// A comment for a pull request: mistakes of each file, a line for each network that changed, and its comparison to unfold.
import type { DiffDocument } from '../../../compiler/analysis/diff/document.ts'
import { humanCount } from '../../../compiler/text/numbers.ts'
import { codeSpan, renderDiffMarkdown } from '../diff/markdown.ts'
import { foldedMarkdown } from '../section.ts'
import { escaped } from '../markdown.ts'

export interface CommentTotals {
  readonly parameters: number
  readonly macs: number | null
}

/** One network of a file, before and after the change. */
export interface CommentNetwork {
  readonly name: string
  readonly change: 'same' | 'changed' | 'new' | 'removed' | 'broken'
  readonly before: CommentTotals | undefined
  readonly after: CommentTotals | undefined
  readonly diff: DiffDocument | undefined
}

export interface CommentFile {
  readonly file: string
  /** As `weft check` prints them; empty where there is nothing to say. */
  readonly findings: string
  /** `budget`: nothing but budgets is broken. */
  readonly verdict: 'sound' | 'budget' | 'error'
  readonly networks: readonly CommentNetwork[]
}

/** What GitHub takes: 65,536 characters. */
export const mostCharacters = 65_536

/** By it the comment of an earlier push is found again. */
export const commentMark = '<!-- weft comment -->'

/** Comparisons are left out from the end where they would make the comment longer than GitHub takes. */
export function commentMarkdown(files: readonly CommentFile[], from: string): string {
  const details = files.flatMap(({ file, networks }) =>
    networks.flatMap(({ diff, name }) => (diff === undefined || diff.same ? [] : [{ file, name, diff }])),
  )
  for (let shown = details.length; shown > 0; shown -= 1) {
    const folded = details
      .slice(0, shown)
      .flatMap(({ file, name, diff }) => [
        '',
        ...foldedMarkdown(`${tagged(name)} of ${tagged(file)}`, [renderDiffMarkdown(diff, 1).trimEnd()]),
      ])
    const left = details.length - shown
    const note =
      left === 0 ? [] : ['', `${left} more of the comparisons are left out here; \`weft diff\` has them.`]
    const text = textOf([...headLines(files, from), ...folded, ...note])
    if (text.length <= mostCharacters) return text
  }
  return withoutComparisons(files, from)
}

/** What is found is shortened more and more; the verdict is of all files. */
function withoutComparisons(files: readonly CommentFile[], from: string): string {
  let text = ''
  for (const most of [Infinity, 4000, 1000, 300]) {
    text = textOf(headLines(files, from, most))
    if (text.length <= mostCharacters) return text
  }
  const shortened = files.map((one) => ({ ...one, findings: '' }))
  text = textOf(headLines(shortened, from))
  const end = '\n\nThe rest is left out here; `weft check` and `weft diff` have it.\n'
  const room = mostCharacters - end.length
  return (text.length <= room ? text.trimEnd() : text.slice(0, text.lastIndexOf('\n', room))) + end
}

const textOf = (lines: readonly string[]): string => `${lines.join('\n').trimEnd()}\n`

/** In HTML, where Markdown's code spans are none. */
const tagged = (text: string): string =>
  `<code>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</code>`

function headLines(files: readonly CommentFile[], from: string, most = Infinity): string[] {
  const networks = files.flatMap(({ file, networks: own }) => own.map((one) => ({ file, ...one })))
  const changed = networks.filter(({ change }) => change !== 'same')
  const same = networks.length - changed.length
  return [
    commentMark,
    `### Weft: ${verdictOf(files, changed.length)}`,
    ...files.filter(({ findings }) => findings !== '').flatMap((one) => findingLines(one, most)),
    ...(changed.length === 0
      ? []
      : [
          '',
          '| network | file | | parameters | MACs |',
          '| :-- | :-- | :-- | --: | --: |',
          ...changed.map(rowOf),
        ]),
    '',
    `Compared with ${codeSpan(from)}${same === 0 ? '' : `; ${same} ${same === 1 ? 'network is' : 'networks are'} the same`}. Parameters of the whole network, MACs of inference, both without what masks remove.`,
  ]
}

function verdictOf(files: readonly CommentFile[], changed: number): string {
  const wrong = files.filter(({ verdict }) => verdict === 'error').length
  const over = files.filter(({ verdict }) => verdict === 'budget').length
  const said = [
    ...(wrong === 0 ? [] : [`${wrong} of ${files.length} files with mistakes`]),
    ...(over === 0 ? [] : [`budgets exceeded in ${over} of ${files.length} files`]),
    changed === 0
      ? 'no network differs'
      : `${changed} ${changed === 1 ? 'network differs' : 'networks differ'}`,
  ]
  return said.join(', ')
}

function findingLines({ file, findings: all }: CommentFile, most: number): string[] {
  const findings = all.length <= most ? all : `${all.slice(0, most)}\n… left out here: weft check has all`
  const longest = Math.max(2, ...[...findings.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return ['', `${codeSpan(file)}:`, '', `${fence}text`, findings.trimEnd(), fence]
}

function rowOf({ file, name, change, before, after }: CommentNetwork & { readonly file: string }): string {
  const cells = [
    escaped(name),
    escaped(file),
    change,
    movement(before?.parameters, after?.parameters),
    movement(before?.macs, after?.macs),
  ]
  return `| ${cells.join(' | ')} |`
}

function movement(before: number | null | undefined, after: number | null | undefined): string {
  const [was, is] = [before ?? undefined, after ?? undefined]
  if (was === undefined || is === undefined) return is === undefined ? '' : humanCount(is)
  if (was === is) return humanCount(is)
  const share = was === 0 ? '' : ` (${is > was ? '+' : ''}${((100 * (is - was)) / was).toFixed(1)} %)`
  return `${humanCount(was)} → ${humanCount(is)}${share}`
}
