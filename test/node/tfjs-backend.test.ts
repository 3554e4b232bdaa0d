// Which backend of TensorFlow.js is chosen and what is said of it; that nothing else reaches the terminal; whether a step fits into memory.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { getBackend, matMul, tensor2d } from '@tensorflow/tfjs-core'
import { describe, expect, inject, test } from 'vitest'
import { codes } from '../../src/compiler/diagnostics/codes.ts'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import {
  chooseBackend,
  heapBudget,
  memoryProblem,
  type BackendLoader,
  type BackendLoaders,
} from '../../src/node/tfjs-backend.ts'

const gib = 2 ** 30

const missing: BackendLoader = () =>
  Promise.reject(new Error("Cannot find package '@tensorflow/tfjs-node'\nimported from somewhere"))

const loaders = (changes: Partial<BackendLoaders>): BackendLoaders => ({
  tensorflow: () => Promise.resolve('TensorFlow 9.9 (native)'),
  wasm: () => Promise.resolve('WebAssembly with SIMD'),
  cpu: () => Promise.resolve('JavaScript'),
  ...changes,
})

/** What a person reads. */
function textOf(found: unknown): string {
  if (!isProblem(found)) throw new Error(`not a problem: ${JSON.stringify(found)}`)
  if (found.name !== 'backend-absent' && found.name !== 'memory-exceeded') throw new Error(found.name)
  const spec = codes[found.name] as {
    message(parts: unknown): string
    help?(parts: unknown): string | undefined
  }
  const { parts } = found
  return `${codes[found.name].code} ${spec.message(parts)}; ${spec.help?.(parts)}`
}

describe('a backend that is asked for', () => {
  test.each([
    ['wasm', 'WebAssembly with SIMD'],
    ['cpu', 'JavaScript'],
  ] as const)('is the one that computes: %s', async (name, description) => {
    expect(await chooseBackend(name)).toEqual({ name, description, reason: 'asked for' })
    expect(getBackend()).toBe(name)
    const product = matMul(tensor2d([[1, 2]]), tensor2d([[3], [4]]))
    expect([...(await product.data())]).toEqual([11])
  })

  test('is an error where it does not work, and not replaced', async () => {
    const text = textOf(await chooseBackend('tensorflow', loaders({ tensorflow: missing })))
    expect(text).toBe(
      "WEFT981 the backend `tensorflow` cannot be used: Cannot find package '@tensorflow/tfjs-node'; " +
        'set it up with `npm run native`, or let Weft choose a backend',
    )
  })
})

describe('without a wish', () => {
  test('the native binding comes first', async () => {
    expect(await chooseBackend(undefined, loaders({}))).toMatchObject({ name: 'tensorflow' })
  })

  test('WebAssembly comes next, with what the native binding lacks', async () => {
    const found = await chooseBackend(undefined, loaders({ tensorflow: missing }))
    expect(found).toEqual({
      name: 'wasm',
      description: 'WebAssembly with SIMD',
      reason: "`tensorflow` cannot be used: Cannot find package '@tensorflow/tfjs-node'",
    })
  })

  test('JavaScript comes last, and nothing is left after it', async () => {
    const broken: BackendLoader = () => Promise.reject(new Error('WebAssembly is not defined'))
    const found = await chooseBackend(undefined, loaders({ tensorflow: missing, wasm: broken }))
    expect(found).toMatchObject({ name: 'cpu' })
    expect('reason' in found && found.reason).toMatch(/tfjs-node.*WebAssembly is not/)
    const none = await chooseBackend(undefined, loaders({ tensorflow: missing, wasm: broken, cpu: broken }))
    expect(textOf(none)).toContain('WEFT981')
  })

  test.each(['', 'wasm', 'cpu'])('and with one (%s), nothing reaches the terminal', (wanted) => {
    const file = pathToFileURL(join(inject('built'), 'src/node/tfjs-backend.js')).href
    const program = `import { chooseBackend } from '${file}'
import * as tf from '@tensorflow/tfjs-core'
const found = await chooseBackend(${wanted === '' ? '' : `'${wanted}'`})
tf.add(tf.ones([2, 2]), 1).dataSync()
process.stdout.write(found.name)`
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
      cwd: join(import.meta.dirname, '..', '..'),
    })
    expect(stderr).toBe('')
    expect(stdout).toMatch(wanted === '' ? /^(?:tensorflow|wasm)$/ : new RegExp(`^${wanted}$`))
  })
})

describe('memory', () => {
  test('on WebAssembly ends at the heap, however large the machine', () => {
    expect(memoryProblem('wasm', heapBudget, 64 * gib)).toBeUndefined()
    const text = textOf(memoryProblem('wasm', 5 * gib, 64 * gib))
    expect(text).toBe(
      "WEFT982 about 5.0 GiB are needed at once on the backend `wasm`; what WebAssembly's heap holds safely is 3.0 GiB; " +
        'use a smaller batch, a smaller patch or fewer base channels',
    )
  })

  test('on a machine smaller than the heap ends at the machine', () => {
    expect(textOf(memoryProblem('wasm', 2 * gib, 2 * gib))).toContain('this machine')
  })

  test.each(['tensorflow', 'cpu'] as const)('on %s ends at nine tenths of the machine', (backend) => {
    expect(memoryProblem(backend, 14 * gib, 16 * gib)).toBeUndefined()
    expect(textOf(memoryProblem(backend, 15 * gib, 16 * gib))).toContain(
      "nine tenths of this machine's memory is 14.4 GiB",
    )
    expect(memoryProblem(backend, 2 ** 20)).toBeUndefined()
    expect(memoryProblem(backend, 2 ** 60)).toBeDefined()
  })
})
