// What the markup of the page and its program both know: names of elements, and which label stands for which structure.
import { structuresOf, type Structures } from '../../data/pipeline/volumes.ts'

export const ids = {
  status: 'status',
  drop: 'drop',
  channel: (channel: number) => `channel-${channel}`,
  chosen: (channel: number) => `chosen-${channel}`,
  mirror: 'mirror',
  device: 'device',
  run: 'run',
  cancel: 'cancel',
  work: 'work',
  stage: 'stage',
  bar: 'bar',
  problem: 'problem',
  results: 'results',
  ranOn: 'ran-on',
  warnings: 'warnings',
  save: 'save',
  volume: (structure: number) => `volume-${structure}`,
  shown: (structure: number) => `shown-${structure}`,
  canvas: 'view',
  noView: 'no-view',
  layout: 'layout',
  opacity: 'opacity',
  place: (axis: number) => `place-${axis}`,
} as const

export interface DrawnStructure {
  readonly name: string
  /** Its value in the label map. */
  readonly label: number
}

/** By `structuresOf`, the background first. */
export function drawnStructures(model: Structures): readonly DrawnStructure[] {
  const { labelling } = model.pipeline
  return structuresOf(model).map(({ name }, k) => ({
    name,
    label: labelling.kind === 'regions' && k > 0 ? (labelling.written[k - 1] ?? 0) : k,
  }))
}
