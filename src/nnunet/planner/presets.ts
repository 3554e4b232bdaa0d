// What nnU-Net's planners differ in. nnunetv2 2.8.1: experiment_planners/default_experiment_planner.py and
// residual_unets/residual_encoder_unet_planners.py.

export interface Preset {
  readonly architecture: 'plain' | 'residual'
  /** Names of nnU-Net's. */
  readonly planner: string
  readonly plans: string
  /** GB of a card that the reference is of. */
  readonly gigabytes: number
  /** Elements of feature maps that such a card has room for, by the number of the patch's axes. */
  readonly reference: Readonly<Record<2 | 3, number>>
  /** The share of a dataset's voxels that a batch has at most. */
  readonly covered: number
}

export const presets = {
  plain: {
    architecture: 'plain',
    planner: 'ExperimentPlanner',
    plans: 'nnUNetPlans',
    gigabytes: 8,
    reference: { 2: 85e6, 3: 560e6 },
    covered: 0.05,
  },
  'resenc-m': {
    architecture: 'residual',
    planner: 'nnUNetPlannerResEncM',
    plans: 'nnUNetResEncUNetMPlans',
    gigabytes: 8,
    reference: { 2: 135e6, 3: 680e6 },
    covered: 1,
  },
  'resenc-l': {
    architecture: 'residual',
    planner: 'nnUNetPlannerResEncL',
    plans: 'nnUNetResEncUNetLPlans',
    gigabytes: 24,
    reference: { 2: 380e6, 3: 2100e6 },
    covered: 1,
  },
  'resenc-xl': {
    architecture: 'residual',
    planner: 'nnUNetPlannerResEncXL',
    plans: 'nnUNetResEncUNetXLPlans',
    gigabytes: 40,
    reference: { 2: 560e6, 3: 3600e6 },
    covered: 1,
  },
} as const satisfies Readonly<Record<string, Preset>>

export type PresetName = keyof typeof presets
export const presetNames = Object.keys(presets) as readonly PresetName[]
