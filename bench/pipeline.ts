// Parse to cost report of two examples, in a warm process, as a whole and by stage.
import { medianOf, timed, type Benchmark, type Finding } from './measure.ts'
import { exampleHost } from './paths.ts'
import { stageNames, stageTimes } from './stages.ts'
import { costReport } from './whole.ts'

interface Subject {
  readonly example: string
  readonly network: string
  readonly target?: number
}

const subjects: readonly Subject[] = [
  { example: 'e2enet', network: 'E2ENet', target: 10 },
  { example: 'nnunet-resenc', network: 'ResEncXL' },
]

/** Runs before the first sample: the just-in-time compiler is done by then. */
const warmUp = 100

function measure({ example, network, target }: Subject, samples: number): Finding[] {
  const run = (): number => timed(() => costReport(`${example}.weft`, exampleHost(), network)).ms
  for (let k = 0; k < warmUp; k++) run()
  const whole = Array.from({ length: samples }, run)
  const stages = Array.from({ length: samples }, () => stageTimes(example, network))
  return [
    medianOf(`${network}, text to cost report`, whole, target),
    ...stageNames.map((stage) =>
      medianOf(
        `${network}, ${stage}`,
        stages.map((one) => one[stage]),
      ),
    ),
  ]
}

export const pipeline: Benchmark = {
  name: 'pipeline',
  title: 'Text to cost report in a warm process',
  run: ({ quick }) => ({
    findings: subjects.flatMap((subject) => measure(subject, quick ? 20 : 100)),
    notes: ['Stages are measured apart; the text of the standard library is parsed and resolved each time.'],
  }),
}
