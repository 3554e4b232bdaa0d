// A titled table with notes under it: what the longer reports are made of, whichever way they are printed.
import { counted } from '../../compiler/analysis/diff/phrases.ts'
import { escaped } from './markdown.ts'

export interface Section {
  readonly title: string
  readonly header: readonly string[]
  /** The first cell names the row. */
  readonly rows: readonly (readonly string[])[]
  readonly notes: readonly string[]
  /** Columns that hold words, aligned to the left: all, or the last ones. Numbers stand in the others after the first. */
  readonly words?: 'all' | 'last' | 'last-two'
}

export interface SectionLayout {
  /** Rows that are shown; how many more there are is said. By default all. */
  readonly most?: number
  /** The table is there to unfold. */
  readonly folded?: boolean
}

/** As Markdown under a heading of this level. */
export function sectionMarkdown(
  section: Section,
  level: 2 | 3,
  { most = Infinity, folded = false }: SectionLayout = {},
): string[] {
  const { title, notes } = section
  const rows = section.rows.slice(0, most)
  const left = section.rows.length - rows.length
  const all = left === 0 ? notes : [`${left} more rows are left out here`, ...notes]
  const table = rows.length === 0 ? [] : tableMarkdown({ ...section, rows })
  const shown = folded && rows.length > 0 ? foldedMarkdown(counted(section.rows.length, 'row'), table) : table
  return [
    '',
    `${'#'.repeat(level)} ${escaped(title)}`,
    ...(shown.length === 0 ? [] : ['', ...shown]),
    ...(all.length === 0 ? [] : ['', ...all.map((note) => `- ${escaped(note)}`)]),
  ]
}

/** What GitHub and GitLab show as one line to unfold. */
export const foldedMarkdown = (summary: string, lines: readonly string[]): string[] => [
  '<details>',
  `<summary>${summary}</summary>`,
  '',
  ...lines,
  '',
  '</details>',
]

/** Whether a column holds words. */
function isOfWords({ header, words }: Section, column: number): boolean {
  const last = words === 'last' ? 1 : words === 'last-two' ? 2 : 0
  return column === 0 || words === 'all' || column >= header.length - last
}

function tableMarkdown(section: Section): string[] {
  const { header, rows } = section
  return [
    `| ${header.map(escaped).join(' | ')} |`,
    `|${header.map((_, at) => (isOfWords(section, at) ? ' :-- |' : ' --: |')).join('')}`,
    ...rows.map((row) => `| ${row.map(escaped).join(' | ')} |`),
  ]
}
