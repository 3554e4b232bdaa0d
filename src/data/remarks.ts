// What files leave open, or say in two ways: gathered over a dataset, one warning for each kind.
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'

/** Of one file. */
export interface FileRemark {
  readonly kind: 'no-forms' | 'spacing-differs' | 'forms-differ' | 'bytes-beyond'
  readonly path: string
  /** What the file has. */
  readonly found: string
}

const warnings = {
  'no-forms': 'nifti-unplaced',
  'spacing-differs': 'nifti-spacing',
  'forms-differ': 'nifti-forms-differ',
  'bytes-beyond': 'nifti-bytes-beyond',
} as const satisfies Record<FileRemark['kind'], string>

const namedFiles = 3

/** One warning for each kind of remark, with how many files have it and the first of them. */
export function remarkWarnings(remarks: readonly FileRemark[]): readonly Problem[] {
  const kinds = [...new Set(remarks.map(({ kind }) => kind))].sort()
  return kinds.map((kind) => {
    const same = remarks.filter((one) => one.kind === kind)
    const paths = same.slice(0, namedFiles).map(({ path }) => path)
    return problem(warnings[kind], { count: same.length, paths, found: same[0]?.found ?? '' })
  })
}
