// Which parameters of a spec a number of its network comes from: channels that go in, classes that come out.
import type { Graph } from '../ir/graph.ts'

export const channelWords = /chan|^in|modal/i
export const classWords = /class|label|^out/i

/** The parameters that a number of the network may come from: those that have it, those of a likely name alone where there are any. */
export function parametersOf(graph: Graph, value: number, likely: RegExp): readonly string[] {
  const names = graph.arguments.filter((one) => one.value === value).map(({ name }) => name)
  const named = names.filter((name) => likely.test(name))
  return named.length > 0 ? named : names
}
