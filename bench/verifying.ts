// `weft verify FILE` as a process, operators by themselves and everything: time and peak memory.
import { medianOf, type Benchmark, type Finding } from './measure.ts'
import { commandPath, examplePath } from './paths.ts'
import { wholeProcess } from './processes.ts'

const examples = ['unet3d', 'nnunet', 'e2enet', 'unetpp3d'] as const
/** Of the default. */
const targetMB = 1000

function findingsOf(example: string, turns: number, isWhole: boolean): Finding[] {
  const options = isWhole ? ['--exhaustive'] : []
  const all = Array.from({ length: turns }, () =>
    wholeProcess(commandPath, 'verify', examplePath(example), ...options),
  )
  const what = ['verify', `${example}.weft`, ...options].join(' ')
  const peaks = all.map(({ peakMB }) => peakMB)
  return [
    medianOf(
      `${what}, time`,
      all.map(({ ms }) => ms),
    ),
    medianOf(`${what}, peak memory`, peaks, isWhole ? undefined : targetMB, 'MB'),
  ]
}

export const verifying: Benchmark = {
  name: 'verify',
  title: 'Whole processes of `weft verify FILE`, initial weights',
  run: ({ quick }) => ({
    findings: examples.flatMap((example) => [
      ...findingsOf(example, quick ? 1 : 3, false),
      ...(quick ? [] : findingsOf(example, 1, true)),
    ]),
    notes: quick ? ['--exhaustive is left out of quick runs.'] : [],
  }),
}
