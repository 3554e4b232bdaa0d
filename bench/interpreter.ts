// The reference interpreter in a warm process: double precision, one thread.
import { evaluate } from '../src/backends/reference/evaluate.ts'
import { noiseInputs } from '../src/node/noise.ts'
import { initialise } from '../src/weights/initialise.ts'
import { median, medianOf, timed, type Benchmark, type Found } from './measure.ts'
import { sound } from './sound.ts'
import { smallUnet } from './specs.ts'
import { costReport } from './whole.ts'

function measure(samples: number): Found {
  const { graph, report } = costReport('small-unet.weft', { read: () => smallUnet })
  const macs = report.totals.inference.macs ?? NaN
  const weights = initialise(graph, 1)
  const inputs = noiseInputs(graph, 1).reference
  const run = (): number => timed(() => sound(evaluate(graph, weights, inputs))).ms
  run()
  const times = Array.from({ length: samples }, run)
  return {
    findings: [
      medianOf('one evaluation', times),
      { what: 'multiply-accumulates', value: macs / 1e6 / median(times), unit: 'GMAC/s' },
    ],
    notes: [`${macs} MACs by the static count; making the initial weights is part of an evaluation.`],
  }
}

export const interpreter: Benchmark = {
  name: 'interpreter',
  title: 'The reference interpreter on a U-Net of two levels, 1×32×32×32',
  run: ({ quick }) => measure(quick ? 3 : 9),
}
