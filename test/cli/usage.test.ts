// How the command is called, and what it says when it is called wrongly.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runWeft, workspace } from '../support/run-weft.ts'
import { projectRoot, sound } from '../support/specs.ts'

describe('usage', () => {
  test('help and version go to stdout', () => {
    const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
      version: string
    }
    expect(runWeft(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' })
    const help = runWeft(['--help'])
    expect(help).toMatchObject({ status: 0, stderr: '' })
    for (const command of [
      'check',
      'cost',
      'sweep',
      'fit',
      'graph',
      'expand',
      'import',
      'export',
      'weights',
      'fmt',
      'init',
      'explain',
      'playground',
      'lsp',
    ]) {
      expect(help.stdout).toContain(`weft ${command}`)
      expect(runWeft([command, '--help']).stdout, command).toContain('Examples:')
    }
  })

  test.each([
    [[], 'Commands:'],
    [['cots', 'net.weft'], 'error: there is no command `cots`; did you mean `cost`?'],
    [['cost', 'net.weft', 'b.weft'], 'error: `b.weft` is more than it takes'],
    [['cost'], 'error: `weft cost` needs <file>\n'],
    [['import'], 'error: `weft import` needs <what> and <file>\n'],
    [['import', 'plans'], 'error: `weft import` needs <file>\n'],
    [
      ['cost', 'net.weft', '--formatt', 'csv'],
      'error: there is no option --formatt; did you mean `--format`?',
    ],
    [['cost', 'net.weft', '--format', 'xml'], '--format takes table, json, csv or md, not xml\n'],
    [['import', 'plan', 'plans.json'], '<what> takes plans or model, not plan; did you mean `plans`?\n'],
    [
      ['compile', 'net.weft', '--target', 'onx', '-o', 'n'],
      '--target takes onnx, tfjs, torch or nnunet, not onx',
    ],
    [['export', 'plans', 'net.weft', '--into', 'p.json'], 'error: --into goes with --configuration\n'],
    [['cost', 'net.weft', '--format', 'jso'], 'csv or md, not jso; did you mean `json`?'],
    [
      ['train', 'net.weft', '--checkpont-every=3'],
      'no option --checkpont-every; did you mean `--checkpoint-every`?',
    ],
    [['cost', 'net.weft', '--depth', '0'], '--depth takes a whole number from 1'],
  ])('%j is told', (args, message) => {
    const { status, stdout, stderr } = runWeft(args)
    expect(stderr).toContain(message)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  })

  test('two formats at once are one too many, unless they are the same', () => {
    const cwd = workspace({ 'net.weft': sound })
    const { status, stdout, stderr } = runWeft(['cost', 'net.weft', '--json', '--format', 'md'], { cwd })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain('error[WEFT825]: --json and --format md ask for different things')
    expect(runWeft(['cost', 'net.weft', '--json', '--format', 'json'], { cwd }).status).toBe(0)
  })

  test('a list without brackets is told how it is written', () => {
    const cwd = workspace({ 'net.weft': sound })
    const { stderr } = runWeft(['cost', 'net.weft', '--set', 'patch=96,96'], { cwd })
    expect(stderr).toContain('error[WEFT823]')
    expect(stderr).toContain("a list stands in brackets: --set 'patch=[96,96]'")
  })
})
