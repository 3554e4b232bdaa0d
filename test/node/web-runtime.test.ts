// The build of ONNX Runtime for browsers, in Node: it adds up less exactly than the native one.
import { expect, test } from 'vitest'
import { evaluate } from '../../src/backends/reference/evaluate.ts'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { loadOnnxRuntime } from '../../src/node/onnx-runtime.ts'
import { noiseInputs } from '../../src/node/noise.ts'
import { caseWeights } from '../conformance/support.ts'
import { graphOf } from '../support/check.ts'
import { bytesOf, distance } from '../support/onnx.ts'

const web = await loadOnnxRuntime('web')
if (isProblem(web))
  process.stderr.write('onnxruntime-web is not installed: what browsers make of files is not tested\n')

test.skipIf(isProblem(web))(
  'a norm over two million values, half of them zeros, is right in a browser',
  async () => {
    if (isProblem(web)) throw new Error('skipped without it')
    const graph = graphOf(
      'network Net {\n  input x: [1, 128, 128, 128]\n  output y = x -> relu -> instance_norm(affine = false)\n}\n',
    )
    const { reference, runtime: feeds } = noiseInputs(graph, 1)
    const expected = evaluate(graph, caseWeights, reference, { outputs: 'all' })
    const session = await web.open(bytesOf(graph, { weights: caseWeights }), { threads: 1 })
    if (isProblem(expected) || isProblem(session)) throw new Error(JSON.stringify({ expected, session }))
    const given = await session.run(feeds)
    await session.release()
    const [y, result] = [expected.get('y'), isProblem(given) ? undefined : given.get('y')]
    if (y === undefined || result === undefined) throw new Error('no output')
    // One sum of all is 3e-2 off.
    expect(distance(y, { shape: [...result.shape], data: Float64Array.from(result.data) })).toBeLessThan(5e-6)
  },
)

test.skipIf(!isProblem(web))('a runtime that is absent says how to get it', () => {
  expect(web).toMatchObject({ name: 'runtime-absent', parts: { runtime: 'onnxruntime-web' } })
})
