// What only all cases together show: classes that no case has, spacings that differ, files that leave their place open.
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Geometry, LabelledCase } from './case.ts'
import { remarkWarnings, type FileRemark } from './remarks.ts'
import { labelsOfClasses, type Labelling } from './targets.ts'

/** Spacings may differ by this factor before a warning: below it, anatomy itself varies more. */
const spacingFactor = 1.5

const axes = ['z', 'y', 'x'] as const

/** What checks look at in a case: little, so that a dataset's cases need not be in memory together. */
export interface CaseFacts {
  readonly name: string
  readonly geometry: Geometry
  /** Classes that a voxel has. */
  readonly present: ReadonlySet<number>
  readonly remarks: readonly FileRemark[]
}

export function factsOf({
  name,
  labels,
  remarks = [],
}: Pick<LabelledCase, 'name' | 'labels' | 'remarks'>): CaseFacts {
  const seen = new Uint8Array(256)
  for (let at = 0; at < labels.data.length; at++) seen[labels.data[at] ?? 0] = 1
  const present = new Set([...seen.keys()].filter((value) => seen[value] === 1))
  return { name, geometry: labels.geometry, present, remarks }
}

/** Warnings about a dataset's cases; of spacings that differ unless it is stated what is done about them. */
export function checkCases(
  cases: readonly CaseFacts[],
  dataset: Labelling,
  spacings: 'compared' | 'stated' = 'compared',
): readonly Problem[] {
  const remarks = cases.flatMap((one) => one.remarks)
  const different = spacings === 'stated' ? [] : differentSpacings(cases)
  return [...absentClasses(cases, dataset), ...different, ...remarkWarnings(remarks)]
}

function absentClasses(cases: readonly CaseFacts[], dataset: Labelling): readonly Problem[] {
  return labelsOfClasses(dataset).flatMap((labels, k) => {
    const isThere = cases.some(({ present }) => labels.some((one) => present.has(one)))
    const name = dataset.classes[k + 1] ?? ''
    return isThere ? [] : [problem('class-absent', { name, labels, cases: cases.length })]
  })
}

function differentSpacings(cases: readonly CaseFacts[]): readonly Problem[] {
  return axes.flatMap((axis, at) => {
    const sorted = cases
      .map(({ name, geometry }) => ({ name, spacing: geometry.spacing[at] ?? 1 }))
      .sort((a, b) => a.spacing - b.spacing)
    const [low, high] = [sorted[0], sorted.at(-1)]
    if (low === undefined || high === undefined || high.spacing <= low.spacing * spacingFactor) return []
    const rounded = (size: number): number => Number(size.toPrecision(4))
    const parts = { axis, least: rounded(low.spacing), greatest: rounded(high.spacing) }
    return [problem('spacings-differ', { ...parts, cases: [low.name, high.name] })]
  })
}
