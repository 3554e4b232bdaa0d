// Every field of a run's files, changed in every way that its form forbids or its content does not bear: a problem, never an error of ours.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isProblem, type Problem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import { readCheckpoint } from '../../../src/node/runs/checkpoint.ts'
import { evaluateRun } from '../../../src/node/runs/evaluate.ts'
import { readHistory } from '../../../src/node/runs/history-file.ts'
import { beginRun, resumeRun } from '../../../src/node/runs/prepare.ts'
import { openTrained } from '../../../src/node/runs/trained.ts'
import { train } from '../../../src/node/runs/training.ts'
import { chooseBackend, type ChosenBackend } from '../../../src/node/tfjs-backend.ts'
import { asked, historyOf, sound } from '../../support/tiny-training.ts'

type Json = Readonly<Record<string, unknown>>
type Path = readonly (string | number)[]

/** Of everything in a document, the document itself apart. */
function* pathsIn(value: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value))
    yield* pathsIn(inner, [...path, Array.isArray(value) ? Number(key) : key])
}

/** A document with another value at a place, or with none there. */
function changed(value: unknown, [key, ...rest]: Path, to: unknown): unknown {
  if (key === undefined) return to
  if (Array.isArray(value))
    return value.map((one: unknown, at) => (at === key ? changed(one, rest, to) : one))
  const entries = Object.entries(value as Json)
  const inner = entries.map(([name, one]) => [name, name === key ? changed(one, rest, to) : one] as const)
  return Object.fromEntries(inner.filter(([, one]) => one !== undefined))
}

const values: readonly unknown[] = [
  undefined,
  null,
  -1,
  0.5,
  1e300,
  '',
  'x',
  '\0',
  true,
  [],
  {},
  ['x'],
  { x: 1 },
]

let backend: ChosenBackend
const home = mkdtempSync(join(tmpdir(), 'weft-test-'))
const run = join(home, 'run')
beforeAll(async () => {
  backend = sound(await chooseBackend('wasm'))
  const begun = { ...asked(run, backend, { recipe: 'small' }), instead: { epochs: 1, steps: 12 } }
  const task = sound(await beginRun(begun, {}))
  sound(await train(task, { resume: false, checkpointEvery: 50, validationCases: 1 }))
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('run.json', { timeout: 120_000 }, () => {
  const descriptionOf = (folder: string): Json =>
    JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as Json
  const copy = (name: string): string => {
    cpSync(run, join(home, name), { recursive: true })
    return join(home, name)
  }

  test('with any other value is no run to use or to go on with', async () => {
    const folder = copy('edited')
    const description = descriptionOf(run)
    // The case with its digests stands for the others.
    const paths = [...pathsIn(description)].filter(
      (path) => path[1] !== 'cases' || path.length === 2 || path[2] === 'phantom_001',
    )
    expect(paths.length).toBeGreaterThan(45)
    for (const path of paths)
      for (const value of values) {
        const text = JSON.stringify(changed(description, path, value))
        if (text === JSON.stringify(description)) continue
        writeFileSync(join(folder, 'run.json'), text)
        const found = await resumeRun(folder, backend, {}, {})
        // Of which version it is, and where the data lie, decides nothing.
        const isFree = path[0] === 'weft' && typeof value === 'string' && value !== ''
        expect(isProblem(found), `${path.join('.')} = ${JSON.stringify(value)}`).toBe(!isFree)
      }
  })

  test('without digests is used as far as it makes sense', async () => {
    const folder = copy('old')
    const { digests: _, ...description } = descriptionOf(run)
    let used = 0
    for (const path of pathsIn(description)) {
      let isUsed = false
      for (const value of values) {
        writeFileSync(join(folder, 'run.json'), JSON.stringify(changed(description, path, value)))
        const trained = openTrained(folder)
        // Segmenting takes its time: one value for each place that bears any.
        if (isProblem(trained) || isUsed) continue
        isUsed = true
        used += 1
        const found = await evaluateRun(folder, { backend })
        expect(isProblem(found) || found.cases.length > 0).toBe(true)
      }
    }
    expect(used).toBeGreaterThan(5)
  })
})

describe('a checkpoint', { timeout: 120_000 }, () => {
  const path = join(home, 'checkpoint.safetensors')
  const original = (): Buffer => readFileSync(join(run, 'checkpoint.safetensors'))

  function withHeader(change: (header: Json) => unknown): void {
    const bytes = original()
    const length = Number(bytes.readBigUInt64LE())
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Json
    const text = Buffer.from(JSON.stringify(change(header)))
    const prefix = Buffer.alloc(8)
    prefix.writeBigUInt64LE(BigInt(text.length))
    writeFileSync(path, Buffer.concat([prefix, text, bytes.subarray(8 + length)]))
  }

  const { graph } = asked('', { name: 'wasm', description: '', reason: '' }, { recipe: 'small' })
  const read = (): unknown => readCheckpoint(path, graph)

  test('says of itself what it may, or is damaged', () => {
    withHeader((header) => header)
    expect(read()).toMatchObject({ progress: { step: 12 } })
    const metadata = ['weft.progress', 'weft.run', 'weft.digest']
    let header: Json = {}
    withHeader((found) => (header = found))
    const tensor = Object.keys(header).find((name) => name !== '__metadata__') ?? ''
    const places: Path[] = [
      ['__metadata__'],
      ...metadata.map((key) => ['__metadata__', key]),
      ...pathsIn(header[tensor], [tensor]),
    ]
    for (const place of places)
      for (const value of values) {
        withHeader((found) => changed(found, place, value))
        const found = read()
        // Without digests it is one of an earlier version.
        const isOld = value === undefined && place.at(-1) === 'weft.digest'
        expect(isProblem(found), `${place.join('.')} = ${JSON.stringify(value)}`).toBe(!isOld)
      }
    const progress = { step: 12, bestDice: 0.5, bestEpoch: 1 }
    for (const place of pathsIn(progress))
      for (const value of values)
        for (const isSigned of [true, false]) {
          const text = JSON.stringify(changed(progress, place, value))
          const edited = (found: Json): unknown => changed(found, ['__metadata__', 'weft.progress'], text)
          withHeader((found) =>
            isSigned ? edited(found) : changed(edited(found), ['__metadata__', 'weft.digest'], undefined),
          )
          const found = read() as Problem
          const isFine =
            !isSigned && (value === null ? place[0] !== 'step' : value === 0.5 && place[0] === 'bestDice')
          expect(isProblem(found), `${isSigned} ${text}`).toBe(!isFine)
        }
  })
})

test('a line of the history is a record or is not', () => {
  const path = join(home, 'history.jsonl')
  const records = historyOf(run)
  for (const kind of ['start', 'step', 'epoch', 'topology'] as const) {
    const record = records.find((one) => one.kind === kind)
    for (const place of pathsIn(record))
      for (const value of values) {
        const text = JSON.stringify(changed(record, place, value))
        writeFileSync(path, `${text}\n${JSON.stringify(records[0])}\n`)
        const found = readHistory(path)
        const line = isProblem(found) ? undefined : found.records[0]
        expect(isProblem(found) ? found.name : JSON.stringify(line)).toBe(
          isProblem(found) ? 'run-damaged' : text,
        )
      }
  }
})
