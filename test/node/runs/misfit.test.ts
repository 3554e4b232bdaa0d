// What a network and a dataset disagree in, and the way out that is shown: only parameters that the network has.
import { expect, test } from 'vitest'
import { diagnose } from '../../../src/compiler/diagnostics/diagnostic.ts'
import { taskProblem } from '../../../src/node/runs/misfit.ts'
import { graphOf } from '../../support/check.ts'

const data = { name: 'made up', channels: ['ct', 'mask'], classes: ['background', 'organ', 'lesion'] }

function helpFor(params: string, channels: string, classes: string): string | undefined {
  const graph = graphOf(
    `network Net(${params}) {\n input image: [${channels}, 8, 8]\n output logits = image -> conv(${classes}, 1)\n let _p = 0\n}`,
  )
  const found = taskProblem(graph, data, 'softmax')
  return found && diagnose(found, { file: '', start: 0, end: 0 }).help
}

test('the parameter that the number comes from is named', () => {
  expect(helpFor('modalities: int = 1', 'modalities', '3')).toBe(
    'give the network as many: --set modalities=2',
  )
  expect(helpFor('labels: int = 5, width: int = 5', '2', 'labels')).toBe(
    'give the network as many: --set labels=3',
  )
  expect(helpFor('n: int = 5', '2', 'n')).toBe('give the network as many: --set n=3')
})

test('a parameter that the network has not is never named', () => {
  expect(helpFor('base: int = 8', '1', '3')).toBe(
    'the first extent of its `input` must be 2: no parameter of the network has the number it is now',
  )
  expect(helpFor('base: int = 8', '2', '4')).toBe(
    'the channels of `logits` must be 3: no parameter of the network has the number it is now',
  )
  expect(helpFor('a: int = 4, b: int = 4', '2', 'a * b div 4')).toBe(
    'the channels of `logits` must be 3: set the parameter that it comes from, a or b, as in --set a=3',
  )
})

test('by a sigmoid the background has no channel', () => {
  const graph = graphOf('network Net {\n input image: [2, 8, 8]\n output logits = image -> conv(3, 1)\n}')
  const found = taskProblem(graph, data, 'sigmoid')
  expect(found && diagnose(found, { file: '', start: 0, end: 0 }).message).toBe(
    'the output `logits` has 3 channels, and the dataset has 2 without background (organ, lesion)',
  )
})
