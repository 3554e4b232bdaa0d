// What a person sees of an evaluation: means by class, and a row for each case where they are asked for.
import { align } from '../../backends/report/text-layout.ts'
import type { Style } from '../../compiler/text/style.ts'
import type { ClassScores, Evaluation } from '../../node/runs/evaluate.ts'

interface TextOptions {
  readonly heading: string
  readonly perCase: boolean
  readonly style: Style
}

export function evaluationText(result: Evaluation, { heading, perCase, style }: TextOptions): string {
  const [header = '', ...rows] = align([titles('class', result), ...meanRows(result)])
  const cases = perCase ? ['', ...caseTable(result, style)] : []
  const notes = notesOn(result)
  return [style.bold(heading), '', style.dim(header), ...rows, ...cases, ...notes.map(style.dim), ''].join(
    '\n',
  )
}

const titles = (first: string, { tolerance }: Evaluation): string[] => [
  first,
  'Dice',
  'HD95 mm',
  `surface Dice ${tolerance} mm`,
]

function meanRows({ classes, means, mean }: Evaluation): string[][] {
  const rows = classes.flatMap((name, k) => means.slice(k, k + 1).map((one) => [name, ...cellsOf(one)]))
  return [...rows, ['mean', ...cellsOf(mean)]]
}

function caseTable(result: Evaluation, style: Style): string[] {
  const [, ...columns] = titles('', result)
  const rows = result.cases.flatMap((one) =>
    result.classes.flatMap((name, k) =>
      one.classes
        .slice(k, k + 1)
        .map((scores) => [k === 0 ? one.case : '', name.padEnd(width(result.classes)), ...cellsOf(scores)]),
    ),
  )
  const [header = '', ...lines] = align([
    ['case', 'class'.padEnd(width(result.classes)), ...columns],
    ...rows,
  ])
  return [style.dim(header), ...lines]
}

const width = (names: readonly string[]): number =>
  Math.max('class'.length, ...names.map((one) => one.length))

const cellsOf = ({ dice, hausdorff95, surfaceDice }: ClassScores): string[] => [
  shown(dice, 4),
  shown(hausdorff95, 2),
  shown(surfaceDice, 4),
]

const shown = (value: number | null, digits: number): string => value?.toFixed(digits) ?? '-'

/** What the means leave out. */
function notesOn({ cases }: Evaluation): string[] {
  const all = cases.flatMap((one) => one.classes)
  const absent = all.filter(({ dice }) => dice === null).length
  const apart = all.filter(
    ({ dice, hausdorff95, surfaceDice }) => dice !== null && hausdorff95 === null && surfaceDice !== null,
  ).length
  const unlabelled = all.filter(({ dice, surfaceDice }) => dice !== null && surfaceDice === null).length
  const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)
  return [
    ...(absent === 0
      ? []
      : [`left out: a class that neither the labels nor the prediction have, ${times(absent)}`]),
    ...(apart === 0
      ? []
      : [`HD95 leaves out a class that only one of the two has, ${times(apart)}; its Dice is 0`]),
    ...(unlabelled === 0
      ? []
      : [`HD95 and surface Dice leave out what is unlabelled in part, ${times(unlabelled)}`]),
  ]
}
