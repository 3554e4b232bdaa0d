// weft comment and what stands around it: the text for a pull request, the action's scripts, the recipe for notebooks.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commentMarkdown, type CommentFile } from '../../src/backends/report/comment/markdown.ts'
import { pandasPython } from '../support/python.ts'
import { mainScript, workspace, type Outcome } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'
import { projectRoot, sound } from '../support/specs.ts'

const wider = sound.replace('conv(base, 3)', 'conv(base, 5)')

function git(cwd: string, ...args: readonly string[]): void {
  const own = ['-c', 'user.name=weft', '-c', 'user.email=weft@weft.invalid', '-c', 'init.defaultBranch=main']
  const { status, stderr } = spawnSync('git', [...own, ...args], { cwd, encoding: 'utf8' })
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
}

/** A repository with these files committed, and then others in their place. */
function changed(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string {
  const cwd = workspace(before)
  git(cwd, 'init', '--quiet')
  git(cwd, 'add', '.')
  git(cwd, 'commit', '--quiet', '-m', 'before')
  for (const [path, text] of Object.entries(after)) writeFileSync(join(cwd, path), text)
  return cwd
}

describe('a comment', () => {
  const comment = (cwd: string, ...files: readonly string[]): Outcome =>
    runWeft(['comment', ...files, '--from', 'HEAD'], { cwd })

  test('has a line for each network that changed, with its comparison to unfold', () => {
    const cwd = changed({ 'a.weft': sound, 'b.weft': sound }, { 'a.weft': wider.replace('Wide', 'Wider') })
    const { status, stdout, stderr } = comment(cwd, 'a.weft', 'b.weft')
    expect({ status, stderr }).toEqual({ status: 2, stderr: '' })
    expect(stdout).toMatch(/^<!-- weft comment -->\n### Weft: 3 networks differ\n/)
    expect(stdout).toContain('| Net | a.weft | changed | 50 → 114 (+128.0 %) | 2.82 K → 6.91 K (+145.5 %) |')
    expect(stdout).toContain('| Wider | a.weft | new | 226 | 13.82 K |')
    expect(stdout).toContain('| Wide | a.weft | removed |  |  |')
    expect(stdout).toContain('Compared with `HEAD`; 2 networks are the same.')
    expect(stdout).toContain('<summary><code>Net</code> of <code>a.weft</code></summary>')
    expect(stdout).toMatch(/kernel .*3, 3.* → .*5, 5/)
  })

  test('says that nothing differs, that a budget is exceeded, what mistakes there are', () => {
    const cwd = changed({ 'a.weft': sound }, {})
    expect(comment(cwd, 'a.weft')).toMatchObject({ status: 0, stderr: '' })
    expect(comment(cwd, 'a.weft').stdout).toContain('### Weft: no network differs')
    writeFileSync(join(cwd, 'a.weft'), sound.replace('output', 'budget params <= 10\n  output'))
    const over = comment(cwd, 'a.weft')
    expect(over.status).toBe(2)
    expect(over.stdout).toContain('### Weft: budgets exceeded in 1 of 1 files, 2 networks differ')
    expect(over.stdout).toContain('WEFT601')
    writeFileSync(join(cwd, 'a.weft'), sound.replace('relu', 'relo'))
    writeFileSync(join(cwd, 'new.weft'), sound)
    const wrong = comment(cwd, 'a.weft', 'new.weft')
    expect(wrong.status).toBe(1)
    expect(wrong.stdout).toMatch(
      /1 of 2 files with mistakes[^]*did you mean `relu`\?[^]*\| Net \| a\.weft \| broken \|/,
    )
    expect(wrong.stdout).toContain('| Net | new.weft | new |')
    expect(runWeft(['comment', 'a.weft', '--from', 'nowhere'], { cwd })).toMatchObject({
      status: 1,
      stdout: '',
    })
    expect(runWeft(['comment', 'a.weft'], { cwd }).stderr).toContain('say what to compare with')
  })

  test('of a file that is gone says which networks are', () => {
    const cwd = changed({ 'a.weft': sound, 'b.weft': sound }, {})
    rmSync(join(cwd, 'b.weft'))
    const { status, stdout, stderr } = comment(cwd, 'a.weft', 'b.weft')
    expect({ status, stderr }).toEqual({ status: 2, stderr: '' })
    expect(stdout).toContain('### Weft: 2 networks differ')
    expect(stdout).toContain('| Net | b.weft | removed |  |  |')
    expect(comment(cwd, 'never.weft').stderr).toContain('WEFT801')
  })

  test('is never longer than GitHub takes', () => {
    const file = (at: number): CommentFile => ({
      file: `net-${at}.weft`,
      findings: 'x'.repeat(20_000),
      verdict: 'error',
      networks: [
        {
          name: 'Net',
          change: 'new',
          before: undefined,
          after: { parameters: 1, macs: null },
          diff: undefined,
        },
      ],
    })
    const text = commentMarkdown(
      Array.from({ length: 100 }, (_, at) => file(at)),
      'main',
    )
    expect(text.length).toBeLessThanOrEqual(65_536)
    expect(text).toContain('100 of 100 files with mistakes')
    expect(text).toContain('left out here')
  })
})

/** The folder of a `weft` that is this build's. */
function commandFolder(cwd: string): string {
  const folder = join(cwd, '.bin')
  mkdirSync(folder)
  writeFileSync(join(folder, 'weft'), `#!/bin/sh\nexec "${process.execPath}" "${mainScript()}" "$@"\n`)
  chmodSync(join(folder, 'weft'), 0o755)
  return folder
}

describe('the action', () => {
  const action = readFileSync(join(projectRoot, 'action.yml'), 'utf8')

  test('runs scripts that are there', () => {
    const scripts = [...action.matchAll(/\$GITHUB_ACTION_PATH\/([\w/.-]+)/g)].map(([, path = '']) => path)
    expect(scripts).toEqual(['action/compare.sh', 'action/post.sh'])
    for (const path of scripts) expect(existsSync(join(projectRoot, path)), path).toBe(true)
    // What a pull request names never becomes part of a script.
    expect(action).not.toMatch(/run: .*\$\{\{/)
  })

  test('writes the comment and the summary, and fails where a check fails', () => {
    const cwd = changed({ 'a.weft': sound }, { 'a.weft': wider })
    const path = `${commandFolder(cwd)}${delimiter}${process.env['PATH'] ?? ''}`
    const compare = (files: string): { status: number | null; stdout: string } => {
      rmSync(join(cwd, 'comment.md'), { force: true })
      const env = {
        PATH: path,
        FILES: files,
        FROM: 'HEAD',
        COMMENT_FILE: join(cwd, 'comment.md'),
        GITHUB_STEP_SUMMARY: join(cwd, 'summary.md'),
      }
      return spawnSync('bash', [join(projectRoot, 'action/compare.sh')], { cwd, env, encoding: 'utf8' })
    }
    expect(compare('**/*.weft')).toMatchObject({ status: 0 })
    const text = readFileSync(join(cwd, 'comment.md'), 'utf8')
    expect(text).toContain('### Weft: 2 networks differ')
    expect(readFileSync(join(cwd, 'summary.md'), 'utf8')).toBe(text)
    writeFileSync(join(cwd, 'gone.weft'), sound)
    git(cwd, 'add', 'gone.weft')
    git(cwd, 'commit', '--quiet', '-m', 'one more')
    rmSync(join(cwd, 'gone.weft'))
    expect(compare('**/*.weft')).toMatchObject({ status: 0 })
    expect(readFileSync(join(cwd, 'comment.md'), 'utf8')).toContain('| Net | gone.weft | removed |')
    expect(compare('none/*.weft')).toMatchObject({ status: 0, stdout: 'no spec matches none/*.weft\n' })
    writeFileSync(join(cwd, 'a.weft'), sound.replace('relu', 'relo'))
    expect(compare('*.weft').status).toBe(1)
    expect(readFileSync(join(cwd, 'comment.md'), 'utf8')).toContain('1 of 2 files with mistakes')
  })
})

test('the hooks for pre-commit name commands that there are', () => {
  const hooks = readFileSync(join(projectRoot, '.pre-commit-hooks.yaml'), 'utf8')
  const entries = [...hooks.matchAll(/^ {2}entry: weft (.+)$/gm)].map(([, command = '']) => command)
  expect(entries).toEqual(['check', 'fmt'])
  const cwd = workspace({ 'a.weft': sound, 'b.weft': sound })
  for (const command of entries)
    expect(runWeft([command, 'a.weft', 'b.weft'], { cwd })).toMatchObject({ status: 0 })
})

test.skipIf(pandasPython === undefined)('the recipe for notebooks gives tables', () => {
  const page = readFileSync(join(projectRoot, 'docs/automation.md'), 'utf8')
  const [, recipe = ''] = /```python\n([^]*?)```/.exec(page) ?? []
  expect(recipe.split('\n').length).toBeLessThanOrEqual(24)
  const cwd = workspace({ 'net.weft': sound })
  const path = `${commandFolder(cwd)}${delimiter}${process.env['PATH'] ?? ''}`
  const { status, stdout, stderr } = spawnSync(pandasPython ?? '', ['-c', recipe], {
    cwd,
    env: { PATH: path },
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatch(/4 +50 +2816\n8 +98 +5632\n16 +194 +11264/)
  expect(stdout).toMatch(/logits\S* +\d/)
})
