// weft memory: what it prints, in every format, and what it refuses.
import { describe, expect, test } from 'vitest'
import { workspace } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'
import { example, sound, tooDear, validator } from '../support/specs.ts'

interface Document {
  readonly training: {
    readonly totalBytes: number
    readonly residentBytes: number
    readonly peakBytes: number
  }
  readonly inference: Document['training']
}

describe('memory', () => {
  const cwd = (): string => workspace({ 'net.weft': sound })

  test('prints totals, causes, tensors with their lines, and the schedule', () => {
    const { status, stdout, stderr } = runWeft(['memory', 'net.weft', '--batch', '2'], { cwd: cwd() })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    // 50 parameters; image 64, convolution 256 (written over by relu) and logits 128 elements.
    expect(stdout).toMatch(/^weights +200 bytes +200 bytes$/m)
    expect(stdout).toMatch(/^activations at the peak +\S+ KiB +3\.50 KiB$/m)
    expect(stdout).toMatch(/^logits\.conv\[0\] +2\.00 KiB +57\.1 % +4×8×8 +layer inputs +net\.weft:3$/m)
    expect(stdout).toMatch(/^[▁▂▃▄▅▆▇█]+$/m)
    expect(stdout).toMatch(/^logits +image +3×3$/m)
  })

  test('--json follows its schema and adds up', () => {
    const valid = validator('weft-memory-1.schema.json')
    const { stdout } = runWeft(['memory', example('e2enet'), '--json', '--dtype', 'bf16'], { cwd: cwd() })
    const document = JSON.parse(stdout) as Document
    expect(valid(document)).toBe('')
    expect(valid({ ...document, schema: 'weft-memory/2' })).not.toBe('')
    for (const { totalBytes, residentBytes, peakBytes } of [document.training, document.inference])
      expect(totalBytes).toBe(residentBytes + peakBytes)
  })

  test('as Markdown', () => {
    const { stdout } = runWeft(['memory', 'net.weft', '--format', 'md'], { cwd: cwd() })
    expect(stdout).toContain('\n### memory\n')
    expect(stdout).toMatch(/^\| weights \| 200 bytes \| 200 bytes \|$/m)
  })

  test('flags weights that no output reads', () => {
    const text = `network N {
  input x: [1, 8, 8]
  backbone b { level[0] = x -> conv(2, 3) level[1] = level[0] -> conv(4, 3) }
  output y = b[0] -> conv(2, 1)
}
`
    const { stdout } = runWeft(['memory', 'dead.weft'], { cwd: workspace({ 'dead.weft': text }) })
    expect(stdout).toContain('dead: b.level[1].conv.weight, 72 (dead.weft:3)')
  })

  test('refuses free extents and senseless batches; a broken budget is 2', () => {
    const text = 'network N {\n  input x: [1, dim("H", multiple = 2)]\n  output y = x -> conv(2, 3)\n}\n'
    const where = workspace({ 'free.weft': text, 'dear.weft': tooDear, 'net.weft': sound })
    const free = runWeft(['memory', 'free.weft'], { cwd: where })
    expect(free).toMatchObject({ status: 1, stdout: '' })
    expect(free.stderr).toContain('error[WEFT822]')
    expect(runWeft(['memory', 'net.weft', '--batch', '0'], { cwd: where }).stderr).toContain('--batch takes')
    expect(runWeft(['memory', 'dear.weft'], { cwd: where }).status).toBe(2)
  })
})
