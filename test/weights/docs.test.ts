// docs/weights.md says what is so: its maps parse, its imports exist, no code and no map is forgotten, its commands are usage.
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { weightCodes } from '../../src/compiler/diagnostics/codes/weights.ts'
import * as library from '../../src/index.ts'
import * as nodeLibrary from '../../src/node/index.ts'
import { parseRenameMap } from '../../src/weights/rename-map.ts'
import { repository } from '../examples/compile-example.ts'
import { runWeft } from '../support/run-weft.ts'

const page = readFileSync(`${repository}docs/weights.md`, 'utf8')
const fences = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map((match) => match[1] ?? '')

describe('docs/weights.md', () => {
  test('shows maps that parse', () => {
    const maps = fences('json').map((text) => parseRenameMap(text, 'docs'))
    expect(maps).toHaveLength(1)
    expect(maps.filter((map) => !('rules' in map))).toEqual([])
  })

  test('lists every code and every map of the examples', () => {
    const codes = Object.values(weightCodes).map(({ code }) => code)
    expect(codes.filter((code) => !page.includes(`| ${code} |`))).toEqual([])
    const maps = readdirSync(`${repository}examples/maps`)
    expect(maps.filter((name) => !page.includes(`(../examples/maps/${name})`))).toEqual([])
  })

  test('imports what there is', () => {
    const [text = ''] = fences('ts')
    const names = [...text.matchAll(/\{ (.*?) \} from '(.*?)'/g)].flatMap(([, list = '', from = '']) =>
      list.split(', ').map((name) => [from, name] as const),
    )
    expect(names.length).toBeGreaterThan(4)
    const there = { weft: Object.keys(library), 'weft/node': Object.keys(nodeLibrary) }
    expect(names.filter(([from, name]) => !there[from as keyof typeof there].includes(name))).toEqual([])
  })

  test('uses options that the command has', () => {
    const help = runWeft(['weights', '--help']).stdout
    const options = new Set(fences('sh').flatMap((text) => text.match(/(?<=\s)--?\w+/g) ?? []))
    expect(options.size).toBeGreaterThan(3)
    expect([...options].filter((option) => !help.includes(option))).toEqual([])
  })
})
