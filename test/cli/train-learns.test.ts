// weft train learns: whole runs on WebAssembly, by augmented batches of two and deep supervision, until held-out phantoms are segmented.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openSafetensors } from '../../src/node/safetensors-file.ts'
import { isMasked } from '../../src/compiler/ir/connections.ts'
import { activeConnections, activeCount } from '../../src/weights/connections.ts'
import { asked, historyOf, sound, tinyData, tinySpec } from '../support/tiny-training.ts'
import { runWeft, workspace } from '../support/run-weft.ts'

const limit = 120_000

function trained(recipe: string): { readonly run: string; readonly stdout: string; readonly stderr: string } {
  const cwd = workspace({ 'net.weft': tinySpec })
  const args = ['train', 'net.weft', '--recipe', recipe, '--data', tinyData, '-o', 'run', '--backend', 'wasm']
  const { status, stdout, stderr } = runWeft(args, { cwd })
  expect(status, stderr).toBe(0)
  return { run: join(cwd, 'run'), stdout, stderr }
}

const epochsOf = (run: string): { meanDice: number | null; loss: number }[] =>
  historyOf(run).filter((record) => record.kind === 'epoch')

describe('weft train', { timeout: limit }, () => {
  test('a U-Net reaches a Dice of 0.9 on held-out cases, and says how', () => {
    const { run, stdout, stderr } = trained('dense')
    const epochs = epochsOf(run)
    expect(epochs.at(-1)?.meanDice).toBeGreaterThan(0.9)
    expect(epochs.at(-1)?.loss).toBeLessThan((epochs[0]?.loss ?? 0) - 0.5)
    // Nobody watches: plain lines, one per epoch, nothing that is drawn over.
    expect(stderr).toBe('')
    expect(stdout).not.toContain('\r')
    const [backend = '', ...lines] = stdout.trimEnd().split('\n')
    expect(backend).toMatch(/^backend wasm: WebAssembly with(out)? SIMD; asked for$/)
    expect(lines.slice(0, 2)).toEqual([
      'training Dense by dense: 6 cases, 2 held out, 4 epochs of 30 steps of 2',
      `page ${join('run', 'index.html')}`,
    ])
    const epochLine =
      /^epoch [1-4]\/4  loss -?\d\.\d{4}  \d+\.\d\d s\/step  Dice 0\.\d{4} on 2 cases: ellipsoid 1 0\.\d{4}, ellipsoid 2 0\.\d{4}$/
    for (const line of lines.slice(2, 6)) expect(line).toMatch(epochLine)
    expect(lines.slice(6)).toHaveLength(1)
    expect(lines[6]).toMatch(/^finished 120 steps; best validation: mean Dice 0\.\d{4} after epoch \d$/)
    const page = readFileSync(join(run, 'index.html'), 'utf8')
    expect(page).toContain('ellipsoid 2')
    expect(page).not.toContain('http-equiv="refresh"')
  })

  test('a sparse fusion learns as well while its topology changes, and stays as sparse as the spec says', () => {
    const { run } = trained('sparse')
    expect(epochsOf(run).at(-1)?.meanDice).toBeGreaterThan(0.9)

    const { graph } = asked(run, { name: 'wasm', description: '', reason: '' }, { recipe: 'sparse' })
    const masked = graph.parameters.filter(({ mask }) => mask !== undefined)
    expect(masked.length).toBeGreaterThan(5)
    const topology = historyOf(run).filter((record) => record.kind === 'topology')
    expect(topology.map(({ step }) => step)).toEqual([
      0,
      ...Array.from({ length: 11 }, (_, k) => 10 * (k + 1) + 1),
    ])
    // From half of the connections at the beginning to nearly none at the end.
    expect(topology[1]?.rate).toBeCloseTo(0.49, 1)
    expect(topology.at(-1)?.rate).toBeLessThan(0.02)
    for (const { step, weights, edges } of topology) {
      expect(edges.length).toBeGreaterThan(0)
      expect(weights.map(({ path }) => path)).toEqual(masked.map(({ path }) => path))
      for (const { active, total, dropped, grown, activated } of weights) {
        expect(active).toBe(Math.round(total * 0.2))
        expect(grown).toBe(dropped)
        expect(step > 0 && step < 100 ? activated : 1).toBeGreaterThan(0)
      }
    }

    // Both were written right before an update: what the spec promises has been trained, but for the odd connection that grew where no
    // gradient reaches it.
    for (const name of ['checkpoint.safetensors', 'best.safetensors']) {
      const file = sound(openSafetensors(join(run, name)))
      for (const { path, shape, mask } of masked.filter(isMasked)) {
        const kept = activeCount(activeConnections(sound(file.read(path)), { shape, mask }))
        expect(kept, path).toBeLessThanOrEqual(mask.kept)
        expect(kept, path).toBeGreaterThan(0.9 * mask.kept)
      }
      file.close()
    }
  })
})
