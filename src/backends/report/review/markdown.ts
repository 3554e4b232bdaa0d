// A review as Markdown: the same sections as the page, for where text is wanted.
import { moduleFigures } from '../../../compiler/analysis/diff/figures.ts'
import { verdictOf } from '../../../compiler/analysis/diff/verdict.ts'
import type { DiffDocument } from '../../../compiler/analysis/diff/document.ts'
import { allChapters } from '../../../compiler/analysis/diff/recipe-outline.ts'
import { phraseText, signWords } from '../../../compiler/analysis/diff/phrases.ts'
import { withSeparators } from '../../../compiler/text/numbers.ts'
import { titleOf } from '../facts.ts'
import { escaped } from '../markdown.ts'
import { memorySections, sparkline } from '../memory/text.ts'
import { reconciliationSections } from '../reconcile-text.ts'
import { flatRows, hasMasks, isFree } from '../rows.ts'
import { sectionMarkdown, type Section } from '../section.ts'
import { knobSection } from './knobs.ts'
import { measuredSection } from './measured.ts'
import type { ReviewDocument } from './model.ts'
import { provenanceLine } from './provenance.ts'
import {
  budgetSection,
  comparisonSection,
  directionSection,
  exact,
  interfaceSection,
  share,
  sparsitySection,
  totalsSection,
} from './sections.ts'

/** What a comment on GitHub may hold: 65,536 characters. */
export const mostCharacters = 65_536

/** Rows of each long table and lines of each drawing, less and less. */
const lengths = [Infinity, 400, 200, 100, 50, 25, 10, 0]

/** `depth`: levels of the module tree. Long tables are cut, and say so, where all of them would be more than a pull request takes. */
export function reviewMarkdown(document: ReviewDocument, depth: number): string {
  let text = ''
  for (const most of lengths) {
    text = markdownOf(document, depth, most)
    if (text.length <= mostCharacters) break
  }
  return text
}

function markdownOf(document: ReviewDocument, depth: number, most: number): string {
  const { cost, drawings } = document
  const folded = (section: Section): string[] => sectionMarkdown(section, 2, { most, folded: true })
  const lines = [
    `# ${escaped(titleOf(cost))}`,
    ...document.about.flatMap((one) => ['', escaped(one)]),
    '',
    escaped(provenanceLine(document)),
    ...[totalsSection(document), budgetSection(document), interfaceSection(document)].flatMap(asChapter),
    ...(document.measured.length === 0 ? [] : asChapter(measuredSection(document.measured))),
    ...(document.contenders.length > 1 ? comparisonLines(document, most) : []),
    ...(drawings.length === 0
      ? []
      : [
          '',
          '## architecture',
          ...drawings.flatMap((one) => ['', '```text', ...firstLines(one, most), '```']),
        ]),
    ...folded(moduleSection(document, depth)),
    ...memoryLines(document).flatMap(folded),
    ...(document.knobs.length === 0 ? [] : asChapter(knobSection(document.knobs))),
    ...document.sparsity.flatMap((one) => [directionSection(one), sparsitySection(one)]).flatMap(folded),
    ...(cost.totals.training.macs === null
      ? []
      : reconciliationSections(cost, cost.reconciliation ?? []).flatMap(folded)),
    ...folded(sourceSection(document)),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

const asChapter = (section: Section): string[] => sectionMarkdown(section, 2)

const firstLines = (text: string, most: number): string[] => {
  const lines = text.split('\n')
  return lines.length <= most ? lines : [...lines.slice(0, most), `… ${lines.length - most} more lines`]
}

/** To a depth, with each module's share of memory beside its counts. */
function moduleSection({ cost, moduleBytes }: ReviewDocument, depth: number): Section {
  const bytes = new Map(moduleBytes.map((one) => [one.path, one]))
  const all = flatRows(cost, 'module', Infinity)
  const rows = flatRows(cost, 'module', depth)
  const total = cost.totals.training.effectiveMacs
  const masked = hasMasks(cost)
  const { name, column } = cost.convention
  const asked = name === 'mac' ? [] : [column]
  const effective = (what: string): string[] => (masked ? [`effective ${what}`] : [])
  const counts = ['parameters', ...effective('parameters'), 'MACs', ...effective('MACs'), ...asked]
  return {
    title: 'modules',
    header: ['module', ...counts, 'share of MACs', 'kept bytes', 'line'],
    words: 'last',
    rows: rows.map(({ key, depth: level, label, place, numbers }) => [
      `${'\u2003'.repeat(level)}${label}`,
      exact(numbers.parameters),
      ...(masked ? [exact(numbers.effectiveParameters)] : []),
      exact(numbers.macs),
      ...(masked ? [exact(numbers.effectiveMacs)] : []),
      ...asked.map(() => exact(numbers.effectiveCounted)),
      share(numbers.effectiveMacs, total),
      exact(bytes.get(key)?.savedBytes ?? (moduleBytes.length === 0 ? null : 0)),
      place === undefined ? '' : `${place.file}:${place.line}`,
    ]),
    notes: [
      'counts of training; kept bytes: tensors kept for the backward pass',
      ...(all.length === rows.length ? [] : [`${all.length - rows.length} modules lie deeper`]),
    ],
  }
}

function memoryLines({ memory }: ReviewDocument): readonly Section[] {
  return memory === null ? [] : memorySections(memory, (values) => sparkline(values, 72, true))
}

/** Every line that costs something, the dearest first. */
function sourceSection({ cost }: ReviewDocument): Section {
  const total = cost.totals.training.effectiveMacs
  const rows = flatRows(cost, 'line', 1)
    .filter((one) => !isFree(one.numbers))
    .toSorted((a, b) => (b.numbers.effectiveMacs ?? 0) - (a.numbers.effectiveMacs ?? 0))
  return {
    title: 'source lines',
    header: ['line', 'parameters, effective', 'MACs, effective', 'share', 'text'],
    words: 'last',
    rows: rows.map(({ key, label, numbers }) => [
      key,
      exact(numbers.effectiveParameters),
      exact(numbers.effectiveMacs),
      share(numbers.effectiveMacs, total),
      label,
    ]),
    notes: [],
  }
}

// ---------------------------------------------------------------- comparisons

function comparisonLines(document: ReviewDocument, most: number): string[] {
  return [
    ...asChapter({ ...comparisonSection(document), title: 'comparison' }),
    ...document.comparisons.flatMap((one, at) =>
      differenceLines(one, document.contenders[at + 1]?.name ?? '', most),
    ),
  ]
}

function differenceLines(diff: DiffDocument, name: string, most: number): string[] {
  const heading = ['', `### from A, ${escaped(name)}, to B, ${escaped(diff.b.network)}`, '']
  if (diff.same) return [...heading, 'Nothing differs.']
  const items = allChapters(diff).flatMap(({ title, items }) => [
    `- ${title} (${withSeparators(items.length)})`,
    ...items
      .slice(0, itemsShown)
      .map(({ sign, text }) => `  - ${signWords[sign]}: ${escaped(phraseText(text))}`),
    ...(items.length > itemsShown ? [`  - and ${items.length - itemsShown} more`] : []),
  ])
  const { head, rows } = moduleFigures(diff, 1)
  const section = { title: 'modules that differ', header: head, notes: [verdictOf(diff.checkpoint).sentence] }
  return [
    ...heading,
    ...items,
    ...sectionMarkdown({ ...section, rows: rows.map((row) => [row.label, ...row.cells]) }, 3, {
      most,
      folded: true,
    }),
  ]
}

const itemsShown = 6
