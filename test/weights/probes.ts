// The records of the networks that come as examples, each with the network and the map that it measures.
import { ofAll } from '../examples/facts.ts'
import { probeRecords, type ProbeCase, type ProbeRecord } from './probe-record.ts'

/** With paths from the repository's root. */
export interface MeasuredNetwork extends ProbeCase {
  readonly file: string
}

/** The first of the beginnings that fits a record's name tells how it is read. */
export function measuredBy(record: ProbeRecord): MeasuredNetwork | undefined {
  const found = ofAll(({ probes }) => probes ?? []).find(([, [start]]) => record.name.startsWith(start))
  if (found === undefined) return undefined
  const [example, [, of]] = found
  const { map, ...rest } = of(record)
  return { ...rest, file: `examples/${example}.weft`, map: `examples/maps/${map}.json` }
}

export const probes: readonly { readonly record: ProbeRecord; readonly of: MeasuredNetwork }[] =
  probeRecords.flatMap((record) => {
    const of = measuredBy(record)
    return of === undefined ? [] : [{ record, of }]
  })
