// How the arguments of a network follow from a probe's record.
import type { Arguments } from '../examples/example-facts.ts'
import type { ProbeRecord } from './probe-record.ts'

const list = (value: unknown): string => JSON.stringify(value)

/** The extents of the input. */
export const extents = ({ input_shape: shape }: ProbeRecord): string => list(shape.slice(2))

function channels({ config }: ProbeRecord): Arguments {
  return { in_channels: String(config['in_channels']), classes: String(config['classes']) }
}

export const patched = (record: ProbeRecord): Arguments => ({ ...channels(record), patch: extents(record) })

export const sized = (record: ProbeRecord): Arguments => ({ ...channels(record), size: extents(record) })

/** Networks that are planned by pools between their levels. */
export function planned(record: ProbeRecord): Arguments {
  const { config } = record
  const plan = { base: '4', pools: list(config['pools']), kernels: list(config['encoder_kernels']) }
  return { ...patched(record), ...plan }
}

/** Networks that are planned by the strides of their stages. */
export function staged(record: ProbeRecord): Arguments {
  const { config } = record
  const plan = { base: '4', strides: list(config['strides']), kernels: list(config['kernels']) }
  return { ...patched(record), ...plan }
}

/** Our own records say the arguments. */
export function recorded({ arguments: given = {} }: ProbeRecord): Arguments {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, list(value)] as const))
}
