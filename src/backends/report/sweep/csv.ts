// A sweep as comma-separated values (RFC 4180): a line for each point, exact numbers, empty where there is none.
import { csvText } from '../csv.ts'
import type { SweepDocument } from './model.ts'

export function renderSweepCsv({ axes, metrics, score, rows }: SweepDocument): string {
  const names = metrics.map(({ name }) => name)
  const scored = score !== null
  const header = [
    'network',
    ...axes.map(({ name }) => name),
    ...names,
    ...(scored ? ['score'] : []),
    'front',
    'status',
    'code',
    'message',
  ]
  const body = rows.map((row) => [
    row.network,
    ...axes.map(({ name }) => row.given[name] ?? ''),
    ...names.map((name) => row.values[name] ?? ''),
    ...(scored ? [row.score ?? ''] : []),
    row.front ? 'yes' : 'no',
    row.status,
    row.findings.map(({ code }) => code).join(' '),
    row.findings.map(({ message }) => message).join('; '),
  ])
  return csvText([header, ...body])
}
