// Where a spec keeps the extents of its input: the parameter that is changed to change them.
import type { Graph } from '../ir/graph.ts'

export interface ExtentsParameter {
  readonly name: string
  readonly extents: readonly number[]
}

/** The parameter whose value is the input's spatial extents; undefined where none or several could be meant. */
export function extentsParameter({ inputs, nodes, arguments: given }: Graph): ExtentsParameter | undefined {
  const [input] = inputs
  const spatial = nodes[input?.node ?? -1]?.type.shape.slice(1) ?? []
  const extents = spatial.filter((one) => typeof one === 'number')
  if (inputs.length !== 1 || extents.length === 0 || extents.length !== spatial.length) return undefined
  const holding = given.filter(({ value }) => Array.isArray(value) && value.join() === extents.join())
  const [found] = holding
  return found === undefined || holding.length > 1 ? undefined : { name: found.name, extents }
}
