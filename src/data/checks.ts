// What only all cases together show: classes that no case has, spacings that differ, files that leave their place open.
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { LabelledCase } from './case.ts'
import { remarkWarnings } from './remarks.ts'

/** Spacings may differ by this factor before a warning: below it, anatomy itself varies more. */
const spacingFactor = 1.5

const axes = ['z', 'y', 'x'] as const

/** Warnings about a dataset's cases; `classes` are names, background first. */
export function checkCases(
  cases: readonly Pick<LabelledCase, 'name' | 'labels' | 'remarks'>[],
  classes: readonly string[],
): readonly Problem[] {
  const remarks = cases.flatMap((one) => one.remarks ?? [])
  return [...absentClasses(cases, classes), ...differentSpacings(cases), ...remarkWarnings(remarks)]
}

function absentClasses(
  cases: readonly Pick<LabelledCase, 'labels'>[],
  classes: readonly string[],
): readonly Problem[] {
  const present = new Uint8Array(classes.length)
  for (const { labels } of cases) for (const value of labels.data) present[value] = 1
  return [...classes.entries()]
    .filter(([value]) => value > 0 && present[value] === 0)
    .map(([value, name]) => problem('class-absent', { name, value, cases: cases.length }))
}

function differentSpacings(cases: readonly Pick<LabelledCase, 'name' | 'labels'>[]): readonly Problem[] {
  return axes.flatMap((axis, at) => {
    const sorted = cases
      .map(({ name, labels }) => ({ name, spacing: labels.geometry.spacing[at] ?? 1 }))
      .sort((a, b) => a.spacing - b.spacing)
    const [low, high] = [sorted[0], sorted.at(-1)]
    if (low === undefined || high === undefined || high.spacing <= low.spacing * spacingFactor) return []
    const rounded = (size: number): number => Number(size.toPrecision(4))
    const parts = { axis, least: rounded(low.spacing), greatest: rounded(high.spacing) }
    return [problem('spacings-differ', { ...parts, cases: [low.name, high.name] })]
  })
}
