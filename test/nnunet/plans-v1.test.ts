// Plans of version 1: what older ones lack, what cannot be read, and bytes that are none. Their texts and counts are with those of version 2.
import { describe, expect, test } from 'vitest'
import { isProblem, messageOf } from '../../src/compiler/diagnostics/diagnostic.ts'
import { importPlans } from '../../src/nnunet/import-plans.ts'
import { readPlansV1 } from '../../src/nnunet/plans-v1.ts'
import { random } from '../fuzz/random.ts'
import { headsOf, pickleOf, plansOf, sound, specOf } from './fixtures.ts'

/** The plans of slices with something else in place of what they have, of the same length. */
function changed(...changes: readonly (readonly [from: string, to: string])[]): Uint8Array {
  let text = Buffer.from(pickleOf('v1-heart')).toString('latin1')
  for (const [from, to] of changes) {
    expect(text).toContain(from)
    expect(to).toHaveLength(from.length)
    text = text.replaceAll(from, to)
  }
  return Buffer.from(text, 'latin1')
}

function problemsOf(bytes: Uint8Array): readonly string[] {
  const plans = readPlansV1(bytes, 'p.pkl')
  if (isProblem(plans)) return [messageOf(plans)]
  const imported = importPlans(plans)
  return 'text' in imported ? [] : imported.map(messageOf)
}

test('plans that only count how often each axis is halved are of the same network', async () => {
  const older = changed(
    ['pool_op_kernel_sizes', 'pool_op_kernel_sizeX'],
    ['conv_kernel_sizes', 'conv_kernel_sizeX'],
  )
  expect(await specOf(sound(readPlansV1(older, 'p.pkl')))).toBe(await specOf(plansOf('v1-heart')))
})

describe('what is wrong is said by its name', () => {
  test.each<[what: string, bytes: Uint8Array, message: string]>([
    ['a cut', pickleOf('v1-heart').subarray(0, 900), 'its pickle is malformed: it ends in the middle'],
    ['no dict', Buffer.from(']\x94.', 'latin1'), 'the pickle is no dict'],
    [
      'a missing entry',
      changed(['base_num_features', 'base_num_featureX']),
      '`base_num_features` is missing',
    ],
    [
      'a missing entry of a stage',
      changed(['batch_size', 'batch_sizX']),
      '`batch_size` of stage 0 is missing',
    ],
    [
      'an array of somebody else',
      changed(['_reconstruct', '_reconstrucX']),
      '`patch_size` of stage 0 is a pickled `numpy._core.multiarray._reconstrucX`',
    ],
    [
      'a number of somebody else',
      changed(['\x8c\x06scalar', '\x8c\x06scalaX']),
      '`batch_size` of stage 0 is a pickled `numpy._core.multiarray.scalaX`',
    ],
    [
      'numbers of another type',
      changed(['\x8c\x02i8', '\x8c\x02O8']),
      '`patch_size` of stage 0 is a pickled `numpy.ndarray`',
    ],
    [
      'other classes',
      changed(['num_classes\x94K\x03', 'num_classes\x94K\x04']),
      '`num_classes` is 4, and `all_classes` [1,2,3]',
    ],
    [
      'a kernel of 5',
      changed(['conv_kernel_sizes\x94]\x94(]\x94(K\x03', 'conv_kernel_sizes\x94]\x94(]\x94(K\x05']),
      'Generic_UNet keeps extents only by kernels of 1 and 3',
    ],
    [
      'no features',
      changed(['base_num_features\x94K\x20', 'base_num_features\x94K\x00']),
      '`base_num_features` = 0',
    ],
  ])('%s', (_, bytes, message) => {
    expect(problemsOf(bytes).join('\n')).toContain(message)
  })

  test('a dataset of other classes', () => {
    const imported = importPlans(plansOf('v1-heart'), { heads: headsOf('abdomen') })
    if ('text' in imported) throw new Error(imported.text)
    expect(imported.map(messageOf)[0]).toContain('`num_classes` = 3: with the background it makes 4 channels')
  })
})

test('whatever bytes there are, they give plans or a reason', () => {
  const { below } = random(17)
  for (let round = 0; round < 400; round++) {
    const bytes = Uint8Array.from(pickleOf(round % 2 === 0 ? 'v1-heart' : 'v1-abdomen'))
    for (let change = 0; change < 4; change++) bytes[below(bytes.length)] = below(256)
    for (const message of problemsOf(bytes)) expect(message).toContain('p.pkl')
  }
})
