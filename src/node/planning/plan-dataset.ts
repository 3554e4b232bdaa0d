// `weft plan` as a library: a dataset's fingerprint, and the configurations that nnU-Net's rules make of it within a memory.
import { basename } from 'node:path'
import type { Dtype } from '../../compiler/analysis/memory.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { humanBytes } from '../../compiler/text/numbers.ts'
import type { OrientationPolicy } from '../../compiler/semantics/declarations/train.ts'
import type { DatasetDescription } from '../../data/case.ts'
import { isPicture } from '../../data/picture.ts'
import { channelsFor } from '../../data/targets.ts'
import { importPlans } from '../../nnunet/import-plans.ts'
import { describedHeads } from '../../nnunet/heads.ts'
import { readers, type Reader } from '../../nnunet/pipeline.ts'
import { planDocument, type PlanDocument, type PlanSetting } from '../../nnunet/planner/document.ts'
import { planFor, type Plan } from '../../nnunet/planner/plan.ts'
import { plansFile } from '../../nnunet/planner/plans-file.ts'
import { presets, type Preset, type PresetName } from '../../nnunet/planner/presets.ts'
import {
  featureMapYardstick,
  trainingBytesOf,
  trainingYardstick,
  type InAndOut,
} from '../../nnunet/planner/yardsticks.ts'
import { readPlans } from '../../nnunet/plans.ts'
import { orientationPolicies } from '../../nnunet/readers.ts'
import { openDataSource, type DataSource } from '../runs/data-source.ts'
import { absentClasses, readFingerprint } from './read-fingerprint.ts'

export interface PlanOptions {
  /** `plain` unless given. */
  readonly preset?: PresetName
  /** By nnU-Net's own count and draws, so that its plans come out; `weft` unless given: by the bytes of a training step. */
  readonly rules?: 'weft' | 'nnunet'
  /** Bytes; those of the preset's card unless given. */
  readonly within?: number
  /** Of activations; `f32` unless given. */
  readonly dtype?: Dtype
  /** How volumes are turned; `strict` unless given, and by nnU-Net's rules what its reader does. */
  readonly orientation?: OrientationPolicy
  onCase?(done: number, all: number): void
  onWarning?(found: Problem): void
}

export interface DatasetPlan {
  readonly document: PlanDocument
  /** As JSON: nnUNetPlans.json. */
  readonly plans: Readonly<Record<string, unknown>>
  /** A spec with a network and a recipe for each configuration; `formatWeft` of `weft/prettier` brings it into canonical form. */
  readonly spec: string
}

/** Plans for a folder in nnU-Net's raw layout, or `phantom:…`; or all that is wrong with it. */
export async function planDataset(
  data: string,
  options: PlanOptions = {},
): Promise<DatasetPlan | readonly Problem[]> {
  const { rules = 'weft', preset: presetName = 'plain', dtype = 'f32' } = options
  const preset: Preset = presets[presetName]
  const opened = open(data, rules, options.orientation)
  if (isProblem(opened)) return [opened]
  const { source, orientation, reader } = opened
  const fingerprint = await readFingerprint(source, rules === 'weft' ? 'every' : 'drawn', options.onCase)
  if (!('cases' in fingerprint)) return fingerprint
  for (const one of absentClasses(fingerprint, source)) options.onWarning?.(one)
  const setting = { rules, preset: presetName, within: options.within ?? preset.gigabytes * gibibyte, dtype }
  const { description } = source
  const dims = inAndOut(description)
  const plan = planWithin(fingerprint.cases, description, preset, setting)
  if (isProblem(plan)) return [plan]
  const dataset = data.startsWith('phantom') ? 'Phantom' : basename(source.origin)
  const labels = labelCount(description)
  const bytes = trainingBytesOf(preset, dims, dtype)
  const names = rules === 'nnunet' ? { planner: preset.planner, plans: preset.plans } : { planner: 'weft plan', plans: 'weftPlans' } // prettier-ignore
  const plans = plansFile(plan, fingerprint, preset, { dataset, reader, ...names })
  return {
    document: planDocument(dataset, fingerprint, plan, setting, { labels, bytes }),
    plans,
    spec: specOf(plans, plan, description, { orientation, heading: headingFor(dataset, setting) }),
  }
}

