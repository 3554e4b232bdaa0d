// Budgets and memory against numbers worked out by hand.
import { describe, expect, test } from 'vitest'
import { inferenceMemory, trainingMemory } from '../../src/compiler/analysis/memory.ts'
import { renderDiagnostic } from '../../src/compiler/diagnostics/render.ts'
import { compileText, graphOf } from '../support/compile-text.ts'

/** conv: 36 weights + 4; MACs 64*36 = 2304. head: 8 + 2; MACs 64*8 = 512. aux: 12; MACs 64*12 = 768. */
function net(...budgets: readonly string[]): string {
  return `network Net {
  input image: [1, 8, 8]
  let x = image -> conv(4, 3)
  output logits = x -> relu -> conv(2, 1)
  aux output deep = x -> conv(3, 1, bias = false)
  ${budgets.join('\n  ')}
}
`
}

function messages(text: string): string[] {
  return compileText(text).diagnostics.map((one) => `${one.name}: ${one.message}`)
}

describe('budgets', () => {
  test('are inclusive limits; params read training, macs inference', () => {
    expect(messages(net('budget params <= 62', 'budget macs <= 2816'))).toEqual([])
    expect(messages(net('budget params <= 61', 'budget macs <= 2815'))).toEqual([
      'budget-exceeded: params(training) is 62, over the budget of 61 by 1',
      'budget-exceeded: macs(inference) is 2.82 K (2,816), over the budget of 2.81 K (2,815) by 1',
    ])
  })

  test('take a mode', () => {
    expect(messages(net('budget params(inference) <= 50', 'budget macs(training) <= 3584'))).toEqual([])
    expect(messages(net('budget params(inference) <= 49', 'budget macs(training) <= 3583'))).toHaveLength(2)
  })

  test('are no number where the amount is too large to be exact', () => {
    const text = net('budget macs(training, batch = 4000000000000) <= 1T')
    expect(messages(text).map((one) => one.split(':')[0])).toEqual(['integer-overflow'])
  })

  test('name a module of very many small parts itself', () => {
    const rows = Array.from({ length: 150 }, (_, k) => `let x${k + 1} = x${k} -> conv(2, 1)`).join('  ')
    const text = `block Big {
  in x0
  ${rows}
  out x150
}
network Net {
  input image: [2, 8, 8]
  output y = image -> Big
  budget params <= 100
}
`
    const [broken] = compileText(text).diagnostics
    expect(broken?.related.map((one) => one.message)).toEqual(['y.Big spends 900 (100.0 %)'])
  })

  test('keep their graph when broken', () => {
    const { graph, diagnostics } = compileText(net('budget params <= 1'))
    expect(graph?.network).toBe('Net')
    expect(diagnostics.map((one) => one.severity)).toEqual(['error'])
  })

  test('name the modules that spend most, with share and line', () => {
    const text = net('budget macs.dense(training) <= 1')
    const { diagnostics, sources } = compileText(text)
    const [broken] = diagnostics
    expect(broken?.related.map((one) => one.message)).toEqual([
      'x.conv spends 2.30 K (2,304) (64.3 %)',
      'deep.conv spends 768 (21.4 %)',
      'logits.conv spends 512 (14.3 %)',
    ])
    expect(broken === undefined ? '' : renderDiagnostic(broken, { sources, width: 80 })).toContain(
      'net.weft:3:20',
    )
  })

  test('on memory compare bytes', () => {
    expect(messages(net('budget memory(inference) <= 1KiB'))).toEqual([
      'budget-exceeded: memory(inference, batch = 1) is 1.95 KiB (1,992 bytes), over the budget of 1.00 KiB (1,024 bytes) by 968 bytes',
    ])
  })
})

describe('memory', () => {
  test('of a budget names the largest tensors at the peak, with share and reason', () => {
    const { diagnostics } = compileText(net('budget memory(training) <= 1KiB'))
    expect(diagnostics[0]?.related.map((one) => one.message).slice(0, 2)).toEqual([
      'x.conv takes 1.00 KiB (1,024 bytes) (15.4 %; layer inputs)',
      'logits.relu takes 1.00 KiB (1,024 bytes) (15.4 %; layer inputs)',
    ])
  })

  test('inference: the weights and the largest sum of live activations', () => {
    // Weights 50 elements. The rectifier writes over the convolution's result: at most image 64 (kept) + 256 + logits 128.
    const { graph } = graphOf(net())
    expect(inferenceMemory(graph, 1)).toEqual({
      weightBytes: 200,
      activationBytes: 4 * 448,
      totalBytes: 200 + 4 * 448,
    })
    expect(inferenceMemory(graph, 3).activationBytes).toBe(3 * 4 * 448)
  })

  test('training: weights three times, what the backward pass needs, and the gradients on their way', () => {
    // 62 parameters. Held after the forward pass: image 64, both readers' inputs 256 + 256 (`x` is read twice: nothing may write over it),
    // outputs 128 + 192. The peak is the backward pass of `deep`: the outputs' gradients 128 + 192 and that of `x`, 256.
    const { graph } = graphOf(net())
    expect(trainingMemory(graph, 2)).toEqual({
      weightBytes: 3 * 248,
      activationBytes: 2 * 4 * (896 + 320 + 256),
      totalBytes: 744 + 11776,
    })
  })

  test('buffers are kept once, a learned table has no activation', () => {
    const { graph } = graphOf(`network Net {
      input x: [4, 8]
      output y = add(x -> batch_norm, parameter([4, 8], init = zeros))
    }`)
    // Batch norm: 8 parameters, 8 buffers; table 32. At the sum: x, norm and sum of 32 each, mean and deviation of 4 channels.
    expect(trainingMemory(graph, 1)).toEqual({
      weightBytes: 4 * (3 * 40 + 8),
      activationBytes: 4 * (96 + 8),
      totalBytes: 512 + 416,
    })
  })
})
