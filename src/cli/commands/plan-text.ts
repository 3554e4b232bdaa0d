// A plan as a person reads it: what the cases are like, then a table of the networks.
import { align } from '../../backends/report/text-layout.ts'
import { humanBytes, withSeparators } from '../../compiler/text/numbers.ts'
import { quantile, sortedNumbers } from '../../data/fingerprint/quantiles.ts'
import type { PlanDocument } from '../../nnunet/planner/document.ts'
import type { Terminal } from '../terminal.ts'

export function planText(document: PlanDocument, { outStyle: style }: Pick<Terminal, 'outStyle'>): string {
  const { dataset, fingerprint, transpose } = document
  const { cases, boxShare } = fingerprint
  const [geometryTitles = '', ...geometry] = align(geometryRows(document))
  const [channelTitles = '', ...channels] = align(channelRows(document))
  const [classTitles = '', ...classes] = align(classRows(document))
  const [planTitles = '', ...plans] = align(planRows(document))
  const isTurned = transpose.some((axis, k) => axis !== k)
  return [
    style.bold(`${dataset}: ${cases.length} case${cases.length === 1 ? '' : 's'}`),
    '',
    style.dim(geometryTitles),
    ...geometry,
    `${(100 * boxShare).toFixed(0)} % of a volume, by the median, lies in the box about what is not 0`,
    '',
    style.dim(channelTitles),
    ...channels,
    '',
    style.dim(classTitles),
    ...classes,
    '',
    style.bold(planHeading(document)),
    '',
    style.dim(planTitles),
    ...plans,
    ...(isTurned ? ['', `axes of the networks are axes ${transpose.join(', ')} of the volumes`] : []),
    '',
  ].join('\n')
}

const rounded = (value: number): string => String(Number(value.toPrecision(5)))
const times = (extents: readonly number[]): string => extents.map(rounded).join(' x ')

/** By axis, slowest first. */
function geometryRows({ fingerprint: { cases } }: PlanDocument): string[][] {
  const row = (title: string, of: 'spacing' | 'cropped', share: number): string[] => [
    title,
    ...[0, 1, 2].map((axis) =>
      rounded(quantile(sortedNumbers(cases.map((one) => one[of][axis] ?? 0)), share)),
    ),
  ]
  return [
    ['', 'z', 'y', 'x'],
    row('spacing, mm: least', 'spacing', 0),
    row('median', 'spacing', 0.5),
    row('greatest', 'spacing', 1),
    row('voxels in the box: least', 'cropped', 0),
    row('median', 'cropped', 0.5),
    row('greatest', 'cropped', 1),
  ]
}

const channelRows = ({ fingerprint: { channels } }: PlanDocument): string[][] => [
  [
    'channel, where there is a label',
    'mean',
    'sd',
    'least',
    '0.5 %',
    'median',
    '99.5 %',
    'greatest',
    'normalised by',
  ],
  ...channels.map((one) => [
    one.name,
    ...[one.mean, one.std, one.min, one.percentile_00_5, one.median, one.percentile_99_5, one.max].map(
      rounded,
    ),
    `${one.normalisation}${one.masked ? ', masked' : ''}`,
  ]),
]

const classRows = ({ fingerprint: { classes } }: PlanDocument): string[][] => [
  ['class', 'voxels', 'cases'],
  ...classes.map(({ name, voxels, cases }) => [name, withSeparators(voxels), String(cases)]),
]

function planHeading({ rules, preset, within, dtype }: PlanDocument): string {
  return rules === 'weft'
    ? `${preset}, ${humanBytes(within)} for a training step in ${dtype}`
    : `${preset}, as nnU-Net plans for ${humanBytes(within)}`
}

/** A column for each configuration, since its lists are long. */
function planRows({ configurations }: PlanDocument): string[][] {
  const row = (title: string, of: (one: PlanDocument['configurations'][number]) => string): string[] => [
    title,
    ...configurations.map(of),
  ]
  const most = Math.max(...configurations.map(({ strides }) => strides.length))
  const stages = Array.from({ length: most }, (_, stage) =>
    row(`stage ${stage}: width, stride, kernel`, ({ widths, strides, kernels }) => {
      const [stride, kernel] = [strides[stage], kernels[stage]]
      return stride === undefined || kernel === undefined ? '' : `${widths[stage]}  ${stride.join('')}  ${kernel.join('')}` // prettier-ignore
    }),
  )
  return [
    row('', ({ name }) => name),
    row('spacing, mm', ({ spacing }) => times(spacing)),
    row('median volume', ({ medianExtents }) => times(medianExtents)),
    row('patch', ({ patch }) => times(patch)),
    row('batch', ({ batch, batchDice }) => `${batch}${batchDice ? ', Dice of all of it' : ''}`),
    row('memory of a step', ({ trainingBytes }) => humanBytes(trainingBytes)),
    ...stages,
  ]
}
