// The fingerprint of a dataset on the disk: every case is read once, one after the other.
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import {
  classesOf,
  findingsOf,
  type CaseFindings,
  type Fingerprint,
} from '../../data/fingerprint/fingerprint.ts'
import {
  drawn,
  everyVoxel,
  heldOfCase,
  intensitiesOf,
  type Sample,
} from '../../data/fingerprint/intensities.ts'
import { randomState } from '../../data/fingerprint/random-state.ts'
import { isPicture } from '../../data/picture.ts'
import { labelsOfClasses } from '../../data/targets.ts'
import type { DataSource } from '../runs/data-source.ts'

/** Which labelled voxels the statistics of intensities are of: every one, or those that nnU-Net draws. */
export type Sampling = 'every' | 'drawn'

/** nnU-Net's number of draws, and what it seeds each case with. */
const draws = 1e8
const seed = 1234
/** What nnU-Net takes for the thickness of a picture, which is no volume. */
const pictureThickness = 999

/** The fingerprint, or all that is wrong with the cases. */
export async function readFingerprint(
  source: DataSource,
  sampling: Sampling,
  onCase?: (done: number, all: number) => void,
): Promise<Fingerprint | readonly Problem[]> {
  const { cases, description } = source
  const problems: Problem[] = []
  const findings: CaseFindings[] = []
  for (const [at, name] of cases.entries()) {
    const found = await readCase(source, name, sampling)
    if (isProblem(found)) problems.push(found)
    else findings.push(found)
    onCase?.(at + 1, cases.length)
  }
  if (problems.length > 0) return problems
  const absent = { dataset: description.name, cases: cases.length }
  const intensities: { channel: string; found: NonNullable<ReturnType<typeof intensitiesOf>> }[] = []
  for (const [at, channel] of description.channels.entries()) {
    const found = intensitiesOf(findings.flatMap(({ samples }) => samples.slice(at, at + 1)))
    if (found === undefined) return [problem('plan-without-labels', absent)]
    intensities.push({ channel, found })
  }
  return {
    cases: findings.map(({ geometry }) => geometry),
    intensities,
    classes: classesOf(description, findings),
  }
}

async function readCase(
  { inspect, readCase: read, cases, description, ending }: DataSource,
  name: string,
  sampling: Sampling,
): Promise<CaseFindings | Problem> {
  const shape = await inspect(name)
  if (isProblem(shape)) return shape
  const one = await read(name)
  if (isProblem(one)) return one
  const [, height, width] = shape.spacing
  const spacing = isPicture(ending) ? ([pictureThickness, height, width] as const) : shape.spacing
  const sample = samplerFor(sampling, cases.length)
  return findingsOf(one, spacing, description, sample)
}

/** Of one case: nnU-Net begins anew with each. */
function samplerFor(sampling: Sampling, cases: number): (values: Float32Array) => Sample {
  if (sampling === 'every') {
    const most = heldOfCase(cases)
    return (values) => everyVoxel(values, most)
  }
  const random = randomState(seed)
  return (values) => drawn(values, Math.floor(draws / cases), random)
}

/** Warnings of classes that no case has. */
export const absentClasses = (
  { cases, classes }: Fingerprint,
  { description }: Pick<DataSource, 'description'>,
): readonly Problem[] =>
  labelsOfClasses(description).flatMap((labels, k) => {
    const { name = '', voxels } = classes[k] ?? {}
    return voxels === 0 ? [problem('class-absent', { name, labels, cases: cases.length })] : []
  })
