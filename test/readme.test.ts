// The screens that the README shows are what the commands print.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, inject, test } from 'vitest'

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'weft-readme-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const fences = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map((match) => match[1] ?? '')

const [spec = ''] = fences('weft')
const screens = fences('console').map((text) => {
  const [first = '', ...rest] = text.split('\n')
  return { command: first.replace(/^\$ weft /, ''), output: rest.join('\n') }
})

test('has a spec and its screens', () => {
  expect(spec).toContain('network ')
  expect(screens.length).toBeGreaterThanOrEqual(2)
})

test.each(screens)('weft $command', ({ command, output }) => {
  writeFileSync(join(folder, 'lattice.weft'), spec)
  const main = join(inject('built'), 'src', 'cli', 'main.js')
  const { stdout, status } = spawnSync(process.execPath, [main, ...command.split(' ')], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(status).toBe(0)
  expect(stdout.trimEnd()).toBe(output.trimEnd())
})
