// The ONNX backend against the reference, case by case: the exported model in ONNX Runtime, at several operator sets.
import { describe, expect, test } from 'vitest'
import { distance, runExported, runtime } from '../support/onnx.ts'
import { allCases, caseWeights, expectedOf, graphOfCase, inputsOfCase } from './support.ts'

/** Single precision, sums of some thousand terms. */
const tolerance = 5e-5
/** Numbers of magnitude one that cancel leave 1e-7 of it. */
const least = 1e-2

/** Sampling of volumes came with operator set 20, all sampling with 16, layer norm with 17. */
const withoutVolumes = allCases().filter(({ inputs }) => inputs['grid']?.at(-1) !== 3)
const oldest = withoutVolumes.filter(({ expression }) => !/layer_norm|grid_sample/.test(expression))

describe.skipIf(runtime === undefined)('ONNX Runtime agrees with the reference', () => {
  test.each(allCases())('$id', async (one) => {
    const outputs = await runExported(graphOfCase(one), inputsOfCase(one), { weights: caseWeights })
    expect(distance(expectedOf(one), outputs.get('y'), least)).toBeLessThanOrEqual(tolerance)
  })

  test.each([
    { opset: 13, cases: oldest },
    { opset: 18, cases: withoutVolumes },
    { opset: 20, cases: allCases() },
    { opset: 26, cases: allCases() },
  ])('at operator set $opset', async ({ opset, cases }) => {
    const far: string[] = []
    for (const one of cases) {
      const outputs = await runExported(graphOfCase(one), inputsOfCase(one), { weights: caseWeights, opset })
      if (!(distance(expectedOf(one), outputs.get('y'), least) <= tolerance)) far.push(one.id)
    }
    expect(far).toEqual([])
  })
})
