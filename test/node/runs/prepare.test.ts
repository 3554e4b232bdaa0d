// What keeps a run from being begun: each mistake is a problem of its own, found before anything is written.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { codes } from '../../../src/compiler/diagnostics/codes.ts'
import type { CodeSpec } from '../../../src/compiler/diagnostics/define.ts'
import { isProblem, type Problem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import { beginRun, resumeRun, type NewRun, type Watch } from '../../../src/node/runs/prepare.ts'
import { niftiGz, type FileSpec } from '../../support/nifti.ts'
import { asked, tinySpec } from '../../support/tiny-training.ts'
import { workspace } from '../../support/run-weft.ts'

/** Nothing is computed here. */
const backend = { name: 'cpu', description: '', reason: '' } as const

/** `name: message`, or what was begun. */
async function said(run: NewRun, watch: Watch = {}): Promise<string> {
  const found = await beginRun(run, watch)
  return isProblem(found) ? told(found) : `${found.training.length} + ${found.validation.length} cases`
}

function told({ name, parts }: Problem): string {
  return `${name}: ${(codes[name] as CodeSpec<unknown>).message(parts)}`
}

/** Of a network in a few lines, trained by a recipe of a few more. */
async function begun(
  network: string,
  more: Partial<NewRun> & { readonly supervise?: string } = {},
): Promise<string> {
  const { supervise = '', ...rest } = more
  const spec = `network Net {
  ${network}
}
train quick for Net {
  loss = dice + cross_entropy
  optimizer = sgd(lr = 1e-2)
  ${supervise}
}
`
  const folder = join(workspace(), 'run')
  const answer = await said({ ...asked(folder, backend, { spec }), ...rest })
  expect(existsSync(folder), answer).toBe(answer.endsWith('cases'))
  return answer
}

const input = 'input image: [1, 8, 8, 8]'

describe('a network that does not fit the data', () => {
  test('has other channels or classes', async () => {
    expect(await begun(`${input}  output logits = image -> conv(3, 1)`)).toBe('3 + 2 cases')
    expect(await begun('input image: [2, 8, 8, 8]  output logits = image -> conv(3, 1)')).toBe(
      'channels-differ: `Net` takes 2 channels, and the dataset has 1 (made-up 0)',
    )
    expect(await begun(`${input}  output logits = image -> conv(4, 1)`)).toBe(
      'classes-differ: the output `logits` has 4 classes, and the dataset has 3 with background (background, ellipsoid 1, ellipsoid 2)',
    )
    expect(await begun(`${input}  output logits = image -> conv(2, 1)`)).toMatch(/^classes-differ: /)
  })

  test('has not one image of known extents in, and scores of the same out', async () => {
    const why = async (network: string): Promise<string> =>
      (await begun(network)).replace('training-input: `Net` cannot be trained: ', '')
    expect(
      await why(
        `${input}  input other: [1, 4, 4, 4]  output logits = image -> conv(3, 1)  output low = other -> conv(3, 1)`,
      ),
    ).toBe('its input `other` has the extents 4×4×4, its input `image` 8×8×8')
    expect(await why('input image: [1, 8]  output logits = image -> conv(3, 1)')).toBe(
      'its input has 1 spatial axes',
    )
    expect(await why('input image: [1, dim("D"), 8, 8]  output logits = image -> conv(3, 1)')).toBe(
      'the extents of its input are free',
    )
    expect(await why(`${input}  output logits = image -> conv(3, 2, stride = 2)`)).toBe(
      'its output `logits` has the extents 4×4×4, its input 8×8×8',
    )
  })
})

describe('a recipe that labels cannot supervise', () => {
  const why = async (network: string, supervise: string): Promise<string> =>
    (await begun(network, { supervise })).replace('training-input: `Net` cannot be trained: ', '')
  const main = `${input}  output logits = image -> conv(3, 1)`

  test('names outputs of extents that do not divide the patch, or of other classes', async () => {
    const supervise = 'supervise = [logits: 1, ds: 1/2]'
    expect(await why(`${main}  aux output ds = image -> conv(3, 2, stride = 2)`, supervise)).toBe(
      '3 + 2 cases',
    )
    expect(
      await why(`${main}  aux output ds = image -> conv(3, 3, stride = 3, padding = 1)`, supervise),
    ).toBe("the supervised output `ds` has the extents 3×3×3, which do not divide the input's 8×8×8")
    expect(await why(`${main}  aux output ds = image -> conv(2, 1)`, supervise)).toBe(
      'the supervised output `ds` has 2 classes, the main one 3',
    )
    // Not supervised, it may be what it likes.
    expect(await why(`${main}  aux output ds = image -> conv(2, 1)`, '')).toBe('3 + 2 cases')
  })

  test('supervises nothing, or nothing that learns', async () => {
    expect(await why(main, 'supervise = [logits: 0]')).toBe(
      '`quick` supervises no output with a weight above 0',
    )
    expect(await why(`${input}  output logits = [image, image, image] -> concat`, '')).toBe(
      'what its outputs are computed from has no weights',
    )
  })
})

// ---------------------------------------------------------------- data and folders

const cube = (value: (k: number) => number, more: Partial<FileSpec> = {}): FileSpec => ({
  dims: [8, 8, 8],
  values: Array.from({ length: 512 }, (_, k) => value(k)),
  ...more,
})
const image = niftiGz(cube((k) => (k * 7) % 11))
const labels = niftiGz(cube((k) => k % 3, { type: 'uint8' }))

/** Four cases of two classes, with files that take the place of their own. */
function datasetOf(description: object = {}, files: Readonly<Record<string, Uint8Array>> = {}): string {
  const folder = workspace()
  const json = {
    channel_names: { 0: 'T1' },
    labels: { background: 0, head: 1, tail: 2 },
    numTraining: 4,
    file_ending: '.nii.gz',
    ...description,
  }
  const own = ['a', 'b', 'c', 'd'].flatMap((name): [string, Uint8Array][] => [
    [`imagesTr/${name}_0000.nii.gz`, image],
    [`labelsTr/${name}.nii.gz`, labels],
  ])
  for (const [path, bytes] of [...own, ...Object.entries(files)]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
  writeFileSync(join(folder, 'dataset.json'), JSON.stringify(json))
  return folder
}

describe('data', () => {
  const net = `${input}  output logits = image -> conv(3, 1)`

  test('of a dataset are read, split and remembered', async () => {
    const data = datasetOf()
    const folder = join(workspace(), 'run')
    const spec = tinySpec.replaceAll('base = 2,', 'base = 2, classes = 3,')
    expect(await said({ ...asked(folder, backend, { spec, recipe: 'small' }), data, validation: 0.25 })).toBe(
      '3 + 1 cases',
    )
    const description = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as {
      split: Record<string, string[]>
    }
    expect(description).toMatchObject({ data, dataset: { classes: ['background', 'head', 'tail'] }, seed: 1 })
    expect(Object.values(description.split).flat().toSorted()).toEqual(['a', 'b', 'c', 'd'])
    expect(readdirSync(join(folder, 'spec'))).toEqual(['net.weft'])
  })

  test('that are broken leave no folder behind', async () => {
    const of = (files: Readonly<Record<string, Uint8Array>>): Promise<string> =>
      begun(net, { data: datasetOf({}, files) })
    expect(await of({})).toBe('2 + 2 cases')
    expect(
      await of({ 'labelsTr/b.nii.gz': niftiGz(cube((k) => (k === 9 ? 7 : 0), { type: 'uint8' })) }),
    ).toMatch(/^labels-undeclared: .*labelsTr\/b\.nii\.gz/)
    expect(await of({ 'imagesTr/c_0000.nii.gz': image.subarray(0, image.length / 2) })).toMatch(
      /^nifti-(truncated|malformed): .*imagesTr\/c_0000\.nii\.gz/,
    )
    expect(await begun(net, { data: 'phantom:cases=0' })).toMatch(/^phantom-setting: /)
    expect(await begun(net, { data: join(workspace(), 'nowhere') })).toMatch(/^\S+: .*nowhere/)
    expect(await begun(net, { validation: 5 })).toMatch(/^split-impossible: /)
  })

  test('that lie obliquely are turned as the recipe says, or as is said instead, and the run remembers it', async () => {
    const [c, s] = [Math.cos(0.84), Math.sin(0.84)]
    const place = { sform: [c, -s, 0, 0, s, c, 0, 0, 0, 0, 1, 0] }
    const files = ['a', 'b', 'c', 'd'].flatMap((name) => [
      [`imagesTr/${name}_0000.nii.gz`, niftiGz(cube((k) => k % 11, place))] as const,
      [`labelsTr/${name}.nii.gz`, niftiGz(cube((k) => k % 3, { type: 'uint8', ...place }))] as const,
    ])
    const data = datasetOf({}, Object.fromEntries(files))
    const spec = (more: string): string => `network Net { ${net} }
train quick for Net { loss = dice  optimizer = sgd(lr = 1e-2)${more} }
`
    const folder = join(workspace(), 'run')
    const run = { ...asked(folder, backend, { spec: spec('') }), data }
    expect(await said(run)).toMatch(/^nifti-oblique: .* lie 42 degrees off/)
    expect(await said({ ...run, instead: { orientation: 'nearest' } })).toBe('2 + 2 cases')
    expect(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))).toMatchObject({
      orientation: 'nearest',
    })
    const going = await resumeRun(folder, backend, {}, {})
    expect(isProblem(going) ? told(going) : going.recipe.orientation).toBe('nearest')
    expect(await resumeRun(folder, backend, { instead: { orientation: 'strict' } }, {})).toMatchObject({
      name: 'run-differs',
      parts: { what: '--orientation', there: 'nearest', here: 'strict' },
    })
    const stored = asked(join(workspace(), 'run'), backend, { spec: spec('  orientation = as_stored') })
    expect(await said({ ...stored, data })).toBe('2 + 2 cases')
  })

  test('that lack a class, or are smaller than the patch, are told of', async () => {
    const told: string[] = []
    const absent = datasetOf({ labels: { background: 0, head: 1, tail: 2, rest: 3 } })
    const spec = `network Net { input image: [1, 16, 8, 8]  output logits = image -> conv(4, 1) }
train quick for Net { loss = dice  optimizer = sgd(lr = 1e-2) }
`
    const run = { ...asked(join(workspace(), 'run'), backend, { spec }), data: absent }
    expect(await said(run, { onWarning: ({ name }) => void told.push(name) })).toBe('2 + 2 cases')
    expect(told).toEqual(['class-absent', 'nifti-unplaced', 'patch-pads'])
  })
})

describe('the folder of a new run', () => {
  test('has to be empty, whatever begins with a dot apart', async () => {
    const run = (folder: string): NewRun => asked(folder, backend, { recipe: 'small' })
    const cwd = workspace({ 'hidden/.gitkeep': '', 'used/notes.txt': '', file: '' })
    expect(await said(run(join(cwd, 'hidden')))).toBe('3 + 2 cases')
    expect(await said(run(join(cwd, 'hidden')))).toMatch(/^run-exists: .*hidden holds files already/)
    expect(await said(run(join(cwd, 'used')))).toMatch(/^run-exists: /)
    expect(await said(run(join(cwd, 'file')))).toMatch(/^file-unwritable: .*a file is in the way/)
    expect(await said(run(join(cwd, 'file', 'beneath')))).toMatch(/^file-unwritable: /)
    expect(readdirSync(join(cwd, 'used'))).toEqual(['notes.txt'])
  })
})
