// A small network beside a checkpoint of it under other names, and the map that leads from one to the other.
import { join } from 'node:path'
import { writeSafetensors } from '../../src/node/safetensors-file.ts'
import { elementCount } from '../../src/weights/numbers.ts'
import { workspace } from '../support/run-weft.ts'
import { sound } from '../support/specs.ts'

export const shapes: Readonly<Record<string, readonly number[]>> = {
  'first.weight': [4, 1, 3, 3],
  'first.bias': [4],
  'head.weight': [2, 4, 1, 1],
  'head.bias': [2],
}
export const map = {
  format: 'weft-rename-1',
  rules: [
    { from: 'first', to: 'logits.conv[0]' },
    { from: 'head', to: 'logits.conv[1]' },
  ],
}

/** A directory with a spec, a checkpoint of other names and a map. */
export function withCheckpoint(
  given: Readonly<Record<string, readonly number[]>> = shapes,
  rename: object = map,
): string {
  const cwd = workspace({ 'net.weft': sound, 'map.json': JSON.stringify(rename) })
  const failed = writeSafetensors(
    join(cwd, 'official.safetensors'),
    Object.entries(given).map(([name, shape]) => ({
      name,
      dtype: 'F32' as const,
      shape,
      numbers: () => Float32Array.from({ length: elementCount(shape) }, (_, i) => i % 3),
    })),
  )
  if (failed !== undefined) throw new Error(failed.name)
  return cwd
}
