// The epochs as a table: what the curves show, in numbers.
import { withSeparators } from '../../compiler/text/numbers.ts'
import type { Piece } from '../markup.ts'
import { compact, dice, duration } from '../numbers.ts'
import { table } from '../parts.ts'
import type { RunPageData } from './data.ts'
import type { Timeline } from './timeline.ts'

const most = 200

export function history(run: RunPageData, { epochs }: Timeline): Piece {
  const every = Math.ceil(epochs.length / most)
  const shown = epochs.filter(
    (one, k) => k % every === 0 || k === epochs.length - 1 || one.epoch === run.bestEpoch,
  )
  const best = shown.findIndex((one) => one.epoch === run.bestEpoch)
  const note = every > 1 ? `; one epoch in ${every}, the best and the last` : ''
  return table({
    caption: `Epochs: training loss and validation Dice${note}`,
    head: ['Epoch', 'Step', 'Training loss', 'Mean Dice', ...run.dataset.classes.slice(1), 'Cases', 'Time'],
    marked: new Set(best < 0 ? [] : [best]),
    rows: shown.map((one) => [
      one.epoch === run.bestEpoch ? `${withSeparators(one.epoch)} (best)` : withSeparators(one.epoch),
      withSeparators(one.step),
      compact(one.loss),
      dice(one.meanDice),
      ...run.dataset.classes.slice(1).map((_, k) => dice(one.dice[k])),
      withSeparators(one.cases),
      duration(one.elapsedSeconds),
    ]),
  })
}
