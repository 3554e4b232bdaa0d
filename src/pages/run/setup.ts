// What the run was started with.
import { counted } from '../numbers.ts'
import { markup } from '../markup.ts'
import type { Piece } from '../markup.ts'
import { withSeparators } from '../../compiler/text/numbers.ts'
import { descriptions, disclosure, table } from '../parts.ts'
import type { RunPageData } from './data.ts'
import type { Timeline } from './timeline.ts'

export function setup(run: RunPageData, { starts }: Timeline): Piece {
  const classes = run.dataset.classes.slice(1)
  return markup`<div class="card">${descriptions([
    ['Network', run.network],
    ['Recipe', run.recipe.name],
    ['Dataset', run.dataset.name],
    [classes.length === 1 ? 'Class' : `Classes (${classes.length})`, classes.join(', ')],
    [
      'Cases',
      `${counted(run.split.training, 'case')} for training, ${withSeparators(run.split.validation)} for validation`,
    ],
    ['Backend', run.backend],
  ])}${disclosure(`The recipe ${run.recipe.name}`, markup`<pre tabindex="0"><code>${run.recipe.text}</code></pre>`)}
${
  starts.length === 0
    ? null
    : disclosure(
        starts.length === 1 ? 'When it was started' : `Started and resumed ${counted(starts.length, 'time')}`,
        table({
          caption: 'Starts and resumptions',
          head: ['Time', 'After step', 'Backend'],
          rows: starts.map((one) => [one.time, withSeparators(one.step), one.backend]),
        }),
      )
}</div>`
}
