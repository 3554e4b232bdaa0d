// weft weights --to: weights under the names of official code, which loads them.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { openSafetensors } from '../../src/node/safetensors-file.ts'
import { torchPython } from '../support/python.ts'
import { projectRoot } from '../support/specs.ts'
import { runWeft } from '../support/warm-weft.ts'
import { map, shapes, withCheckpoint } from './small-checkpoint.ts'

describe('weights for official code', () => {
  const aliases = [{ copy: 'again.first.*', of: 'first.*' }]
  const layout = { ...map, aliases }

  test('have its names, in a file that is read back to the same ones', () => {
    const cwd = withCheckpoint(shapes, layout)
    const args = ['weights', 'net.weft', '--rename', 'map.json']
    const own = runWeft([...args, '--weights', 'official.safetensors', '-o', 'own.safetensors'], { cwd })
    expect(own).toMatchObject({ status: 0, stderr: '' })
    for (const name of ['a.pth', 'b.pt', 'c.safetensors']) {
      const written = runWeft([...args, '--weights', 'own.safetensors', '--to', name], { cwd })
      expect(written).toMatchObject({ status: 0, stderr: '' })
      expect(written.stdout).toMatch(new RegExp(`^wrote ${name}  6 tensors, [\\d,]+ bytes\n$`))
      const back = runWeft([...args, '--weights', name, '-o', 'back.safetensors'], { cwd })
      expect(back).toMatchObject({ status: 0, stderr: '' })
      const numbersIn = (file: string): unknown => {
        const opened = openSafetensors(join(cwd, file))
        if (isProblem(opened)) throw new Error(opened.name)
        const found = [...opened.entries.keys()].map((one) => [one, opened.read(one)])
        opened.close()
        return found
      }
      expect(numbersIn('back.safetensors')).toEqual(numbersIn('own.safetensors'))
    }
    expect(readFileSync(join(cwd, 'a.pth'))).toEqual(readFileSync(join(cwd, 'b.pt')))
  })

  test.skipIf(torchPython === undefined)('are what torch.load takes as plain data', () => {
    const cwd = withCheckpoint(shapes, layout)
    const args = ['net.weft', '--weights', 'official.safetensors', '--rename', 'map.json', '--to', 'a.pth']
    expect(runWeft(['weights', ...args], { cwd })).toMatchObject({ status: 0, stderr: '' })
    const script = `${projectRoot}/test/weights/peers/load_torch_file.py`
    const { stdout, stderr } = spawnSync(torchPython ?? '', [script, join(cwd, 'a.pth')], {
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    const loaded = JSON.parse(stdout) as Record<string, unknown>
    expect(Object.keys(loaded)).toHaveLength(6)
    expect(loaded['first.bias']).toEqual({
      dtype: 'torch.float32',
      shape: [4],
      numbers: [0, 1, 2, 0],
      shared: ['again.first.bias'],
    })
  })

  test('begin as the spec says where there are no others, and need a map and a name that fit', () => {
    const cwd = withCheckpoint(shapes, layout)
    const args = ['weights', 'net.weft', '--rename']
    expect(runWeft([...args, 'map.json', '--to', 'a.pth'], { cwd })).toMatchObject({ status: 0, stderr: '' })
    expect(runWeft([...args, 'unet', '--to', 'a.pth'], { cwd }).stderr).toContain(
      'error[WEFT943]: no rule of unet gives',
    )
    expect(runWeft([...args, 'map.json', '--to', 'a.bin'], { cwd }).stderr).toContain('--to takes a name in')
    expect(runWeft([...args, 'map.json'], { cwd }).stderr).toContain('--rename goes with --weights')
  })
})
