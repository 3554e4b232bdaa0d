// One parameter over many values.
import { isProblem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Given } from '../../compiler/point-arguments.ts'
import { planSweep, runSweep } from '../../compiler/sweep.ts'
import { sweepDocument, type SweepDocument } from '../../backends/report/sweep/model.ts'
import type { Counted } from './asked.ts'
import { atStart, elaborate, refused, type Refused } from './counting.ts'

export type Swept = { readonly kind: 'swept'; readonly document: SweepDocument } | Refused

export function swept({ spec: opened, batch }: Counted, over: string): Swept {
  const own = elaborate({ ...opened, arguments: without(opened.arguments, over) })
  if (own.kind === 'refused') return own
  const plan = planSweep(opened.entry, own.host, {
    over: [over],
    networks: [own.graph.network],
    arguments: own.arguments,
    memory: { batch },
  })
  if (isProblem(plan)) return refused([atStart(plan, opened)], own)
  if ('kind' in plan) return refused(plan.diagnostics, own)
  const document = sweepDocument(plan, runSweep(plan, own.host), { file: opened.entry })
  return isProblem(document) ? refused([atStart(document, opened)], own) : { kind: 'swept', document }
}

/** What is swept is not given besides. */
function without(given: Given, over: string): Given {
  const [name = ''] = over.split('=')
  const swept = name.trim()
  return Object.fromEntries(
    Object.entries(given).filter(([one]) => one !== swept && !one.startsWith(`${swept}[`)),
  )
}
