// Golden diagnostics: golden/diagnostics/<code or code--what>/spec.weft and what the compiler says of it. `WEFT_RECORD=1` writes
// expected.txt anew. `arguments.txt` holds `name=value` lines, `--network=NAME`, `--limit=NAME=NUMBER` or `--cost`.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { codes, type CodeName } from '../src/compiler/diagnostics/codes.ts'
import {
  checked,
  compiled,
  costFindings,
  rendered,
  type Files,
  type Findings,
  type Options,
} from './support/check.ts'

const root = new URL('golden/diagnostics/', import.meta.url)
const folders = readdirSync(root).toSorted()
const record = process.env['WEFT_RECORD'] === '1'

/** Codes that no text of a spec makes: a test in test/cli, test/conformance, test/node or test/weights names each. */
const commandOnly: readonly CodeName[] = [
  'beyond-float16',
  'range-unbounded',
  'model-malformed',
  'model-unsupported',
  'model-trainer',
  'volume-unsupported',
  'predictor-missing',
  'volume-unfit',
  'prediction-differs',
  'fold-missing',
  'model-choice',
  'volume-library-absent',
  'volume-malformed',
  'series-unsupported',
  'deploy-unsupported',
  'deploy-package',
  'port-unusable',
  'plan-no-room',
  'plan-without-labels',
  'plan-reader',
  'file-is-directory',
  'file-unreadable',
  'file-not-utf8',
  'file-too-many-bytes',
  'file-outside-project',
  'malformed-against',
  'malformed-setting',
  'setting-of-several',
  'output-formats',
  'git-unusable',
  'git-revision-unknown',
  'unknown-recipe',
  'unknown-results',
  'no-recipe',
  'unknown-convention',
  'sweep-malformed',
  'sweep-range',
  'sweep-value-twice',
  'sweep-parameter-twice',
  'sweep-too-large',
  'sweep-element',
  'fit-metric-unknown',
  'fit-variant-taken',
  'symbolic-values',
  'symbolic-not-polynomial',
  'unknown-sweep-metric',
  'measured-malformed',
  'measured-cell',
  'measured-column',
  'measured-twice',
  'measured-ambiguous',
  'wrong-score-weights',
  'nothing-measured',
  'sweep-names-nothing',
  'memory-needs-extents',
  'malformed-budget',
  'unknown-template',
  'file-exists',
  'file-unwritable',
  'unknown-code',
  'input-missing',
  'input-misshapen',
  'input-unknown',
  'extent-unsettled',
  'resize-too-long',
  'weights-too-short',
  'weights-header-size',
  'weights-header-malformed',
  'weights-offsets',
  'weights-layout',
  'weights-dtype',
  'weights-not-finite',
  'weights-changed',
  'weights-index',
  'weights-part',
  'weights-missing',
  'weights-unused',
  'weights-shape',
  'weights-twice',
  'weights-elsewhere',
  'weights-denser',
  'weights-copies',
  'torch-damaged',
  'torch-foreign',
  'torch-unbuilt',
  'torch-storage',
  'torch-state-dict',
  'torch-no-weights',
  'rename-malformed',
  'rename-expression',
  'rename-idle',
  'rename-unknown',
  'rename-of-another',
  'rename-ambiguous',
  'rename-no-name',
  'rename-two-names',
  'rename-no-extents',
  'opset-too-low',
  'opset-unsupported',
  'no-extents-parameter',
  'extents-not-free',
  'runtime-absent',
  'runtime-refuses-model',
  'runtime-fails',
  'not-onnx',
  'onnx-inputs-differ',
  'onnx-input-misshapen',
  'output-is-input',
  'no-current-directory',
  'extent-free',
  'patch-axes',
  'tfjs-unsayable',
  'folder-not-export',
  'torch-folder-name',
  'nnunet-network',
  'plans-misfit',
  'network-of-recipe',
  'torch-names-turned',
  'torch-shared-sizes',
  'option-of-target',
  'plans-malformed',
  'plans-inheritance',
  'plans-no-configuration',
  'plans-unsupported',
  'plans-of-version-1',
  'plans-inexpressible',
  'plans-configuration-taken',
  'plans-do-not-fit',
  'nifti-malformed',
  'picture-malformed',
  'picture-channels',
  'nifti-truncated',
  'nifti-dtype',
  'nifti-not-volume',
  'nifti-not-finite',
  'nifti-oblique',
  'geometry-differs',
  'dataset-malformed',
  'dataset-unsupported',
  'dataset-file-missing',
  'labels-undeclared',
  'dataset-empty',
  'files-ignored',
  'case-twice',
  'channels-extra',
  'case-unknown',
  'spacings-differ',
  'volume-too-large',
  'nifti-bytes-beyond',
  'nifti-forms-differ',
  'nifti-spacing',
  'nifti-unplaced',
  'class-absent',
  'ct-without-foreground',
  'split-impossible',
  'phantom-setting',
  'patch-pads',
  'backend-absent',
  'memory-exceeded',
  'case-too-large',
  'training-diverged',
  'run-missing',
  'channels-differ',
  'regions-by-softmax',
  'regions-differ',
  'classes-differ',
  'checkpoint-missing',
  'average-missing',
  'output-misplaced',
  'cases-absent',
  'option-of-run',
  'option-missing',
  'run-exists',
  'run-differs',
  'run-damaged',
  'run-locked',
  'run-unverified',
  'checkpoint-passed-over',
  'history-shortened',
  'training-input',
  'output-ending',
  'module-unknown',
  'module-ambiguous',
  'picture-too-large',
  'text-opens-nothing',
]

