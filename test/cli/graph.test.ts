// weft graph and weft expand.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runWeft, workspace } from '../support/run-weft.ts'
import { example, sound } from '../support/specs.ts'

describe('graph and expand', () => {
  test('draw the examples', () => {
    const { status, stdout } = runWeft(['graph', example('unet')])
    expect(status).toBe(0)
    expect(stdout).toContain('●───────────◉ logits')
    const ascii = runWeft(['graph', example('unet')], { env: { LC_ALL: 'C' } })
    expect(ascii.stdout).toContain('o-----------@ logits')
  })

  test('a network without families says so', () => {
    const { status, stdout } = runWeft(['graph', 'net.weft'], { cwd: workspace({ 'net.weft': sound }) })
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: 'Net has no fusion and no backbone to draw; `weft cost` lists its modules\n',
    })
  })

  test('an expanded network is a spec of the same cost', () => {
    const cwd = workspace({ 'net.weft': sound })
    const { status, stdout } = runWeft(['expand', 'net.weft'], { cwd })
    expect(status).toBe(0)
    writeFileSync(join(cwd, 'expanded.weft'), stdout)
    const totals = (file: string): unknown =>
      (JSON.parse(runWeft(['cost', file, '--json'], { cwd }).stdout) as { totals: unknown }).totals
    expect(totals('expanded.weft')).toEqual(totals('net.weft'))
  })
})
