// ONNX Runtime's own tools for smaller files find the weights of an exported file where they look for them: at their operators.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { initialise } from '../../../src/weights/initialise.ts'
import { compileExample, repository } from '../../examples/compile-example.ts'
import { onnxPython } from '../../support/onnx-python.ts'
import { bytesOf } from '../../support/onnx.ts'

const folder = mkdtempSync(join(tmpdir(), 'weft-smaller-'))
afterAll(() => rmSync(folder, { recursive: true }))

test.skipIf(onnxPython === undefined)(
  'quantize_dynamic and convert_float_to_float16 shrink default exports, which run',
  () => {
    const paths = ['E2ENet', 'NNUNetV1'].map((network) => {
      const file = network === 'E2ENet' ? 'e2enet' : 'nnunet'
      const { graph } = compileExample(`examples/${file}.weft`, network, {
        patch: '[32, 32, 32]',
        base: '16',
        max_width: '64',
      })
      const path = join(folder, `${file}.onnx`)
      writeFileSync(path, bytesOf(graph, { weights: initialise(graph, 1) }))
      return path
    })
    const script = join(repository, 'test/backends/onnx/peers/smaller.py')
    const { stdout, stderr, status } = spawnSync(onnxPython ?? '', [script, ...paths], { encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
    for (const line of stdout.trim().split('\n')) {
      const { whole, int8, float16 } = JSON.parse(line) as Record<'whole' | 'int8' | 'float16', number>
      expect(int8 / whole).toBeLessThan(0.6)
      expect(float16 / whole).toBeLessThan(0.7)
    }
  },
  120_000,
)
