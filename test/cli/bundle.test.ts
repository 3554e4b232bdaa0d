// What a command loads before it does anything: a few files, and nothing that only other commands need.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { mainScript } from '../support/run-weft.ts'

/** The files that a file imports by statements, itself and all of theirs included, and the packages. */
function loadedBy(start: string): { readonly files: Set<string>; readonly packages: Set<string> } {
  const files = new Set<string>()
  const packages = new Set<string>()
  const left = [start]
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    if (files.has(path)) continue
    files.add(path)
    for (const [, from = ''] of readFileSync(path, 'utf8').matchAll(
      /^import\s(?:.*\sfrom\s)?"([^"]+)";$/gm,
    )) {
      if (from.startsWith('.')) left.push(join(dirname(path), from))
      else if (!from.startsWith('node:')) packages.add(from)
    }
  }
  return { files, packages }
}

const bundle = join(dirname(mainScript()), 'bundle')

test('a command begins with a few files, and no package is looked up', () => {
  const { files, packages } = loadedBy(mainScript())
  expect(files.size).toBeGreaterThan(1)
  expect(files.size).toBeLessThan(6)
  expect([...packages].filter((name) => !/^[a-z]+$/.test(name) || name === 'yargs')).toEqual([])
})

test('what compiles and counts a network is one more, without runs, runtimes and pages', () => {
  const { files, packages } = loadedBy(join(bundle, 'compiler.js'))
  expect(files.size).toBeLessThan(12)
  expect(
    [...packages].filter((name) => /tensorflow|onnx|ajv|echarts|prettier|chevrotain/.test(name)),
  ).toEqual([])
})

test('a thread of a sweep finds its file', () => {
  expect(readdirSync(bundle)).toContain('worker.js')
})
