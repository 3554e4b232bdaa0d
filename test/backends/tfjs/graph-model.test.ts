// The graph model against the reference, case by case: what is exported, in the stock loader of TensorFlow.js on its stock backends.
import { describe, expect, test } from 'vitest'
import { allCases, caseWeights, expectedOf, graphOfCase, inputsOfCase } from '../../conformance/support.ts'
import { runGraphModel, use } from '../../support/graph-model.ts'
import { distance } from '../../support/onnx.ts'

/** Single precision, sums of some thousand terms. */
const tolerance = 5e-5
/** Numbers of magnitude one that cancel leave 1e-7 of it. */
const least = 1e-2

describe.each(['cpu', 'wasm'] as const)('the stock %s backend agrees with the reference', (backend) => {
  test.each(allCases())('$id', async (one) => {
    await use(backend)
    const given = await runGraphModel(graphOfCase(one), inputsOfCase(one), {
      weights: caseWeights,
      output: 'y',
    })
    expect(distance(expectedOf(one), given, least)).toBeLessThanOrEqual(tolerance)
  })
})
