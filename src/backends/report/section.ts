// A titled table with notes under it: what the longer reports are made of, whichever way they are printed.
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

/** As Markdown under a heading of this level. */
export function sectionMarkdown(section: Section, level: 2 | 3): string[] {
  const { title, rows, notes } = section
  return [
    '',
    `${'#'.repeat(level)} ${escaped(title)}`,
    ...(rows.length === 0 ? [] : ['', ...tableMarkdown(section)]),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => `- ${escaped(note)}`)]),
  ]
}

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
