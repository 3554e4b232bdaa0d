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

/** `depth`: levels of the module tree. */
export function reviewMarkdown(document: ReviewDocument, depth: number): string {
  const { cost, drawings } = document
  const lines = [
    `# ${escaped(titleOf(cost))}`,
    ...document.about.flatMap((one) => ['', escaped(one)]),
    '',
    escaped(provenanceLine(document)),
    ...[totalsSection(document), budgetSection(document), interfaceSection(document)].flatMap(asChapter),
    ...(document.measured.length === 0 ? [] : asChapter(measuredSection(document.measured))),
    ...(document.contenders.length > 1 ? comparisonLines(document) : []),
    ...(drawings.length === 0
      ? []
      : ['', '## architecture', ...drawings.flatMap((one) => ['', '```text', one, '```'])]),
    ...asChapter(moduleSection(document, depth)),
    ...memoryLines(document),
    ...document.sparsity.flatMap((one) => [directionSection(one), sparsitySection(one)]).flatMap(asChapter),
    ...(cost.totals.training.macs === null
      ? []
      : reconciliationSections(cost, cost.reconciliation ?? []).flatMap(asChapter)),
    ...asChapter(sourceSection(document)),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

const asChapter = (section: Section): string[] => sectionMarkdown(section, 2)

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

function memoryLines({ memory }: ReviewDocument): string[] {
  if (memory === null) return []
  return memorySections(memory, (values) => sparkline(values, 72, true)).flatMap(asChapter)
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

function comparisonLines(document: ReviewDocument): string[] {
  return [
    ...asChapter({ ...comparisonSection(document), title: 'comparison' }),
    ...document.comparisons.flatMap((one, at) =>
      differenceLines(one, document.contenders[at + 1]?.name ?? ''),
    ),
  ]
}

function differenceLines(diff: DiffDocument, name: string): string[] {
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
    ...sectionMarkdown({ ...section, rows: rows.map((row) => [row.label, ...row.cells]) }, 3),
  ]
}

const itemsShown = 6
