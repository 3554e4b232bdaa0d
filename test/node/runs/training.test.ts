// A training run as a library: a run that was stopped and resumed is the run that never stopped, bit by bit.
import {
  renameSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isProblem, messageOf, type Problem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import { densitiesOf, openTrained } from '../../../src/node/runs/trained.ts'
import { checkpointFiles } from '../../../src/node/runs/run-folder.ts'
import { readCheckpoint } from '../../../src/node/runs/checkpoint.ts'
import { beginRun, resumeRun } from '../../../src/node/runs/prepare.ts'
import type { Again } from '../../../src/node/runs/same-run.ts'
import { train, type TrainingOptions, type TrainingResult } from '../../../src/node/runs/training.ts'
import { chooseBackend, type ChosenBackend } from '../../../src/node/tfjs-backend.ts'
import {
  asked,
  checkpointBytes,
  happened,
  historyOf,
  smallData,
  sound,
  tinySpec,
} from '../../support/tiny-training.ts'
import { workspace } from '../../support/run-weft.ts'

let backend: ChosenBackend
beforeAll(async () => {
  backend = sound(await chooseBackend('wasm'))
})

const plain = { resume: false, checkpointEvery: 5, validationCases: 8 } as const
/** 18 steps: the topology changes between the 10th and the 11th. */
const short = { epochs: 2, steps: 9 } as const

/** Begins a run; with `until` it is asked to stop after that step. */
async function begin(
  folder: string,
  options: Partial<TrainingOptions> & { until?: number } = {},
): Promise<TrainingResult> {
  const task = sound(await beginRun({ ...asked(folder, backend, { recipe: 'small' }), instead: short }, {}))
  return sound(await train(task, { ...plain, ...options, ...stoppingAfter(options.until) }))
}

async function resume(folder: string, until?: number): Promise<TrainingResult | Problem> {
  const task = await resumeRun(folder, backend, {}, {})
  if (isProblem(task)) return task
  return train(task, { ...plain, resume: true, ...stoppingAfter(until) })
}

function stoppingAfter(step: number | undefined): Pick<TrainingOptions, 'signal' | 'onStep'> {
  const controller = new AbortController()
  return {
    signal: controller.signal,
    onStep: (result) => (result.step === step ? controller.abort() : undefined),
  }
}

describe('a resumed run', () => {
  const folderOf = (): string => join(workspace(), 'run')

  /** The run that never stopped. */
  const whole = mkdtempSync(join(tmpdir(), 'weft-test-'))
  beforeAll(async () => {
    await begin(whole)
  })
  afterAll(() => rmSync(whole, { recursive: true, force: true }))

  function expectWhole(folder: string): void {
    expect(happened(folder)).toEqual(happened(whole))
    // Weights, running statistics, moments and masks, and where it stands.
    expect(checkpointBytes(folder).equals(checkpointBytes(whole))).toBe(true)
  }

  test('is bit for bit the one that never stopped, wherever it is stopped', async () => {
    const folder = folderOf()
    expect(await begin(folder, { until: 5 })).toMatchObject({ finished: false, step: 5 })
    expect(readFileSync(join(folder, 'index.html'), 'utf8')).not.toContain('http-equiv="refresh"')
    // At the end of an epoch, before it is validated; then right before and right after the topology changed.
    for (const step of [9, 10, 11, 17])
      expect(await resume(folder, step)).toMatchObject({ finished: false, step })
    expect(await resume(folder)).toMatchObject({ finished: true, step: 18 })
    expectWhole(folder)
    expect(
      historyOf(folder)
        .filter(({ kind }) => kind === 'start')
        .map(({ step }) => step),
    ).toEqual([0, 5, 9, 10, 11, 17])
  })

  test('keeps averages of its weights, which are none where connections are switched off', () => {
    for (const which of ['last', 'best'] as const) {
      if (!existsSync(join(whole, checkpointFiles[which]))) continue
      const [averaged, last] = [sound(openTrained(whole, which)), sound(openTrained(whole, which, false))]
      expect([averaged.isAverage, last.isAverage]).toEqual([true, false])
      const [density] = sound(densitiesOf(averaged.graph, averaged.checkpoint.weights))
      expect(density).toEqual(sound(densitiesOf(last.graph, last.checkpoint.weights))[0])
      const [parameter] = averaged.graph.parameters
      if (parameter === undefined) throw new Error('no parameters')
      expect(averaged.checkpoint.weights.numbersOf(parameter)).not.toEqual(
        last.checkpoint.weights.numbersOf(parameter),
      )
    }
  })

  test('that was killed goes on from the last checkpoint, and forgets what came after it', async () => {
    const folder = folderOf()
    await begin(folder, { until: 5 })
    // A crash later: two steps were written down, and half of a third; a checkpoint was half there.
    const history = join(folder, 'history.jsonl')
    const step = { kind: 'step', epoch: 1, loss: 9, learningRate: 9, gradientNorm: 9, seconds: 9 }
    const lines = [6, 7].map((number) => JSON.stringify({ ...step, step: number }))
    writeFileSync(history, `${readFileSync(history, 'utf8')}${lines.join('\n')}\n{"kind":"st`)
    // No process has this number; ours is still there, and so would be its file.
    const gone = join(folder, '.checkpoint.safetensors.99999999.tmp')
    const others = [
      '.checkpoint.safetensors.tmp',
      `.history.jsonl.${process.pid}.1.tmp`,
      '.notes.99999999.tmp',
    ]
    for (const path of [gone, ...others.map((name) => join(folder, name))]) writeFileSync(path, 'half')
    expect(await resume(folder)).toMatchObject({ finished: true })
    expectWhole(folder)
    expect(existsSync(gone)).toBe(false)
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(others))
  })

  test('drops what a power cut left at the end of its history, and says so', async () => {
    const folder = folderOf()
    await begin(folder, { until: 7 })
    const history = join(folder, 'history.jsonl')
    const lines = readFileSync(history, 'utf8').trimEnd().split('\n')
    // The records of the last two steps did not reach the disk, the checkpoint after them did.
    const kept = lines.slice(0, -2).join('\n')
    writeFileSync(history, `${kept}\n${'\0'.repeat(80)}\n{"kind":"st\0\0\n\0\0\0`)
    const task = sound(await resumeRun(folder, backend, {}, {}))
    const told: string[] = []
    const onWarning = (found: Problem): void => void told.push(messageOf(found))
    expect(sound(await train(task, { ...plain, resume: true, onWarning }))).toMatchObject({ finished: true })
    // history-shortened
    expect(told).toEqual([`${history} ends in 3 damaged lines, which are left out; it is whole up to step 5`])
    expect(historyOf(folder).findLast(({ kind }) => kind === 'start')).toMatchObject({ step: 7, notes: told })
    expect(checkpointBytes(folder).equals(checkpointBytes(whole))).toBe(true)
  })

  test('begins again where it was killed before its first checkpoint', async () => {
    const folder = folderOf()
    await begin(folder, { until: 2 })
    rmSync(join(folder, 'checkpoint.safetensors'))
    expect(await resume(folder)).toMatchObject({ finished: true })
    expectWhole(folder)
  })

  test('that is done stays as it is', async () => {
    const contents = (): string[] =>
      readdirSync(whole)
        .filter((name) => name !== 'spec')
        .map((name) => readFileSync(join(whole, name), 'latin1'))
    const before = contents()
    expect(await resume(whole)).toMatchObject({ finished: true, step: 18 })
    expect(contents()).toEqual(before)
  })

  test('refuses what is damaged', async () => {
    const folder = folderOf()
    await begin(folder, { until: 2 })
    const checkpoint = join(folder, 'checkpoint.safetensors')
    const bytes = readFileSync(checkpoint)
    truncateSync(checkpoint, bytes.length - 4)
    expect(await resume(folder)).toMatchObject({ kind: 'problem' })
    writeFileSync(checkpoint, bytes)
    const description = readFileSync(join(folder, 'run.json'), 'utf8')
    for (const [from, to] of [
      ['"format": 1', '"format": 2'],
      ['"training": [', '"learning": ['],
      ['"seed"', '"sed"'],
      ['}', ''],
    ] as const) {
      writeFileSync(join(folder, 'run.json'), description.replace(from, to))
      expect(await resume(folder), from).toMatchObject({ name: 'run-damaged' })
    }
    writeFileSync(join(folder, 'run.json'), description)
    const history = readFileSync(join(folder, 'history.jsonl'), 'utf8')
    writeFileSync(join(folder, 'history.jsonl'), `nonsense\n${history}`)
    expect(await resume(folder)).toMatchObject({
      name: 'run-damaged',
      parts: { reason: 'line 1 is not a record' },
    })
    renameSync(join(folder, 'spec'), join(folder, 'elsewhere'))
    expect(await resume(folder)).toMatchObject({
      name: 'run-damaged',
      parts: { reason: 'it has no spec/' },
    })
  })

  test('has to be the run that began', async () => {
    const folder = folderOf()
    const began = asked(folder, backend, { recipe: 'small' })
    sound(await beginRun({ ...began, instead: short }, {}))
    const differing = async (again: Again): Promise<unknown> => {
      const found = await resumeRun(folder, backend, again, {})
      return isProblem(found) ? { name: found.name, ...found.parts } : 'resumed'
    }
    const edited = (from: string, to: string): Again => {
      expect(tinySpec).toContain(from)
      const { graph, recipe } = asked(folder, backend, {
        spec: tinySpec.replaceAll(from, to),
        recipe: 'small',
      })
      return { graph, recipe }
    }
    const { graph, recipe } = began
    expect(await differing({ graph, recipe, seed: 1, data: smallData, validation: 2, instead: short })).toBe(
      'resumed',
    )
    expect(
      await differing(edited('/// With running statistics and dropout.\n', '// Another word.\n\n')),
    ).toBe('resumed')
    const differs = (what: string, there: string, here: string): object => ({
      name: 'run-differs',
      path: folder,
      what,
      there,
      here,
    })
    expect(await differing({ seed: 2 })).toEqual(differs('the seed', '1', '2'))
    expect(await differing({ data: 'phantom:' })).toEqual(differs('the data', smallData, 'phantom:'))
    expect(await differing({ validation: 1 })).toEqual(differs('the number of validation cases', '2', '1'))
    expect(await differing({ instead: { batch: 3 } })).toEqual(differs('--batch', '2', '3'))
    expect(await differing({ instead: { epochs: 4 } })).toEqual(differs('--epochs', '2', '4'))
    const dense = asked(folder, backend, { recipe: 'dense' })
    expect(await differing({ graph: dense.graph, recipe: dense.recipe })).toEqual(
      differs('the network', 'Small', 'Dense'),
    )
    expect(await differing({ recipe: { ...recipe, name: 'smaller' } })).toEqual(
      differs('the recipe', 'small', 'smaller'),
    )
    expect(
      await differing(edited('optimizer = adam(lr = 1e-2)', 'optimizer = adam(lr = 1e-3)')),
    ).toMatchObject({ name: 'run-differs', what: "the recipe's optimizer" })
    expect(await differing(edited('base = 2,', 'base = 3,'))).toEqual(differs('the argument base', '2', '3'))
    expect(await differing(edited('leaky_relu(0.01)', 'leaky_relu(0.1)'))).toMatchObject({
      name: 'run-differs',
      what: 'the graph',
    })
  })
})

describe('a run that diverges', () => {
  test('keeps the state before the step, and tells where it was', async () => {
    const folder = join(workspace(), 'run')
    const spec = tinySpec.replaceAll('adam(lr = 1e-2)', 'sgd(lr = 1e30)')
    const task = sound(await beginRun(asked(folder, backend, { spec, recipe: 'small' }), {}))
    const found = await train(task, plain)
    expect(found).toMatchObject({ name: 'training-diverged' })
    const step = isProblem(found)
      ? Number(new Map<string, unknown>(Object.entries(found.parts)).get('step'))
      : 0
    expect(historyOf(folder).filter(({ kind }) => kind === 'step')).toHaveLength(step - 1)
    // Running statistics had moved when the loss was found to be no number.
    expect(readCheckpoint(join(folder, 'checkpoint.safetensors'), task.graph)).toMatchObject({
      progress: { step: step - 1 },
    })
    expect(readFileSync(join(folder, 'index.html'), 'utf8')).not.toContain('http-equiv="refresh"')
  })
})
