// Which knob buys most, as a table: what one step of each numeric parameter adds, and how much of itself that is.
import { costMetric, defaultMetrics } from '../../../compiler/analysis/sweep/metrics.ts'
import { isProblem } from '../../../compiler/diagnostics/diagnostic.ts'
import type { KnobStep } from '../../../compiler/solve/elasticity.ts'
import { humanBytes, humanCount } from '../../../compiler/text/numbers.ts'
import type { Section } from '../section.ts'

const metrics = defaultMetrics.map(costMetric).filter((one) => !isProblem(one))

export function knobSection(knobs: readonly KnobStep[]): Section {
  return {
    title: 'knobs',
    header: ['one step', ...metrics.map(({ title }) => title)],
    rows: knobs.map(({ name, from, to, change, elasticity }) => [
      `${name} ${from} → ${to}`,
      ...metrics.map(({ name: metric, unit }) => stepText(unit, change[metric], elasticity[metric])),
    ]),
    notes: [
      'in brackets the elasticity: percent more of it for one percent more of the parameter',
      ...metrics.flatMap(({ name, title }) => {
        const most = knobs.toSorted((a, b) => sizeOf(b, name) - sizeOf(a, name))[0]
        return most === undefined || sizeOf(most, name) === 0
          ? []
          : [`${title}: ${most.name} changes it most`]
      }),
    ],
  }
}

const sizeOf = ({ elasticity }: KnobStep, metric: string): number => Math.abs(elasticity[metric] ?? 0)

function stepText(unit: string, change: number | undefined, elasticity: number | undefined): string {
  if (change === undefined || elasticity === undefined) return 'unknown'
  if (change === 0) return '0'
  const size = unit === 'bytes' ? humanBytes(Math.abs(change)) : humanCount(Math.abs(change))
  return `${change < 0 ? '-' : '+'}${size} (${elasticity.toFixed(2)})`
}
