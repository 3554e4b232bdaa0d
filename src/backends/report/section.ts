// A titled table with notes under it: what the longer reports are made of, whichever way they are printed.
import { escaped } from './markdown.ts'

export interface Section {
  readonly title: string
  readonly header: readonly string[]
  /** The first cell names the row. */
  readonly rows: readonly (readonly string[])[]
  readonly notes: readonly string[]
}

/** As Markdown under a heading of this level. */
export function sectionMarkdown({ title, header, rows, notes }: Section, level: 2 | 3): string[] {
  return [
    '',
    `${'#'.repeat(level)} ${escaped(title)}`,
    ...(rows.length === 0 ? [] : ['', ...tableMarkdown(header, rows)]),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => `- ${escaped(note)}`)]),
  ]
}

function tableMarkdown(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [
    `| ${header.map(escaped).join(' | ')} |`,
    `|${header.map((_, at) => (at === 0 ? ' :-- |' : ' --: |')).join('')}`,
    ...rows.map((row) => `| ${row.map(escaped).join(' | ')} |`),
  ]
}
