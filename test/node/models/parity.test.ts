// Imported models beside nnU-Net itself: models that its own trainer makes and trains for a few steps on made-up volumes, predicted by
// nnU-Net on a CPU and by Weft. docs/pipeline.md has the table; `npm run parity` prints it, with a model of real volumes that takes minutes to train.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isProblem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import { openSafetensors } from '../../../src/node/safetensors-file.ts'
import { repository } from '../../examples/compile-example.ts'
import { deployedPython, plansPython } from '../../support/python.ts'
import { runWeft } from '../../support/warm-weft.ts'

const minute = 60_000
const data = join(repository, '../shared/data/Dataset004_Hippocampus')
const madeUp = ['plain', 'resampled', 'anisotropic', 'regions', 'slices', 'turned', 'batchnorm'] as const
const printsTable = process.env['WEFT_PARITY'] === 'table'
const cases = printsTable && existsSync(data) ? ([...madeUp, 'hippocampus'] as const) : madeUp
if (printsTable && !existsSync(data))
  process.stderr.write('no ../shared/data/Dataset004_Hippocampus: the model of its volumes is skipped\n')
const described = JSON.parse(
  readFileSync(join(import.meta.dirname, 'peers', 'cases.json'), 'utf8'),
) as Readonly<Record<string, { readonly about: string }>>

/** Where nnU-Net's probabilities are recorded, and how far ours may be from them. */
const recorded: ReadonlySet<string> = new Set(['plain', 'regions', 'resampled', 'anisotropic'])
const probabilityLimit = 1e-3

/** Labels that there are, here and there; of Hippocampus the few steps have not found the anterior part yet. */
const structures = (name: (typeof cases)[number]): number => (name === 'hippocampus' ? 1 : 2)

function greatestDifference(folder: string): number {
  const [found, expected] = ['found', 'nnunet'].map((one) => {
    const file = openSafetensors(join(folder, one, 'case.safetensors'))
    if (isProblem(file)) throw new Error(file.name)
    const values = file.read('probabilities')
    file.close()
    if (isProblem(values)) throw new Error(values.name)
    return { shape: file.entries.get('probabilities')?.shape, values }
  })
  expect(found?.shape).toEqual(expected?.shape)
  const differences = Array.from(expected?.values ?? [NaN], (value, at) =>
    Math.abs(value - (found?.values[at] ?? NaN)),
  )
  return differences.reduce((most, one) => Math.max(most, one), 0)
}

const voxels = (path: string): Uint8Array => gunzipSync(readFileSync(path)).subarray(352)

function weft(...args: readonly string[]): void {
  const { status, stdout, stderr } = runWeft(args)
  if (status !== 0) throw new Error(stdout + stderr)
}

interface Agreement {
  /** Voxels whose labels differ. */
  readonly differ: number
  /** How many labels there are, here or there. */
  readonly labels: number
  /** Least over these. */
  readonly dice: number
}

function agreement(found: Uint8Array, expected: Uint8Array): Agreement {
  expect(found.length).toBe(expected.length)
  const counts = Array.from({ length: 256 }, () => ({ found: 0, expected: 0, both: 0 }))
  let differ = 0
  for (const [at, label] of found.entries()) {
    const other = expected[at] ?? 0
    const [own, wanted] = [counts[label], counts[other]]
    if (own !== undefined) own.found++
    if (wanted !== undefined) wanted.expected++
    if (label !== other) differ++
    else if (own !== undefined) own.both++
  }
  const there = counts.slice(1).filter((one) => one.found + one.expected > 0)
  const dice = Math.min(...there.map((one) => (2 * one.both) / (one.found + one.expected)))
  return { differ, labels: there.length, dice }
}

/**
 * What the programs in Python that `weft deploy` makes label, one after another in one process: numpy, scipy and onnxruntime take seconds to
 * load. Gives what they complained of.
 */
function runPrograms(folders: readonly string[]): string {
  const script = [
    'import runpy, sys',
    'for folder in sys.argv[1:]:',
    '    sys.argv = ["segment.py", "-i", folder + "/images", "-o", folder + "/by-program", "--threads", "1"]',
    '    try:',
    '        runpy.run_path(folder + "/program/segment.py", run_name="__main__")',
    '    except SystemExit as end:',
    '        if end.code: raise',
  ]
  const args = ['-c', script.join('\n'), ...folders]
  return spawnSync(deployedPython ?? '', args, { encoding: 'utf8' }).stderr
}

