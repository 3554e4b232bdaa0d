// What a picture says in words: of a box, of the whole.
import type { Diagram, DiagramBox, DiagramEdge } from '../../compiler/analysis/diagram/model.ts'
import { isModule, shapeText } from '../../backends/graph/layout/faces.ts'
import { humanCount, withSeparators } from '../../compiler/text/numbers.ts'
import { counted } from '../numbers.ts'

const unknown = 'unknown'

/** Its module path; what it is where it is no module: `input image`. */
export function boxName({ kind, path, aux }: DiagramBox): string {
  if (kind !== 'input' && kind !== 'output') return path
  return `${aux && kind === 'output' ? 'auxiliary ' : ''}${kind} ${path}`
}

/** What stands in a box: its name, its result, what it is made of. */
export function labelLines({ label, shape, summary }: DiagramBox): string[] {
  return [label, shapeText(shape), ...(summary === '' ? [] : [summary])]
}

/** Everything exact about a box, a line each. */
export function boxLines(box: DiagramBox): string[] {
  const { summary, shape, amounts, share, place, operators, aux, unread } = box
  const counts = isModule(box)
  const { parameters, effectiveParameters, effectiveMacs, macs } = amounts
  return [
    boxName(box),
    ...(counts && summary !== '' ? [summary] : []),
    `result ${shapeText(shape)}`,
    ...(counts ? [counted(operators, 'operator')] : []),
    ...(counts ? [`parameters ${sparse(effectiveParameters, parameters)}`] : []),
    ...(counts ? [`MACs at inference ${sparse(effectiveMacs, macs)}${shareText(share)}`] : []),
    ...(aux && counts ? ['needed in training only'] : []),
    ...(unread ? ['read by no output'] : []),
    ...(place === undefined ? [] : [`${place.file}:${place.line}`]),
  ]
}

/** What passes along an edge, a line each. */
export function passageLines(
  { boxes }: Diagram,
  { from, to, direction, channels, density }: DiagramEdge,
): string[] {
  return [
    `${boxes[from]?.label ?? ''} → ${boxes[to]?.label ?? ''}`,
    direction,
    ...(channels === undefined ? [] : [counted(channels, 'channel')]),
    ...(density === undefined ? [] : [`density ${percentText(density)}`]),
  ]
}

function sparse(effective: number | undefined, dense: number | undefined): string {
  if (effective === undefined || dense === undefined) return unknown
  return effective === dense
    ? withSeparators(dense)
    : `${withSeparators(effective)} of ${withSeparators(dense)} (masks)`
}

function shareText(share: number | undefined): string {
  return share === undefined ? '' : ` (${percentText(share)})`
}

export function percentText(share: number): string {
  return `${(100 * share).toFixed(1)}%`
}

/** One or two sentences on what the picture shows. */
export function summaryOf(diagram: Diagram): string {
  const { boxes, grids } = diagram
  const modules = boxes.filter(isModule)
  const names = grids.map((grid) => (grid.form === 'u' ? grid.columns.join(' and ') : grid.name))
  const points = grids.reduce((sum, grid) => sum + grid.cells.length, 0)
  const where = points === 0 ? '' : `, ${points} of them on the grid of ${names.join(', ')}`
  const auxiliary = boxes.filter((box) => box.kind === 'output' && box.aux).length
  const outputs = boxes.filter((box) => box.kind === 'output').length - auxiliary
  const ends = outputs === 0 ? '' : `; ${counted(outputs, 'output')}`
  const trained = auxiliary === 0 ? '' : `, ${auxiliary} more for deep supervision`
  return `${counted(modules.length, 'module')}${where}${ends}${trained}.`
}

/** `31.21 M parameters · 478.17 G MACs at inference`; named as in `weft cost`, effective ones too where masks make a difference. */
export function totalsOf({ amounts }: Diagram): string {
  const { parameters, effectiveParameters, effectiveMacs, macs } = amounts
  return [
    `${countText(parameters)} parameters${effectiveText(effectiveParameters, parameters)}`,
    `${countText(macs)} MACs at inference${effectiveText(effectiveMacs, macs)}`,
  ].join(' · ')
}

const countText = (count: number | undefined): string => (count === undefined ? unknown : humanCount(count))

function effectiveText(effective: number | undefined, dense: number | undefined): string {
  return effective === undefined || effective === dense ? '' : `, ${humanCount(effective)} effective`
}

/** For who does not see the picture: the grids with their levels, the directions of their edges. */
export function descriptionOf(diagram: Diagram): string {
  const grids = diagram.grids
    .filter((grid) => grid.cells.length > 0)
    .map((grid) => {
      const levels = new Set(grid.cells.map((cell) => cell.level)).size
      const stages = new Set(grid.cells.map((cell) => cell.stage)).size
      const form =
        grid.form === 'u'
          ? 'drawn as a U'
          : grid.form === 'column'
            ? 'drawn as a column'
            : `with ${counted(stages, 'stage')}`
      return `${grid.name}: ${counted(grid.cells.length, 'node')} on ${counted(levels, 'level')}, ${form}.`
    })
  const counts = new Map<string, number>()
  for (const { direction } of diagram.edges) counts.set(direction, (counts.get(direction) ?? 0) + 1)
  const edges = Array.from(counts, ([name, count]) => `${count} ${name}`).join(', ')
  return [summaryOf(diagram), `${totalsOf(diagram)}.`, ...grids, edges === '' ? '' : `Edges: ${edges}.`]
    .filter((one) => one !== '')
    .join(' ')
}