interface Setup extends Options {
  readonly cost: boolean
  readonly one: boolean
}

function setupOf(text: string): Setup {
  const lines = text.split('\n').filter((line) => line !== '')
  const after = (prefix: string): string[] =>
    lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length))
  const pair = (line: string): [string, string] => [
    line.slice(0, line.indexOf('=')),
    line.slice(line.indexOf('=') + 1),
  ]
  const network = after('--network=').find((one) => one !== '')
  const set = Object.fromEntries(lines.filter((line) => !line.startsWith('--')).map(pair))
  const limits = Object.fromEntries(after('--limit=').map((line) => [pair(line)[0], Number(pair(line)[1])]))
  const one = text.includes('--network=') || Object.keys(set).length > 0
  return { ...(network === undefined ? {} : { network }), set, limits, cost: lines.includes('--cost'), one }
}

function filesIn(folder: string): Files {
  const all = readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' })
  const names = all.filter((name) => name.endsWith('.weft')).map((name) => name.replaceAll('\\', '/'))
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(new URL(`${folder}/${name}`, root), 'utf8')]),
  )
}

function findingsOf(folder: string): Findings {
  const place = new URL(`${folder}/arguments.txt`, root)
  const setup = setupOf(existsSync(place) ? readFileSync(place, 'utf8') : '')
  const files = filesIn(folder)
  if (setup.cost) return costFindings(files, setup)
  return setup.one ? compiled(files, setup) : checked(files, setup.limits)
}

const codeOf = (folder: string): string => folder.split('--')[0] ?? ''

describe.each(folders)('%s', (folder) => {
  const found = findingsOf(folder)
  const place = new URL(`${folder}/expected.txt`, root)
  if (record) writeFileSync(place, rendered(found))

  test('says what the golden file says', () => {
    expect(rendered(found)).toBe(
      existsSync(place) ? readFileSync(place, 'utf8') : 'a golden file: run with WEFT_RECORD=1',
    )
  })

  test('reports the code it is named for, once for each time that its spec says', () => {
    const wanted = codeOf(folder)
    const names: string[] = found.diagnostics.map((one) => one.name)
    expect(wanted === 'several' || names.includes(wanted), names.join()).toBe(true)
    const declared = /^\/\/ (\d+) diagnostics?/m.exec(filesIn(folder)['spec.weft'] ?? '')?.[1]
    expect(found.diagnostics.length).toBe(Number(declared ?? 1))
  })

  test('points into its files', () => {
    for (const { span, related } of found.diagnostics) {
      for (const one of [span, ...related.map((other) => other.span)]) {
        const length = found.sources.get(one.file)?.text.length ?? 0
        expect(one.start >= 0 && one.start <= one.end && one.end <= length, JSON.stringify(one)).toBe(true)
      }
    }
  })

  test('has only files that belong to a case', () => {
    const names = readdirSync(new URL(`${folder}/`, root)).filter((name) => !name.endsWith('.weft'))
    expect(names.filter((name) => !['arguments.txt', 'expected.txt', 'lib'].includes(name))).toEqual([])
  })
})

test('every code has a case, and every case a code', () => {
  const cased = new Set(folders.map(codeOf))
  const known = Object.keys(codes)
  expect(known.filter((name) => !cased.has(name) && !commandOnly.some((one) => one === name))).toEqual([])
  expect([...cased].filter((name) => name !== 'several' && !known.includes(name))).toEqual([])
  expect(commandOnly.filter((name) => cased.has(name))).toEqual([])
})

test('codes that no text of a spec makes are shown by other tests', () => {
  const names = readdirSync(new URL('./', import.meta.url), { recursive: true, encoding: 'utf8' })
  const text = names
    .filter((name) => name.endsWith('.test.ts') && !name.startsWith('golden'))
    .map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'))
    .join('\n')
  expect(commandOnly.filter((name) => !text.includes(name) && !text.includes(codes[name].code))).toEqual([])
})

test('codes are unique, and number by area', () => {
  const numbers = Object.values(codes).map((one) => one.code)
  expect(new Set(numbers).size).toBe(numbers.length)
})