const gibibyte = 2 ** 30

// ---------------------------------------------------------------- reading

interface Opened {
  readonly source: DataSource
  readonly orientation: OrientationPolicy
  /** What plans say. */
  readonly reader: string
}

function open(
  data: string,
  rules: 'weft' | 'nnunet',
  given: OrientationPolicy | undefined,
): Opened | Problem {
  const source = openDataSource(data, given ?? (rules === 'nnunet' ? 'as_stored' : 'strict'))
  if (isProblem(source)) return source
  if (rules === 'weft') {
    const orientation = given ?? 'strict'
    const reader = orientation === 'as_stored' ? usualReader(source.ending) : 'NibabelIOWithReorient'
    return { source, orientation, reader: isPicture(source.ending) ? pictureReader : reader }
  }
  const reader = source.reader ?? usualReader(source.ending)
  if (reader === pictureReader) return { source, orientation: 'as_stored', reader }
  if (!isReader(reader)) return problem('plan-reader', { path: data, reader, known: readers })
  const orientation = given ?? orientationPolicies[reader]
  const turned = orientation === 'as_stored' ? source : openDataSource(data, orientation)
  return isProblem(turned) ? turned : { source: turned, orientation, reader }
}

const pictureReader = 'NaturalImage2DIO'

/** The first of nnU-Net's that takes such files. */
const usualReader = (ending: string): string =>
  isPicture(ending) ? pictureReader : ending === '.nii' ? 'NibabelIO' : 'SimpleITKIO'

const isReader = (name: string): name is Reader => readers.some((one) => one === name)

// ---------------------------------------------------------------- planning

const inAndOut = (description: DatasetDescription): InAndOut => ({
  channels: description.channels.length,
  classes: channelsFor(description, description.regions === undefined ? 'softmax' : 'sigmoid'),
})

/** Entries of `labels`, with the background and that of voxels to ignore. */
const labelCount = ({ classes, ignore }: DatasetDescription): number =>
  classes.length + (ignore === undefined ? 0 : 1)

function planWithin(
  cases: PlanDocument['fingerprint']['cases'],
  description: DatasetDescription,
  preset: Preset,
  { rules, within, dtype }: PlanSetting,
): Plan | Problem {
  const dims = inAndOut(description)
  const yardstick =
    rules === 'nnunet'
      ? featureMapYardstick(preset, labelCount(description), within / gibibyte)
      : trainingYardstick(preset, dims, within, dtype)
  const plan = planFor(cases, cases.length, preset, yardstick)
  if (!('least' in plan)) return plan
  const { patch, strides } = plan.least
  const stages = strides.length
  const bytes = stages < 2 ? 0 : trainingBytesOf(preset, dims, dtype)(plan.least, 2)
  return problem('plan-no-room', { within, patch, stages, bytes })
}

function headingFor(dataset: string, { rules, preset, within, dtype }: PlanSetting): string {
  const by =
    rules === 'weft' ? `a training step within ${humanBytes(within)}, ${dtype}` : "by nnU-Net's own estimate"
  return `Planned by weft plan for ${dataset}: ${preset}, ${by}.`
}

/** By way of the plans, as `weft import plans` makes it; the cascade is nnU-Net's own. */
function specOf(
  plans: object,
  plan: Plan,
  description: DatasetDescription,
  { orientation, heading }: { readonly orientation: OrientationPolicy; readonly heading: string },
): string {
  const read = readPlans(JSON.stringify(plans), 'plans.json')
  if (isProblem(read)) throw new Error(`planned plans are malformed: ${read.name}`)
  const configurations = plan.configurations.map(({ name }) => name)
  const heads = describedHeads(description)
  const imported = importPlans(read, { heads, configurations, heading, orientation })
  if (!('text' in imported)) throw new Error(`planned plans are not imported: ${imported[0]?.name}`)
  return imported.text
}
