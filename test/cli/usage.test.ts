// How the command is called, and what it says when it is called wrongly.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runWeft } from '../support/run-weft.ts'
import { projectRoot } from '../support/specs.ts'

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
      'graph',
      'expand',
      'weights',
      'fmt',
      'init',
      'explain',
    ]) {
      expect(help.stdout).toContain(`weft ${command}`)
      expect(runWeft([command, '--help']).stdout, command).toContain('Examples:')
    }
  })

  test.each([
    [[], 'Commands:'],
    [['cots', 'net.weft'], 'Did you mean cost?'],
    [['cost'], 'Not enough non-option arguments'],
    [['cost', 'net.weft', '--formatt', 'csv'], 'Unknown argument: formatt'],
    [['cost', 'net.weft', '--format', 'xml'], 'Choices: "table", "json", "csv", "md"'],
    [['cost', 'net.weft', '--depth', '0'], '--depth takes a whole number from 1'],
  ])('%j is told', (args, message) => {
    const { status, stdout, stderr } = runWeft(args)
    expect(stderr).toContain(message)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  })
})