/** A line of the documentation's table. */
const row = (name: string, voxels: number, rounded: Agreement, exact: Agreement): string =>
  `| \`${name}\` | ${described[name]?.about} | ${voxels.toLocaleString('en')} | ${rounded.differ} | ${exact.differ} |\n`

describe.skipIf(plansPython === undefined)('nnU-Net and Weft label alike', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-models-'))
  /** What `weft predict` labelled, of the models whose program was written. */
  const expectedOfPrograms = new Map<string, Uint8Array>()
  afterAll(() => rmSync(folder, { recursive: true }))

  beforeAll(() => {
    const script = join(import.meta.dirname, 'peers', 'train.py')
    const { status, stderr } = spawnSync(plansPython ?? '', ['-W', 'ignore', script, folder, ...cases], {
      encoding: 'utf8',
      env: { ...process.env, WEFT_HIPPOCAMPUS: data },
    })
    if (status !== 0) throw new Error(stderr)
  }, 15 * minute)

  test.each(cases)(
    '%s',
    (name) => {
      const [model, images, out] = ['model', 'images', 'weft'].map((one) => join(folder, name, one)) as [string, string, string] // prettier-ignore
      weft('import', 'model', model, '-o', out)
      const compared = (to: string, ...more: readonly string[]): Agreement => {
        const found = join(folder, name, 'found')
        weft('predict', out, '-i', images, '-o', found, ...more)
        const [own, theirs] = [join(found, 'case.nii.gz'), join(folder, name, to, 'case.nii.gz')]
        const agreed = agreement(voxels(own), voxels(theirs))
        expect(agreed.labels).toBe(structures(name))
        return agreed
      }
      const rounding = ['--reference', 'nnunet', ...(recorded.has(name) ? ['--probabilities'] : [])]
      const expected = voxels(join(folder, name, 'nnunet', 'case.nii.gz')).length
      const rounded = compared('nnunet', ...rounding)
      const apart = recorded.has(name) ? greatestDifference(join(folder, name)) : undefined
      expect(rounded.differ / expected).toBeLessThanOrEqual(1e-4)
      expect(rounded.dice).toBeGreaterThanOrEqual(0.9999)
      // Without the rounding of nnU-Net scores that lie close together may come out the other way.
      const exact = compared('nnunet')
      if (printsTable) process.stdout.write(row(name, expected, rounded, exact))
      if (printsTable && apart !== undefined)
        process.stdout.write(`${name}: probabilities differ by ${apart.toExponential(1)}\n`)
      expect(apart ?? 0).toBeLessThan(probabilityLimit)
      expect(exact.differ / expected).toBeLessThanOrEqual(1e-3)
      expect(exact.dice).toBeGreaterThanOrEqual(0.99)
      weft('deploy', out, '--target', 'python', '-o', join(folder, name, 'program'))
      expectedOfPrograms.set(name, voxels(join(folder, name, 'found', 'case.nii.gz')))
      if (!existsSync(join(folder, name, 'unmirrored'))) return
      const unmirrored = compared('unmirrored', '--reference', 'nnunet', '--no-mirror')
      if (printsTable) process.stdout.write(`${name}, no mirror images: ${unmirrored.differ} voxels differ\n`)
      expect(unmirrored.differ / expected).toBeLessThanOrEqual(1e-4)
      expect(unmirrored.dice).toBeGreaterThanOrEqual(0.9999)
    },
    2 * minute,
  )

  test.skipIf(deployedPython === undefined)(
    'the programs that weft deploy makes of them label as weft predict does',
    () => {
      const names = [...expectedOfPrograms.keys()]
      expect(names).toEqual(cases)
      expect(runPrograms(names.map((name) => join(folder, name)))).toBe('')
      for (const [name, expected] of expectedOfPrograms)
        expect({ name, as: Buffer.compare(voxels(join(folder, name, 'by-program', 'case.nii.gz')), expected) })
          .toEqual({ name, as: 0 }) // prettier-ignore
    },
    2 * minute,
  )
})
