// Memory over the schedule, and what it is made of.
import type { MemoryDocument, PhaseData } from '../../backends/report/memory/model.ts'
import { memorySections } from '../../backends/report/memory/text.ts'
import type { ReviewDocument } from '../../backends/report/review/model.ts'
import { humanBytes } from '../../compiler/text/numbers.ts'
import { renderWide, type Mark } from '../charts.ts'
import { extremes, samplesOf } from '../downsample.ts'
import { markup, type Markup, type Piece } from '../markup.ts'
import { counted } from '../numbers.ts'
import { seriesColour } from '../palette.ts'
import { disclosure, figure } from '../parts.ts'
import { sectionTable } from './section-table.ts'
import { byteSteps, byteTick } from './ticks.ts'

export function memory({ memory }: ReviewDocument): Piece {
  if (memory === null)
    return markup`<p>Memory is known once every extent is a number.</p>
`
  const [totals, ...others] = memorySections(memory, () => '')
  return [
    markup`<div class="charts">
${schedule(memory, 'training')}${schedule(memory, 'inference')}</div>
`,
    totals === undefined ? null : sectionTable({ ...totals, title: 'what it is taken by' }),
    ...others.map((one, at) =>
      disclosure(
        one.title,
        sectionTable(one.header.at(-1) === '' ? { ...one, words: 'last' } : one),
        at === 0 ? 'open' : 'closed',
      ),
    ),
  ]
}

const colours = { training: seriesColour(1), inference: seriesColour(0) } as const

function schedule(memory: MemoryDocument, mode: 'training' | 'inference'): Markup {
  const phase = memory[mode]
  const { schedule: steps } = phase
  const samples = samplesOf(
    steps.map(({ bytes }, at) => [at + 1, bytes] as const),
    ([at]) => at,
    ([, bytes]) => bytes,
  )
  const summary = summaryOf(phase, mode)
  const id = `schedule-${mode}`
  return figure({
    id: `${id}-figure`,
    title: mode === 'training' ? 'Memory during a training step' : 'Memory during inference',
    summary,
    legend: [
      { name: 'activations', colour: colours[mode], shape: 'area' },
      { name: 'peak', colour: 'var(--accent)', dash: [4, 3], shape: 'mark' },
      ...(mode === 'training'
        ? [{ name: 'backward pass begins', colour: 'var(--mark)', shape: 'mark' as const }]
        : []),
    ],
    picture: renderWide(
      {
        id,
        summary,
        marks: marksOf(phase),
        x: { label: 'operator by operator', min: 1, max: Math.max(2, steps.length), whole: true },
        y: { min: 0, ...byteSteps(phase.peakBytes), format: byteTick },
      },
      (columns) => [
        { points: extremes(samples, columns), colour: colours[mode], stack: 'activations', width: 1.5 },
      ],
    ),
    wide: true,
  })
}

function marksOf({ schedule: steps, peakBytes }: PhaseData): Mark[] {
  const peak = steps.findIndex((one) => one.bytes === peakBytes)
  const backward = steps.findIndex((one) => one.phase === 'backward')
  return [
    ...(backward === -1 ? [] : [{ x: backward + 1, kind: 'update' as const }]),
    ...(peak === -1 ? [] : [{ x: peak + 1, kind: 'best' as const }]),
  ]
}

function summaryOf({ peakBytes, residentBytes, peak, schedule: steps }: PhaseData, mode: string): string {
  const where = peak.at === null ? '' : `, at ${peak.at.path} (${peak.at.file}:${peak.at.line})`
  const when = mode === 'training' ? ` in the ${peak.phase} pass`.replace('loss pass', 'loss') : ''
  return `Activations peak at ${humanBytes(peakBytes)}${when}${where}; ${humanBytes(residentBytes)} more stay all the time. ${counted(steps.length, 'step')}.`
}
