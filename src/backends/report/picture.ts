// A lattice drawn with characters: levels downwards, stages to the right, one line between two levels for the steps across.
import type { Lattice, LatticePoint, LatticeStep } from '../../compiler/analysis/lattice.ts'
import { formatDim, type Shape } from '../../compiler/ir/tensor.ts'
import { groupedBy } from '../../compiler/text/grouped.ts'
import { largest, withSeparators } from '../../compiler/text/numbers.ts'
import { wrap } from './text-layout.ts'

export interface PictureOptions {
  /** Columns of the terminal. */
  readonly width: number
  /** False where the terminal cannot be trusted with more than ASCII. */
  readonly unicode: boolean
}

interface Glyphs {
  readonly node: string
  readonly output: string
  readonly aux: string
  readonly across: string
  readonly up: string
  readonly down: string
  readonly both: string
  readonly vertical: string
  readonly corner: string
  readonly times: string
  readonly more: string
  readonly from: string
}

const unicodeGlyphs: Glyphs = {
  node: '●',
  output: '◉',
  aux: '◎',
  across: '─',
  up: '╱',
  down: '╲',
  both: '╳',
  vertical: '│',
  corner: '┘',
  times: '×',
  more: '…',
  from: '←',
}

const asciiGlyphs: Glyphs = {
  node: 'o',
  output: '@',
  aux: '*',
  across: '-',
  up: '/',
  down: '\\',
  both: 'X',
  vertical: '|',
  corner: '+',
  times: 'x',
  more: '...',
  from: '<-',
}

const maxLevels = 40
const pitches = [4, 2] as const
const columnarPitch = 12
const indent = 2

interface Layout {
  readonly levels: readonly number[]
  readonly stages: readonly number[]
  readonly pitch: number
  /** Where the grid begins. */
  readonly left: number
  readonly glyphs: Glyphs
}

/** The picture's lines, without colour. */
export function drawLattice(lattice: Lattice, options: PictureOptions): string[] {
  const glyphs = options.unicode ? unicodeGlyphs : asciiGlyphs
  const allLevels = distinct(lattice.points.map((point) => point.level))
  const allStages = distinct(lattice.points.map((point) => point.stage))
  const labels = levelLabels(lattice, allLevels, glyphs)
  const left =
    indent +
    largest(
      Array.from(labels.values(), (label) => label.length),
      5,
    ) +
    3
  const room = options.width - left - Math.min(24, outputRoom(lattice))
  const pitch = lattice.columns === undefined ? pitchFor(allStages.length, room) : columnarPitch
  const fitting = Math.max(1, Math.floor(room / pitch) + 1)
  const layout = {
    levels: allLevels.slice(0, maxLevels),
    stages: allStages.slice(0, fitting),
    pitch,
    left,
    glyphs,
  }
  return [
    lattice.name,
    header(lattice, layout),
    ...grid(lattice, layout, labels),
    '',
    ...notes(lattice, layout, options.width, [allLevels, allStages]),
  ].map((line) => line.trimEnd())
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b)
}

function pitchFor(stages: number, room: number): number {
  return pitches.find((pitch) => (stages - 1) * pitch < room) ?? 2
}

function outputRoom(lattice: Lattice): number {
  const rows = groupedBy(lattice.points, (point) => point.level)
  return largest([...rows.values()].map((points) => outputNames(lattice, points).join(', ').length + 2))
}

// ---------------------------------------------------------------- labels

function levelLabels(lattice: Lattice, levels: readonly number[], glyphs: Glyphs): Map<number, string> {
  const shapes = new Map(levels.map((level): [number, Shape[]] => [level, []]))
  for (const { level, shape } of lattice.points) shapes.get(level)?.push(shape)
  return new Map(Array.from(shapes, ([level, own]) => [level, levelLabel(level, own, glyphs)]))
}

/** `0   48 × 64×160×192`: channels, then extents; a range of channels where they differ, first and last extents likewise. */
function levelLabel(level: number, shapes: readonly Shape[], glyphs: Glyphs): string {
  const channels = [...new Set(shapes.map((shape) => formatDim(shape[0] ?? 0)))]
  const extents = [...new Set(shapes.map((shape) => shape.slice(1).map(formatDim).join(glyphs.times)))]
  const size = extents.length <= 2 ? extents.join(' and ') : `${extents[0]} to ${extents.at(-1)}`
  const shown = channels.length === 1 ? (channels[0] ?? '') : `${channels[0]}..${channels.at(-1)}`
  return `${String(level).padStart(3)}  ${shown.padStart(5)} ${glyphs.times} ${size}`
}

