// A plan with the fingerprint that it is of, as `weft plan --json` has it.
import type { Dtype } from '../../compiler/analysis/memory.ts'
import {
  boxShare,
  type CaseFingerprint,
  type ClassFingerprint,
  type Fingerprint,
} from '../../data/fingerprint/fingerprint.ts'
import type { Intensities } from '../../data/fingerprint/intensities.ts'
import type { Triple } from '../../data/pipeline/grid.ts'
import type { ConfigurationName, Plan } from './plan.ts'
import { schemesOf } from './plans-file.ts'
import { presets, type PresetName } from './presets.ts'
import { featureMap } from './yardsticks.ts'
import type { PlannedNetwork } from './network.ts'

/** `weft-plan/1`: fields may be added, never changed or removed; schema/weft-plan-1.schema.json says the same. */
export interface PlanDocument {
  readonly schema: 'weft-plan/1'
  readonly dataset: string
  /** Which yardstick holds a network against the memory: the bytes of a training step, or nnU-Net's feature maps. */
  readonly rules: 'weft' | 'nnunet'
  readonly preset: PresetName
  /** Bytes. */
  readonly within: number
  readonly dtype: Dtype
  readonly fingerprint: {
    readonly cases: readonly CaseFingerprint[]
    readonly channels: readonly ChannelFingerprint[]
    readonly classes: readonly ClassFingerprint[]
    /** The median over the cases of the share of a volume that its box has. */
    readonly boxShare: number
  }
  /** Axis `k` of the networks is axis `transpose[k]` of the volumes. */
  readonly transpose: Triple
  readonly configurations: readonly PlannedConfiguration[]
}

export interface ChannelFingerprint extends Intensities {
  readonly name: string
  /** The class of nnU-Net's that normalises it. */
  readonly normalisation: string
  /** Whether only voxels that are not 0 count in its z-score. */
  readonly masked: boolean
}

export interface PlannedConfiguration {
  readonly name: ConfigurationName
  /** Millimetres along the axes of the network. */
  readonly spacing: readonly number[]
  /** Of the volumes at that spacing. */
  readonly medianExtents: readonly number[]
  readonly patch: readonly number[]
  readonly strides: readonly (readonly number[])[]
  readonly kernels: readonly (readonly number[])[]
  readonly widths: readonly number[]
  readonly batch: number
  readonly batchDice: boolean
  /** Of a training step on such a batch. */
  readonly trainingBytes: number
  /** nnU-Net's proxy of it, for one patch. */
  readonly featureMap: number
}

export interface PlanSetting {
  readonly rules: 'weft' | 'nnunet'
  readonly preset: PresetName
  readonly within: number
  readonly dtype: Dtype
}

export function planDocument(
  dataset: string,
  fingerprint: Fingerprint,
  plan: Plan,
  { rules, preset, within, dtype }: PlanSetting,
  measured: { readonly labels: number; bytes(network: PlannedNetwork, batch: number): number },
): PlanDocument {
  const { cases, intensities, classes } = fingerprint
  const schemes = schemesOf(fingerprint)
  return {
    schema: 'weft-plan/1',
    dataset,
    rules,
    preset,
    within,
    dtype,
    fingerprint: {
      cases,
      channels: intensities.map(({ channel, found }, at) => ({
        name: channel,
        normalisation: schemes.names[at] ?? '',
        masked: schemes.masked[at] ?? false,
        ...found,
      })),
      classes,
      boxShare: boxShare(cases),
    },
    transpose: plan.axes.forward,
    configurations: plan.configurations.map(({ name, spacing, median, network, batch, batchDice }) => ({
      name,
      spacing,
      medianExtents: median,
      patch: network.patch,
      strides: network.strides,
      kernels: network.kernels,
      widths: network.widths,
      batch,
      batchDice,
      trainingBytes: measured.bytes(network, batch),
      featureMap: featureMap(network, presets[preset], measured.labels),
    })),
  }
}
