// Progress of long work: one line on stderr that is drawn over, where a person watches; nothing elsewhere.
import { formatDuration } from '../compiler/text/numbers.ts'
import type { Terminal } from './terminal.ts'

/** Redrawing more often costs time and shows nothing more. */
export const leastMs = 100

export interface Progress {
  /** Draws the share done, of work measured in any unit; `detail` says what is being done. */
  show(done: number, all: number, detail?: string): void
  /** Removes the line. */
  clear(): void
}

export function progress(label: string, terminal: Terminal): Progress {
  if (!terminal.isWatched) return { show: () => {}, clear: () => {} }
  const begin = Date.now()
  let last = 0
  return {
    show: (done, all, detail) => {
      const now = Date.now()
      if (now - last < leastMs) return
      last = now
      terminal.redraw(lineOf([label, detail], done / Math.max(all, 1), now - begin, terminal))
    },
    clear: () => {
      if (last > 0) terminal.redraw('')
    },
  }
}

const barWidth = 24
/** Before that, how long it takes is a guess. */
const leastShare = 0.005
const leastElapsedMs = 1000

/** A bar of fixed width. */
export function barOf(share: number, { unicode }: Pick<Terminal, 'unicode'>, width = barWidth): string {
  const full = Math.round(Math.min(1, share) * width)
  const [done, open] = unicode ? ['█', '░'] : ['#', '.']
  return `${done.repeat(full)}${open.repeat(width - full)}`
}

function lineOf(
  [label, detail]: readonly [string, string | undefined],
  share: number,
  elapsedMs: number,
  terminal: Terminal,
): string {
  const leftMs = share > 0 ? (elapsedMs / share) * (1 - share) : 0
  const left =
    share > leastShare && elapsedMs > leastElapsedMs ? `  ${formatDuration(leftMs / 1000)} left` : ''
  const text = `${label} ${barOf(share, terminal)} ${Math.floor(100 * share)} %${left}`
  return `${text}${detail === undefined ? '' : `  ${detail}`}`.slice(0, terminal.width - 1)
}
