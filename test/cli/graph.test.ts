// weft graph and weft expand.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { workspace } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'
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

describe('graph as a file', () => {
  test('is what the name ends with, the same bytes each time', () => {
    const cwd = workspace()
    const draw = (name: string): string => {
      const outcome = runWeft(['graph', example('unet'), '-o', name], { cwd })
      expect(outcome).toEqual({ status: 0, stdout: '', stderr: `wrote ${name}\n` })
      return readFileSync(join(cwd, name), 'utf8')
    }
    const svg = draw('unet.svg')
    expect(svg).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<svg /)
    expect(draw('again.svg')).toBe(svg)
    expect(draw('unet.html')).toMatch(/^<!doctype html>\n/)
    expect(draw('unet.mmd')).toContain('\nflowchart LR\n')
    expect(draw('unet.gv')).toMatch(/^digraph "UNet" \{\n/)
    expect(draw('unet.txt')).toContain('◉ logits')
  })

  test('goes to stdout with --format, opened where --expand says', () => {
    const args = ['graph', example('unet'), '--format', 'mmd', '--expand', 'encoder.level[0].DoubleConv']
    const { status, stdout } = runWeft(args)
    expect(status).toBe(0)
    expect(stdout).toContain('subgraph g1["encoder#91;0#93;"]')
    expect(stdout).toContain('["conv#91;0#93;<br>64 · 570×570<br>3×3"]')
  })

  test('opens by the name on a box as by its path', () => {
    const drawn = (...names: readonly string[]): string => {
      const args = names.flatMap((name) => ['--expand', name])
      const { status, stdout, stderr } = runWeft(['graph', example('unet'), '--format', 'mmd', ...args])
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      return stdout
    }
    const byPath = drawn('encoder.level[0]', 'decoder.node[1]', 'decoder.node[1].fuse')
    expect(byPath).not.toBe(drawn())
    expect(drawn('encoder[0]', 'decoder[1]', 'decoder.node[1].fuse')).toBe(byPath)
    expect(drawn('encoder[0]', 'decoder[1]', 'fuse')).toBe(byPath)
  })

  test('of a folder that is no run is told', () => {
    const cwd = workspace({ 'net.weft': sound })
    const { status, stderr } = runWeft(['graph', cwd, '--format', 'dot'])
    expect({ status, stderr: stderr.includes('WEFT802') }).toEqual({ status: 1, stderr: true })
  })

  test.each([
    [['-o', 'unet.png'], 'WEFT955', '.svg, .html, .htm, .mmd, .mermaid, .dot, .gv, .txt'],
    [['--format', 'svg', '--expand', 'encoder.levl[0]'], 'WEFT956', 'encoder.level[0]'],
    [['--format', 'svg', '--expand', 'encodr[0]'], 'WEFT956', 'did you mean `encoder[0]`'],
    [['--format', 'svg', '--expand', 'DoubleConv'], 'WEFT986', 'encoder.level[0].DoubleConv, '],
    [['--depth', '2'], 'WEFT958', '-o net.svg'],
    [['--format', 'dot', '--expand', 'nowhere'], 'WEFT956', 'weft cost --format json'],
  ])('%j is told', (args, code, help) => {
    const { status, stdout, stderr } = runWeft(['graph', example('unet'), ...args], { cwd: workspace() })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain(code)
    expect(stderr).toContain(help)
  })

  test('with too many boxes outside of grids is refused, whatever is on them', () => {
    const args = ['--set', 'blocks=[60,60,60,60,60,60]', '--depth', '9', '--format', 'svg']
    const { status, stderr } = runWeft(['graph', example('nnunet-resenc'), ...args])
    expect(status).toBe(1)
    expect(stderr).toMatch(
      /WEFT957.*the picture would have \d+ boxes outside of its grids, the limit is 1500/,
    )
  })

  // Graphviz is no part of the project: where it is installed, it reads what is written for it.
  const dot = ['/usr/bin/dot', '/usr/local/bin/dot', '/opt/homebrew/bin/dot'].find((path) => existsSync(path))

  test.skipIf(dot === undefined)('is read by Graphviz, levels one below the other', () => {
    const { stdout } = runWeft(['graph', example('e2enet'), '--format', 'dot'])
    const read = spawnSync(dot ?? 'dot', ['-Tplain'], { input: stdout, encoding: 'utf8' })
    expect({ status: read.status, stderr: read.stderr }).toEqual({ status: 0, stderr: '' })
    const places = new Map(
      Array.from(read.stdout.matchAll(/^node (b\d+) ([\d.]+) ([\d.]+)/gm), ([, id, x, y]) => [
        id ?? '',
        { x: Number(x), y: Number(y) },
      ]),
    )
    // b1 to b6 are the levels of the encoder, b7 is lattice[0,1].
    const levels = [1, 2, 3, 4, 5, 6].map((id) => places.get(`b${id}`)?.y ?? 0)
    expect(levels).toEqual(levels.toSorted((a, b) => b - a))
    expect(places.get('b7')?.y).toBe(levels[0])
    expect(places.get('b7')?.x).toBeGreaterThan(places.get('b1')?.x ?? Infinity)
  })
})
