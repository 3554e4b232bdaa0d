// A trainer for nnU-Net as text: what a person reads. What nnU-Net does with it is in the tests beside this one.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { emitNnunet } from '../../../../src/backends/torch/nnunet/emit.ts'
import { compile } from '../../../../src/compiler/compile.ts'
import { isProblem } from '../../../../src/compiler/diagnostics/diagnostic.ts'
import { nowhere } from '../package.ts'

/** A sparse fusion, an output that nothing supervises, a warm-up: every part that a trainer may have. */
const spec = `
/// A small network.
network Small(base: int = 4, patch: [int] = [16, 16]) {
  input image: [1, ...patch]
  backbone encoder {
    level[0] = image -> conv(base, 3)
    level[i] for i in 1..2 = level[i-1] -> max_pool(2) -> conv(base * 2^i, 3)
  }
  fusion decoder {
    node[2] = encoder[2]
    node[i] for i in 0..1 {
      edge forward = node[i+1] -> conv_transpose(base * 2^i, 2, stride = 2)
      edge skip = encoder[i]
      fuse = concat -> conv(base * 2^i, 3)
    }
    sparsity 50% {
      granularity = kernel
      drop = l1(rate = 0.5, decay = cosine(to = 0.001))
      grow = random
      every = 100 steps
    }
  }
  output logits = decoder[0] -> conv(2, 1)
  aux output ds[i] for i in 1..2 = decoder[i] -> conv(2, 1)
}

train quick for Small {
  loss = dice(batch = true) + 0.5 * focal
  supervise = [logits: 1, ds[1]: 1/2]
  optimizer = adamw(lr = 1e-3)
  schedule = cosine
  warmup = 5 epochs
  clip = 1
  epochs = 100
}
`

test('a trainer is what a person would have written', () => {
  const { graph, recipe, stated = [] } = compile('small.weft', { read: () => spec }, { recipe: 'quick' })
  if (graph === undefined || recipe === undefined) throw new Error('the spec does not compile')
  const command = 'weft compile small.weft --target nnunet -o trainers --recipe quick'
  const emission = emitNnunet(graph, nowhere, { version: 'test', command, training: { recipe, stated } })
  if (emission.kind === 'refused') throw new Error(JSON.stringify(emission.diagnostics))
  const file = emission.files.find(({ name }) => name === 'nnUNetTrainer_Small_quick.py')
  const chunks = [...(file?.chunks() ?? [])].filter((chunk) => !isProblem(chunk))
  const text = chunks.map((chunk) => new TextDecoder().decode(chunk as Uint8Array)).join('')
  const expected = readFileSync(new URL('../expected/nnUNetTrainer_Small_quick.py', import.meta.url), 'utf8')
  expect(text).toBe(expected)
})
