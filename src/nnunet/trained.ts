// What a checkpoint of nnU-Net says of its training beside the weights: nnUNetTrainer.save_checkpoint of nnunetv2 2.8.1.
import type { PickleValue } from '../weights/torch/pickle-values.ts'
import { isKind } from '../weights/torch/unpickle.ts'

export interface TrainedBy {
  readonly trainer: string
  readonly configuration: string
  /** Axes of the patch along which mirror images are averaged; none where the checkpoint has None or no such entry. */
  readonly mirror: readonly number[]
}

/** The key of the weights. */
export const weightsKey = 'network_weights'

/** A text says why it is no checkpoint of nnU-Net's. */
export function trainedBy(root: PickleValue): TrainedBy | string {
  const entries = isKind(root, 'dict') ? root.entries : new Map<PickleValue, PickleValue>()
  const given = entries.get('init_args')
  const trainer = entries.get('trainer_name')
  const configuration = given !== undefined && isKind(given, 'dict') ? given.entries.get('configuration') : undefined // prettier-ignore
  if (!entries.has(weightsKey)) return `it has no \`${weightsKey}\``
  if (typeof trainer !== 'string') return 'it has no `trainer_name`'
  if (typeof configuration !== 'string') return 'its `init_args` have no `configuration`'
  const axes = entries.get('inference_allowed_mirroring_axes') ?? null
  if (axes === null) return { trainer, configuration, mirror: [] }
  const list = isKind(axes, 'tuple') || isKind(axes, 'list') ? axes.items : [NaN]
  const mirror = list.filter((axis): axis is number => Number.isInteger(axis))
  return mirror.length === list.length
    ? { trainer, configuration, mirror }
    : 'its `inference_allowed_mirroring_axes` are no list of axes'
}
