// The labels that `dataset.json` declares: classes, regions of several labels, and the label of voxels to ignore. As nnU-Net's LabelManager has
// them: https://github.com/MIC-DKFZ/nnUNet/blob/master/documentation/region_based_training.md
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { NnunetDataset } from '../json/generated/nnunet-dataset.ts'
import type { DatasetDescription, Region } from './case.ts'

/** More labels do not fit a byte per voxel. */
const labelLimit = 256

export const malformed = (path: string, reason: string): Problem =>
  problem('dataset-malformed', { path, reason })

type Labelled = Pick<DatasetDescription, 'classes' | 'regions' | 'ignore'>

/** A name with what it stands for; in the first form a number with a name. */
type Entry = readonly [key: string, value: NnunetDataset['labels'][string]]

/** `regions_class_order` says nothing where no region has several labels, and a list of one label is that label. */
export function readDatasetLabels(entries: NnunetDataset, path: string): Labelled | Problem {
  const all = Object.entries(entries.labels)
  const ignore = entries.labels['ignore']
  const given = all.filter(([name]) => name !== 'ignore')
  const hasRegions = given.some(([, value]) => Array.isArray(value) && value.length > 1)
  const labelled = hasRegions ? regionsOf(given, entries, path) : classesOf(given, path)
  if (isProblem(labelled) || ignore === undefined) return labelled
  const labels = labelled.regions?.flatMap((one) => one.labels) ?? [labelled.classes.length - 1]
  const wanted = Math.max(...labels) + 1
  if (ignore !== wanted || wanted >= labelLimit)
    return malformed(
      path,
      `the label to \`ignore\` is ${shown(ignore)}, and it has to be the one after all others: ${wanted}`,
    )
  return { ...labelled, ignore }
}

const shown = (value: unknown): string => JSON.stringify(value)

/** Second form: `{ "tumour": 1 }`; first form: `{ "1": "tumour" }`. */
function classesOf(given: readonly Entry[], path: string): Labelled | Problem {
  const pairs = given.map(([key, value]) => [key, Array.isArray(value) ? value[0] : value] as const)
  const isFirst = pairs.every(([key, value]) => typeof value === 'string' && /^\d+$/.test(key))
  const numbered = new Map(
    pairs.map(([key, value]) =>
      isFirst ? ([Number(key), value] as const) : ([Number(value), key] as const),
    ),
  )
  if (numbered.size < pairs.length) return malformed(path, 'two classes in `labels` have the same number')
  if (numbered.size < 2 || numbered.size > labelLimit)
    return malformed(path, `\`labels\` has ${numbered.size} classes; 2 to ${labelLimit} are possible`)
  const classes = inOrder(numbered, 'labels', path)
  return isProblem(classes) ? classes : { classes }
}

/** Names by their numbers, which must be 0, 1, 2, … without gaps. */
export function inOrder(
  numbered: ReadonlyMap<number, unknown>,
  key: string,
  path: string,
): readonly string[] | Problem {
  const names: string[] = []
  for (let number = 0; number < numbered.size; number++) {
    const name = numbered.get(number)
    if (typeof name !== 'string')
      return malformed(path, `\`${key}\` has no name for ${number}: they are numbered from 0 without gaps`)
    names.push(name)
  }
  return names.length === 0 ? malformed(path, `\`${key}\` is empty`) : names
}

/** Regions in the order of their names, which is that of the output's channels; the background is none. */
function regionsOf(
  given: readonly Entry[],
  { regions_class_order: order }: NnunetDataset,
  path: string,
): Labelled | Problem {
  const named = given.flatMap(([name, value]) => {
    const labels = [value].flat().filter((one) => typeof one === 'number')
    return labels.every((one) => one === 0) ? [] : [{ name, labels: [...new Set(labels)].sort(ascending) }]
  })
  if (order === undefined)
    return malformed(
      path,
      `\`regions_class_order\` is missing: it says by which label each of the regions ${named.map(({ name }) => name).join(', ')} is written`,
    )
  if (order.length !== named.length)
    return malformed(
      path,
      `\`regions_class_order\` has ${order.length} labels, and there are ${named.length} regions (${named.map(({ name }) => name).join(', ')})`,
    )
  const gap = gapIn(new Set([0, ...named.flatMap(({ labels }) => labels)]))
  if (gap !== undefined)
    return malformed(path, `no region has the label ${gap}: they are numbered from 0 without gaps`)
  const strange = named.findIndex(({ labels }, k) => !labels.includes(order[k] ?? -1))
  if (strange >= 0)
    return malformed(
      path,
      `\`regions_class_order\` has the label ${order[strange]} for ${shown(named[strange]?.name)}, which does not lie in that region (${shown(named[strange]?.labels)})`,
    )
  const regions = named.map(({ labels }, k): Region => ({ labels, written: order[k] ?? 0 }))
  return { classes: ['background', ...named.map(({ name }) => name)], regions }
}

const ascending = (a: number, b: number): number => a - b

/** The first label that is not there, or that there is no byte for. */
function gapIn(labels: ReadonlySet<number>): number | undefined {
  const most = Math.max(...labels)
  for (let label = 0; label <= Math.min(most, labelLimit); label++)
    if (!labels.has(label) || label === labelLimit) return label
  return undefined
}
