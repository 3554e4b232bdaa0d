// How the points of a sweep fall into series of one colour each.
import type { SweepDocument, SweepRow } from '../../backends/report/sweep/model.ts'
import { seriesColour, seriesColours } from '../palette.ts'
import { shortValue } from './scales.ts'

export interface Series {
  readonly name: string
  /** CSS colour. */
  readonly colour: string
  readonly rows: readonly SweepRow[]
}

/** By the network where several are swept, else by the parameter with the fewest values; all in one where there are too many to tell apart. */
export function seriesOf(document: SweepDocument): readonly Series[] {
  const { networks, axes, rows } = document
  const few = [...axes]
    .filter(({ values }) => values.length > 1)
    .sort((a, b) => a.values.length - b.values.length)
    .find(({ values }) => values.length <= seriesColours.length)
  if (networks.length > 1 && networks.length <= seriesColours.length)
    return networks.map((name, k) =>
      series(
        name,
        k,
        rows.filter(({ network }) => network === name),
      ),
    )
  if (few === undefined || axes.filter(({ values }) => values.length > 1).length < 2)
    return [series('', 0, rows)]
  const { name, values } = few
  return values.map((value, k) =>
    series(
      `${name} = ${shortValue(value)}`,
      k,
      rows.filter(({ given }) => given[name] === value),
    ),
  )
}

const series = (name: string, index: number, rows: readonly SweepRow[]): Series => ({
  name,
  colour: seriesColour(index),
  rows,
})
