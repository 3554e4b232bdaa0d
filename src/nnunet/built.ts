// An architecture of plans as a graph: what nnU-Net would build of it.
import { compile } from '../compiler/compile.ts'
import type { Graph } from '../compiler/ir/graph.ts'
import { applicationOf } from './application.ts'
import { importLines } from './construction.ts'
import type { Architecture } from './plans.ts'

export interface BuiltFor {
  readonly patch: readonly number[]
  readonly channels: number
  readonly classes: number
}

/** What an architecture is in Weft, or why there is none. */
export function builtFor({ patch, channels, classes }: BuiltFor, architecture: Architecture): Graph | string {
  const application = applicationOf({ patch, architecture })
  if (!('network' in application)) {
    const [first] = application
    return `it would need \`${first?.key}\` = ${JSON.stringify(first?.value)}: ${first?.reason}`
  }
  const { network, arguments: given } = application
  const all = [
    `in_channels = ${channels}`,
    `classes = ${classes}`,
    ...given.map(([name, text]) => `${name} = ${text}`),
  ]
  const spec = `${importLines([application]).join('\n')}\nnetwork Candidate = ${network}(${all.join(', ')})\n`
  const { graph, diagnostics } = compile('candidate.weft', {
    read: (path) => (path === 'candidate.weft' ? spec : undefined),
  })
  return graph ?? diagnostics[0]?.message ?? 'it does not compile'
}
