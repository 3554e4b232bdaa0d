// weft predict and weft evaluate as users call them: what they print, their numbers against a direct computation, what they refuse.
import { existsSync, linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LabelledCase } from '../../src/data/case.ts'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { parsePhantom, phantomCase } from '../../src/data/phantom.ts'
import { readLabels } from '../../src/node/volume-files.ts'
import { openSafetensors } from '../../src/node/safetensors-file.ts'
import { runtime } from '../support/onnx.ts'
import { type Outcome } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'
import { niftiOf, phantoms, sound, trainSmall } from '../support/trained-run.ts'

let folder = ''
beforeAll(async () => {
  folder = await trainSmall()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const weft = (...args: readonly string[]): Outcome => runWeft(args, { cwd: folder })

/** The command has to succeed without a word on stderr. */
function done(...args: readonly string[]): string {
  const { status, stdout, stderr } = weft(...args)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
}

/** The command has to fail with this code; gives its message. */
function refused(code: string, ...args: readonly string[]): string {
  const { status, stderr } = weft(...args)
  expect(stderr).toContain(`error[${code}]`)
  expect(status).toBe(1)
  return stderr
}

const phantomOf = (name: string, data = phantoms): LabelledCase =>
  phantomCase(sound(parsePhantom(data)), name)

/** A folder of images, of cases by name. */
function images(name: string, cases: readonly string[], data = phantoms): void {
  mkdirSync(join(folder, name))
  for (const one of cases)
    writeFileSync(join(folder, name, `${one}_0000.nii.gz`), niftiOf(phantomOf(one, data)))
}

interface ScoresJson {
  readonly dice: number | null
  readonly hausdorff95: number | null
  readonly surfaceDice: number | null
}

interface EvaluationJson {
  readonly network: string
  readonly checkpoint: object
  readonly data: string
  readonly split: string
  readonly mean: ScoresJson
  readonly classes: Readonly<Record<string, ScoresJson>>
  readonly cases: readonly { readonly case: string; readonly classes: Readonly<Record<string, ScoresJson>> }[]
}

const evaluated = (...args: readonly string[]): EvaluationJson =>
  JSON.parse(done('evaluate', 'run', '--backend', 'wasm', '--json', ...args)) as EvaluationJson

let known: EvaluationJson | undefined
/** Of the cases that the run held out, with a tolerance of 2 mm. */
const heldOut = (): EvaluationJson => (known ??= evaluated('--tolerance', '2'))

// ---------------------------------------------------------------- a direct computation, by the definitions and nothing else

type Voxel = readonly [number, number, number]

/** Voxels of a class that have a face neighbour outside of it. */
function surfaceOf(data: Uint8Array, [d, h, w]: Voxel, label: number): Voxel[] {
  const has = ([z, y, x]: Voxel): boolean =>
    z >= 0 && y >= 0 && x >= 0 && z < d && y < h && x < w && data[(z * h + y) * w + x] === label
  const all = [...data.keys()].map((at): Voxel => [Math.floor(at / (h * w)), Math.floor(at / w) % h, at % w])
  const neighbours = ([z, y, x]: Voxel): Voxel[] =>
    [-1, 1].flatMap((k): Voxel[] => [
      [z + k, y, x],
      [z, y + k, x],
      [z, y, x + k],
    ])
  return all.filter((one) => has(one) && !neighbours(one).every(has))
}

function direct(
  predicted: Uint8Array,
  { labels }: LabelledCase,
  label: number,
  tolerance: number,
): ScoresJson {
  const size = (data: Uint8Array): number => data.filter((one) => one === label).length
  const both = predicted.filter((one, at) => one === label && labels.data[at] === label).length
  const [ours, theirs] = [predicted, labels.data].map((data) =>
    surfaceOf(data, labels.geometry.extents, label),
  )
  const nearest = (from: readonly Voxel[] = [], to: readonly Voxel[] = []): number[] =>
    from.map((a) => Math.min(...to.map((b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]))))
  const distances = [...nearest(ours, theirs), ...nearest(theirs, ours)].toSorted((a, b) => a - b)
  const place = 0.95 * (distances.length - 1)
  const [low = 0, high = 0] = [distances[Math.floor(place)], distances[Math.ceil(place)]]
  return {
    dice: (2 * both) / (size(predicted) + size(labels.data)),
    hausdorff95: low + (place - Math.floor(place)) * (high - low),
    surfaceDice: distances.filter((one) => one <= tolerance).length / distances.length,
  }
}

const rounded = ({ dice, hausdorff95, surfaceDice }: ScoresJson): (number | undefined)[] =>
  [dice, hausdorff95, surfaceDice].map((value) =>
    value === null ? undefined : Math.round(1e9 * value) / 1e9,
  )

describe('weft evaluate', () => {
  test('gives what a direct computation on the predicted files gives', async () => {
    const found = heldOut()
    const names = found.cases.map((one) => one.case)
    images('held-out', names)
    const stdout = done('predict', 'run', '-i', 'held-out', '-o', 'labels', '--backend', 'wasm')
    expect(stdout).toMatch(/^backend wasm: WebAssembly.*; asked for\n/)
    expect(stdout).toContain(`wrote ${join('labels', `${names[0]}.nii.gz`)}  ellipsoid 1 `)
    expect(stdout).toMatch(/\npredicted 2 cases by Small, last checkpoint \(step 16\)\n$/)
    const expected: unknown[] = []
    for (const name of names) {
      const { labels } = sound(await readLabels(join(folder, 'labels', `${name}.nii.gz`), 3))
      expected.push([1, 2].map((label) => rounded(direct(labels.data, phantomOf(name), label, 2))))
    }
    expect(found.cases.map((one) => Object.values(one.classes).map(rounded))).toEqual(expected)
    const dice = found.cases.map((one) => one.classes['ellipsoid 2']?.dice ?? NaN)
    expect(found.classes['ellipsoid 2']?.dice).toBeCloseTo(((dice[0] ?? 0) + (dice[1] ?? 0)) / 2, 12)
    const [first, second] = Object.values(found.classes)
    expect(found.mean.dice).toBeCloseTo(((first?.dice ?? NaN) + (second?.dice ?? NaN)) / 2, 12)
  })

  test('prints means by class, and each case where it is asked to', () => {
    const { classes, cases, mean } = heldOut()
    const text = done('evaluate', 'run', '--backend', 'wasm', '--tolerance', '2', '--per-case')
    expect(text).toContain('\nSmall, last checkpoint (step 16): 2 validation cases of phantoms\n')
    const row = (name: string): string[] =>
      text
        .split('\n')
        .find((line) => line.startsWith(name))
        ?.trim()
        .split(/ {2,}/) ?? []
    expect(row('class')).toEqual(['class', 'Dice', 'HD95 mm', 'surface Dice 2 mm'])
    const cells = (scores: ScoresJson | undefined): string[] => [
      scores?.dice?.toFixed(4) ?? '-',
      scores?.hausdorff95?.toFixed(2) ?? '-',
      scores?.surfaceDice?.toFixed(4) ?? '-',
    ]
    expect(row('ellipsoid 1')).toEqual(['ellipsoid 1', ...cells(classes['ellipsoid 1'])])
    expect(row('mean')).toEqual(['mean', ...cells(mean)])
    const [first] = cases
    expect(row(first?.case ?? '?')).toEqual([
      first?.case,
      'ellipsoid 1',
      ...cells(first?.classes['ellipsoid 1']),
    ])
  })

  test('refuses cases that there are none of', () => {
    const other = ['--data', 'phantom:cases=1,extents=8x16x16', '--cases', 'validation']
    const message = refused('WEFT870', 'evaluate', 'run', '--backend', 'cpu', ...other)
    expect(message).toContain('has no validation cases there: it was not trained on phantom:')
  })
})

test('weft predict refuses to write among the images, and options without sense', () => {
  images('in', ['phantom_001'])
  const predict = ['predict', 'run', '--backend', 'cpu', '-i', 'in', '-o', 'in']
  expect(refused('WEFT869', ...predict)).toContain('it is the folder of the images')
  expect(readdirSync(join(folder, 'in'))).toEqual(['phantom_001_0000.nii.gz'])
  mkdirSync(join(folder, 'linked'))
  linkSync(join(folder, 'in', 'phantom_001_0000.nii.gz'), join(folder, 'linked', 'phantom_001.nii.gz'))
  refused('WEFT977', ...predict.slice(0, -1), 'linked')
  expect(weft(...predict, '--overlap', '1').stderr).toContain('--overlap takes a share')
})

describe('a run in place of a spec', () => {
  test('gives its weights to the official code, and takes them back', () => {
    done('weights', 'run', '-o', 'plain.safetensors')
    done('weights', 'run', '--to', 'official.pth', '--rename', 'e2enet')
    const read = ['--weights', 'official.pth', '-o', 'back.safetensors']
    done('weights', 'net.weft', '--network', 'Small', ...read)
    const [own, back] = ['plain.safetensors', 'back.safetensors'].map((name) => {
      const file = sound(openSafetensors(join(folder, name)))
      return [...file.entries.keys()].map((tensor) => [tensor, file.read(tensor)])
    })
    expect(back).toEqual(own)
  })

  test('has its weights listed, and written under the paths of its network', () => {
    const text = done('weights', 'run')
    expect(text).not.toContain('adam')
    done('weights', 'run', '-o', 'own.safetensors')
    const own = sound(openSafetensors(join(folder, 'own.safetensors')))
    const kept = sound(openSafetensors(join(folder, 'run', 'checkpoint.safetensors')))
    const [name = ''] = own.entries.keys()
    expect(text).toContain(name)
    expect(own.read(name)).toEqual(kept.read(name))
    expect([...own.entries.keys()].filter((one) => one.includes('/'))).toEqual([])
    expect(own.metadata.get('weights')).toBe('checkpoint.safetensors')
    for (const file of [own, kept]) file.close()
  })

  test.skipIf(isProblem(runtime))('runs in ONNX Runtime', () => {
    const document: unknown = JSON.parse(done('bench', 'run', '--repeats', '1', '--warmup', '0', '--json'))
    expect(document).toMatchObject({ timings: [{ name: 'Small' }] })
  })

  test('is compiled with what it was trained with, and nothing else', () => {
    const compile = ['compile', 'run', '--target', 'onnx', '-o', 'no.onnx']
    expect(refused('WEFT871', ...compile, '--set', 'base=8')).toContain('--set cannot be given')
    refused('WEFT871', ...compile, '--network', 'Small')
    expect(refused('WEFT871', ...compile, '--weights', 'x.safetensors')).toContain('--checkpoint chooses')
    expect(refused('WEFT861', 'compile', 'net.weft', ...compile.slice(2), '--checkpoint', 'last')).toContain(
      'net.weft',
    )
    expect(existsSync(join(folder, 'no.onnx'))).toBe(false)
    refused('WEFT871', 'weights', 'run', '--weights', 'x.safetensors')
    refused('WEFT861', 'weights', 'net.weft', '--checkpoint', 'best')
    const state = join('run', 'checkpoint.safetensors')
    refused('WEFT977', 'compile', 'run', '--target', 'onnx', '-o', state)
    expect(done('cost', 'run')).toContain('image N×1×8×16×16')
  })
})
