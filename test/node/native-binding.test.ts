// What tfjs-node reads from Node's `util` and newer versions no longer have.
import { createRequire } from 'node:module'
import { afterEach, expect, test } from 'vitest'
import { importNativeBinding } from '../../src/node/native-binding.ts'

const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>
const before = { isArray: util['isArray'], isNullOrUndefined: util['isNullOrUndefined'] }
afterEach(() => Object.assign(util, before))

const answers = (name: string, values: readonly unknown[]): unknown[] =>
  values.map((value) => (util[name] as (value: unknown) => unknown)(value))

test('is there on every version, whether or not the binding is', async () => {
  Object.assign(util, { isArray: undefined, isNullOrUndefined: undefined })
  await importNativeBinding().catch(() => {})
  expect(answers('isArray', [[], [1], {}, 'ab', null])).toEqual([true, true, false, false, false])
  expect(answers('isNullOrUndefined', [null, undefined, 0, '', false])).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})
