// Findings as text.
import type { Finding, Section } from './measure.ts'

const digits: Readonly<Record<Finding['unit'], number>> = {
  ms: 2,
  µs: 2,
  '×': 2,
  count: 0,
  MB: 1,
  'GMAC/s': 2,
}

function remarks({ unit, least, samples, value, target }: Finding): string {
  const spread =
    least === undefined || samples === undefined
      ? []
      : [`median of ${samples}, least ${least.toFixed(digits[unit])}`]
  const goal =
    target === undefined ? [] : [`${value < target ? 'under' : 'NOT under'} the target of ${target}`]
  const all = [...spread, ...goal]
  return all.length === 0 ? '' : `  (${all.join('; ')})`
}

export function sectionText({ name, title, findings, notes }: Section): string {
  const width = Math.max(...findings.map((one) => one.what.length), 0)
  const lines = findings.map((one) => {
    const number = one.value.toFixed(digits[one.unit]).padStart(10)
    return `  ${one.what.padEnd(width)} ${number} ${one.unit}${remarks(one)}`
  })
  return [`${name}: ${title}`, ...lines, ...notes.map((note) => `  ${note}`)].join('\n')
}
