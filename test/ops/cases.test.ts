// Operator calls and what they give, text in and text out: cases/*.txt. `RECORD=1` writes the results anew.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { composites } from '../../src/compiler/ops/composites.ts'
import { primitives } from '../../src/compiler/ops/registry.ts'
import { operatorCodes, resultOf } from './call-result.ts'

const folder = new URL('cases/', import.meta.url)
const files = readdirSync(folder).toSorted()
const textOf = (file: string): string => readFileSync(new URL(file, folder), 'utf8')
const callsOf = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line !== '' && !line.startsWith(' '))

function withResults(text: string): string {
  const cases = callsOf(text).map((call) => [call, ...resultOf(call).map((line) => `    ${line}`)].join('\n'))
  return `${cases.join('\n\n')}\n`
}

test.each(files)('%s', (file) => {
  const actual = withResults(textOf(file))
  if (process.env['RECORD'] === '1') writeFileSync(new URL(file, folder), actual)
  expect(actual).toBe(textOf(file))
})

test('every operator has its file of cases, and no file is left over', () => {
  const names = [...Object.keys(primitives), ...Object.keys(composites)]
  expect(files).toEqual(names.map((name) => `${name}.txt`).toSorted())
})

test('every file has a case that works, and only calls of its operator', () => {
  const works = (call: string): boolean => resultOf(call)[0]?.startsWith('WEFT') === false
  for (const file of files) {
    const calls = callsOf(textOf(file))
    expect([file, calls.some(works)]).toEqual([file, true])
    expect(new Set(calls.map((call) => `${/^\w+/.exec(call)?.[0]}.txt`))).toEqual(new Set([file]))
  }
})

test('every attribute and shape code has a case', () => {
  const all = files.map(textOf).join('\n')
  expect(operatorCodes().filter((code) => !all.includes(code))).toEqual([])
})