function header(lattice: Lattice, { stages, pitch, left }: Layout): string {
  const line = new Line()
  line.put(indent, 'level')
  line.put(indent + 7, 'shape')
  const names = lattice.columns ?? stages.map((stage) => columnName(lattice, stage))
  names.forEach((name, column) => {
    if (lattice.columns !== undefined || pitch >= 4 || column % 2 === 0)
      line.put(left + column * pitch, name.slice(0, columnarPitch - 1))
  })
  return line.text()
}

// ---------------------------------------------------------------- the grid

/** A line of text that characters are put into at columns. */
class Line {
  readonly #cells: string[] = []

  put(column: number, text: string): void {
    ;[...text].forEach((character, offset) => {
      this.#cells[column + offset] = character
    })
  }

  at(column: number): string {
    return this.#cells[column] ?? ' '
  }

  text(): string {
    return Array.from(this.#cells, (cell) => cell ?? ' ').join('')
  }
}

function grid(lattice: Lattice, layout: Layout, labels: ReadonlyMap<number, string>): string[] {
  const lines = Array.from({ length: Math.max(0, 2 * layout.levels.length - 1) }, () => new Line())
  for (const one of lattice.steps) drawStep(one, lines, lattice, layout)
  layout.levels.forEach((level, row) => {
    const line = lines[2 * row]
    line?.put(indent, labels.get(level) ?? '')
    const points = lattice.points.filter((point) => point.level === level).sort((a, b) => a.stage - b.stage)
    for (const point of points) {
      const column = layout.stages.indexOf(point.stage)
      if (column >= 0) line?.put(layout.left + column * layout.pitch, glyphOf(point, layout.glyphs))
    }
    const names = outputNames(lattice, points)
    const lastColumn = Math.max(...points.map((point) => layout.stages.indexOf(point.stage)), 0)
    if (names.length > 0) line?.put(layout.left + lastColumn * layout.pitch + 2, names.join(', '))
  })
  return lines.map((line) => line.text())
}

/** Names stand behind the row's last point: those of another say which column it stands in. */
function outputNames(lattice: Lattice, points: readonly LatticePoint[]): string[] {
  const last = points.at(-1)
  return points.flatMap((point) =>
    point.outputs.map(({ name }) =>
      point === last ? name : `${name} (${columnName(lattice, point.stage)})`,
    ),
  )
}

const columnName = ({ columns, stageNames }: Lattice, stage: number): string =>
  columns?.[stage] ?? stageNames?.[stage] ?? String(stage)

function glyphOf(point: LatticePoint, glyphs: Glyphs): string {
  if (point.outputs.length === 0) return glyphs.node
  return point.outputs.every((output) => output.aux) ? glyphs.aux : glyphs.output
}

type Way = 'across' | 'up' | 'corner' | 'down' | 'vertical'

/** How a step is drawn; undefined where it spans more than one stage or level, or is outside the picture. */
function wayOf(one: LatticeStep, lattice: Lattice, { levels, stages }: Layout): Way | undefined {
  const [fromRow, toRow] = [levels.indexOf(one.from.level), levels.indexOf(one.to.level)]
  const [fromColumn, toColumn] = [stages.indexOf(one.from.stage), stages.indexOf(one.to.stage)]
  if (Math.min(fromRow, toRow, fromColumn, toColumn) < 0) return undefined
  const down = toRow - fromRow
  if (toColumn === fromColumn) return Math.abs(down) === 1 ? 'vertical' : undefined
  if (toColumn !== fromColumn + 1) return undefined
  if (down === -1) return lattice.columns !== undefined && isFree(lattice, one) ? 'corner' : 'up'
  return down === 0 ? 'across' : down === 1 ? 'down' : undefined
}

function drawStep(one: LatticeStep, lines: readonly Line[], lattice: Lattice, layout: Layout): void {
  const way = wayOf(one, lattice, layout)
  if (way === undefined) return
  const { levels, stages, pitch, left, glyphs } = layout
  const row = 2 * levels.indexOf(one.from.level)
  const column = left + stages.indexOf(one.from.stage) * pitch
  const between = lines[row + (one.to.level > one.from.level ? 1 : -1)]
  if (way === 'across') lines[row]?.put(column + 1, glyphs.across.repeat(pitch - 1))
  else if (way === 'vertical') between?.put(column, glyphs.vertical)
  else if (way === 'corner') {
    lines[row]?.put(column + 1, glyphs.across.repeat(pitch - 1) + glyphs.corner)
    between?.put(column + pitch, glyphs.vertical)
  } else {
    const own = way === 'up' ? glyphs.up : glyphs.down
    const before = between?.at(column + pitch / 2) ?? ' '
    between?.put(column + pitch / 2, before === ' ' || before === own ? own : glyphs.both)
  }
}

/** Nothing stands to the right of where the step begins, so its line can turn upwards there. */
function isFree(lattice: Lattice, { from, to }: LatticeStep): boolean {
  return !lattice.points.some((point) => point.level === from.level && point.stage === to.stage)
}

// ---------------------------------------------------------------- legend

function notes(
  lattice: Lattice,
  layout: Layout,
  width: number,
  [allLevels, allStages]: readonly [levels: readonly number[], stages: readonly number[]],
): string[] {
  const pad = ' '.repeat(indent)
  return [
    pad + legend(lattice, layout),
    ...farSteps(lattice, layout, width),
    ...leftOut('levels', layout.levels, allLevels),
    ...leftOut('stages', layout.stages, allStages),
    ...(lattice.unplaced === 0
      ? []
      : [`${pad}${lattice.unplaced} members have indices that are no level and stage: left out`]),
    ...lattice.sparsity.map(({ part, kept, total }) => {
      const share = total === 0 ? '' : `${((100 * kept) / total).toFixed(1)} %`
      return `${pad}sparsity on ${part}: ${withSeparators(kept)} of ${withSeparators(total)} connections kept (${share})`
    }),
  ]
}

function legend(lattice: Lattice, layout: Layout): string {
  const { glyphs } = layout
  const names = (way: Way): string => {
    const found = lattice.steps
      .filter((one) => wayOf(one, lattice, layout) === way)
      .map((one) => one.name || 'backbone')
    return [...new Set(found)].join(', ')
  }
  const outputs = lattice.points.flatMap((point) => point.outputs)
  const entries: [string, string][] = [
    [glyphs.output, outputs.some((output) => !output.aux) ? 'output' : ''],
    [glyphs.aux, outputs.some((output) => output.aux) ? 'auxiliary output' : ''],
    [glyphs.across, names('across')],
    [glyphs.corner, names('corner')],
    [glyphs.up, names('up')],
    [glyphs.down, names('down')],
    [glyphs.both, hasCrossing(lattice, layout) ? 'both' : ''],
    [glyphs.vertical, names('vertical')],
  ]
  return entries
    .filter(([, meaning]) => meaning !== '')
    .map(([glyph, meaning]) => `${glyph} ${meaning}`)
    .join('   ')
}

/** Somewhere one step goes up where another goes down. */
function hasCrossing(lattice: Lattice, layout: Layout): boolean {
  const places = (way: Way, upper: 'from' | 'to'): string[] =>
    lattice.steps
      .filter((one) => wayOf(one, lattice, layout) === way)
      .map((one) => `${one[upper].level},${one.from.stage}`)
  const ups = new Set(places('up', 'to'))
  return places('down', 'from').some((place) => ups.has(place))
}

const mostFarSteps = 24

/** What no line between neighbours can show: full-scale skips, dense skips. A line for each point that reads them. */
function farSteps(lattice: Lattice, layout: Layout, width: number): string[] {
  const inside = (at: LatticeStep['from']): boolean =>
    layout.levels.includes(at.level) && layout.stages.includes(at.stage)
  const far = lattice.steps.filter(
    (one) => inside(one.from) && inside(one.to) && wayOf(one, lattice, layout) === undefined,
  )
  if (far.length === 0) return []
  const readers = [...groupedBy(far, ({ to }) => pointName(lattice, to))]
  const listed = readers
    .slice(0, mostFarSteps)
    .flatMap(([reader, steps]) =>
      wrap(`${reader} ${layout.glyphs.from} ${sourcesText(lattice, steps)}`, width - 4),
    )
  const more = readers.length - mostFarSteps
  return [
    '  over more than one stage or level:',
    ...listed.map((line) => `    ${line}`),
    ...(more > 0 ? [`    ${layout.glyphs.more} and ${more} more`] : []),
  ]
}

/** `encoder[0], encoder[1] (down), decoder[3] (up)` */
function sourcesText(lattice: Lattice, steps: readonly LatticeStep[]): string {
  return [...groupedBy(steps, ({ name }) => name || 'backbone')]
    .map(([name, own]) => `${own.map(({ from }) => pointName(lattice, from)).join(', ')} (${name})`)
    .join(', ')
}

const pointName = (lattice: Lattice, { level, stage }: LatticeStep['from']): string =>
  lattice.columns === undefined
    ? `${lattice.name}[${level}, ${columnName(lattice, stage).replaceAll(',', ', ')}]`
    : `${columnName(lattice, stage)}[${level}]`

function leftOut(what: string, shown: readonly number[], all: readonly number[]): string[] {
  if (shown.length === all.length) return []
  return [`${' '.repeat(indent)}left out: ${what} ${all[shown.length]} to ${all.at(-1)}`]
}
