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
    expect(messages(net('budget memory(inference) <= 2KiB'))).toEqual([
      'budget-exceeded: memory(inference, batch = 1) is 2.45 KiB (2,504 bytes), over the budget of 2.00 KiB (2,048 bytes) by 456 bytes',
    ])
  })
})

describe('memory', () => {
  test('inference: the weights and the largest sum of live activations', () => {
    // Weights 50 elements. Live at most: image 64 (kept) + conv 256 + relu 256 = 576; afterwards 64 + 256 + logits 128.
    const { graph } = graphOf(net())
    expect(inferenceMemory(graph, 1)).toEqual({
      weightBytes: 200,
      activationBytes: 4 * 576,
      totalBytes: 200 + 4 * 576,
    })
    expect(inferenceMemory(graph, 3).activationBytes).toBe(3 * 4 * 576)
  })

  test('training: weights three times, every activation once', () => {
    // 62 parameters; activations 64 + 256 + 256 + 128 + 192 = 896 elements.
    const { graph } = graphOf(net())
    expect(trainingMemory(graph, 2)).toEqual({
      weightBytes: 3 * 248,
      activationBytes: 2 * 4 * 896,
      totalBytes: 744 + 7168,
    })
  })

  test('buffers are kept once, a learned table has no activation', () => {
    const { graph } = graphOf(`network Net {
      input x: [4, 8]
      output y = add(x -> batch_norm, parameter([4, 8], init = zeros))
    }`)
    // batch norm: 8 parameters, 8 buffers; table 32. Activations: x, norm, sum of 32 each.
    expect(trainingMemory(graph, 1)).toEqual({
      weightBytes: 4 * (3 * 40 + 8),
      activationBytes: 4 * 96,
      totalBytes: 512 + 384,
    })
  })
})
