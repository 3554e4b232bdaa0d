// The page of a training run: one HTML text from plain data.
import { renderDocument } from '../document.ts'
import type { Section } from '../document.ts'
import { connections } from './connections.ts'
import { training, validation } from './curves.ts'
import type { RunPageData } from './data.ts'
import { history } from './history.ts'
import { overview, runHeader, stateOf } from './overview.ts'
import { setup } from './setup.ts'
import { examples } from './slices.ts'
import { timelineOf } from './timeline.ts'

export function renderRunPage(run: RunPageData): string {
  const timeline = timelineOf(run.records)
  const sections: readonly (Section | undefined)[] = [
    { id: 'overview', title: 'Overview', content: overview(run, timeline) },
    { id: 'validation', title: 'Validation', content: validation(run, timeline) },
    { id: 'training', title: 'Training', content: training(timeline) },
    timeline.topology.length === 0
      ? undefined
      : { id: 'connections', title: 'Connections', content: connections(timeline) },
    run.slices.length === 0
      ? undefined
      : { id: 'examples', title: 'Examples', content: examples(run.slices, run.dataset) },
    { id: 'setup', title: 'Setup', content: setup(run, timeline) },
    timeline.epochs.length === 0
      ? undefined
      : { id: 'history', title: 'History', content: history(run, timeline) },
  ]
  return renderDocument({
    title: `${run.network}: training run (${stateOf(run)})`,
    header: runHeader(run, timeline),
    sections: sections.filter((one) => one !== undefined),
    footer: run.provenance,
    ...(run.refreshSeconds === undefined || run.finished ? {} : { refreshSeconds: run.refreshSeconds }),
  })
}
