// What a picture says in words: of a box, of the whole.
import type { Diagram, DiagramBox, DiagramEdge } from '../../compiler/analysis/diagram/diagram.ts'
import { shapeText } from '../../backends/graph/layout/faces.ts'
import { humanCount, withSeparators } from '../../compiler/text/numbers.ts'
import { counted } from '../numbers.ts'

const unknown = 'unknown'

/** Everything exact about a box, a line each. */
export function boxLines(box: DiagramBox): string[] {
  const { kind, path, summary, shape, amounts, share, place, operators, aux } = box
  const isModule = kind === 'module' || kind === 'operator'
  const { parameters, effectiveParameters, effectiveMacs, macs } = amounts
  return [
    kind === 'input' || kind === 'output'
      ? `${aux && kind === 'output' ? 'auxiliary ' : ''}${kind} ${path}`
      : path,
    ...(isModule && summary !== '' ? [summary] : []),
    `result ${shapeText(shape)}`,
    ...(isModule ? [counted(operators, 'operator')] : []),
    ...(isModule ? [`parameters ${sparse(effectiveParameters, parameters)}`] : []),
    ...(isModule ? [`MACs at inference ${sparse(effectiveMacs, macs)}${shareText(share)}`] : []),
    ...(aux && isModule ? ['needed in training only'] : []),
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
  const modules = boxes.filter((box) => box.kind === 'module' || box.kind === 'operator')
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
