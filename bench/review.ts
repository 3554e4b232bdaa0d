// What design reviews wait for: `weft report` and `weft diff` of a large example and of a lattice of ten thousand operators.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { review } from '../src/backends/report/review/model.ts'
import { compareNetworks } from '../src/compiler/analysis/diff/compare.ts'
import { renderDiffPage } from '../src/pages/diff/page.ts'
import { architecturePicture } from '../src/pages/graph/pictures.ts'
import { renderReportPage } from '../src/pages/report/page.ts'
import { inFolder } from './folders.ts'
import { interleaved, median, medianOf, timed, type Benchmark, type Finding } from './measure.ts'
import { commandPath, exampleHost, examplePath } from './paths.ts'
import { nodeMs, nodeMsEnding } from './processes.ts'
import { specs } from './specs.ts'
import { costReport, type Whole } from './whole.ts'

interface Subject {
  readonly name: string
  /** What the command line calls it. */
  readonly given: readonly string[]
  /** What makes the other side of a comparison of it. */
  readonly other: readonly string[]
  open(side: 'own' | 'other'): Whole
}

const targets = { report: 1000, diff: 3000 } as const
/** The exit status of a comparison that finds something. */
const differs = 2

/** Its lattice has 1,653 nodes of six operators each. */
const depth = 57

/** The same with every width half as large again: nothing but attributes and shapes differ, but everywhere. */
const wider = (text: string): string => text.replaceAll('conv(4, 3)', 'conv(6, 3)')

function example(): Subject {
  return {
    name: 'ResEncXL',
    given: [examplePath('nnunet-resenc'), '--network', 'ResEncXL'],
    other: ['--against-set', 'classes=8'],
    open: (side) =>
      costReport(
        'nnunet-resenc.weft',
        exampleHost(),
        'ResEncXL',
        side === 'own' ? {} : { arguments: { classes: '8' } },
      ),
  }
}

function lattice(folder: string): Subject {
  const texts = { own: specs.lattice(depth), other: wider(specs.lattice(depth)) }
  const [own, other] = [join(folder, 'lattice.weft'), join(folder, 'wider.weft')]
  writeFileSync(own, texts.own)
  writeFileSync(other, texts.other)
  const open = (side: 'own' | 'other'): Whole => costReport('lattice.weft', { read: () => texts[side] })
  return {
    name: `lattice of ${open('own').graph.nodes.length} operators`,
    given: [own],
    other: [other],
    open,
  }
}

// ---------------------------------------------------------------- whole processes

function cold({ name, given, other }: Subject, folder: string, turns: number): Finding[] {
  const [own = ''] = given
  const compared = other[0] === '--against-set' ? [...given, ...other] : [own, ...other]
  const page = join(folder, 'page.html')
  const [costs = [], reports = [], diffs = []] = interleaved(turns, [
    () => nodeMs(commandPath, 'cost', ...given),
    () => nodeMs(commandPath, 'report', ...given, '-o', page),
    () => nodeMsEnding(differs, [commandPath, 'diff', ...compared, '-o', page]),
  ])
  return [
    medianOf(`${name}: weft cost`, costs),
    medianOf('  weft report -o page.html', reports, targets.report),
    { what: '  against weft cost', value: median(reports) / median(costs), unit: '×' },
    medianOf('  weft diff -o page.html', diffs, targets.diff),
    { what: '  against weft cost', value: median(diffs) / median(costs), unit: '×' },
  ]
}

// ---------------------------------------------------------------- a warm process

function warm({ name, open }: Subject, turns: number): Finding[] {
  const side = (one: 'own' | 'other'): Whole & { readonly name: string } => ({ name: one, ...open(one) })
  const report = (): void => {
    const { graph, sources, ...rest } = side('own')
    const { document, report } = review({ ...rest, graph, sources }, { tool: 'weft' })
    if (document === undefined || report === undefined) throw new Error(`no report of ${name}`)
    renderReportPage(document, { picture: architecturePicture(graph, report, sources) })
  }
  const diff = (): void => {
    const { document } = compareNetworks(side('own'), side('other'))
    if (document === undefined) throw new Error(`no comparison of ${name}`)
    renderDiffPage(document, { depth: 2, provenance: 'weft' })
  }
  const runs = [() => void open('own'), report, diff].map((run) => () => timed(run).ms)
  interleaved(warmUp, runs)
  const [costs = [], reports = [], diffs = []] = interleaved(turns, runs)
  return [
    medianOf(`${name}, warm: text to cost report`, costs),
    medianOf('  text to the page of a report', reports),
    { what: '  against text to cost report', value: median(reports) / median(costs), unit: '×' },
    medianOf('  two texts to the page of a comparison', diffs),
    { what: '  against text to cost report', value: median(diffs) / median(costs), unit: '×' },
  ]
}

/** Runs of each before the first sample. */
const warmUp = 5

export const reviewing: Benchmark = {
  name: 'review',
  title: 'Design reviews: `weft report` and `weft diff`',
  run: ({ quick }) =>
    inFolder((folder) => {
      const subjects = [example(), lattice(folder)]
      return {
        findings: [
          ...subjects.flatMap((one) => cold(one, folder, quick ? 3 : 11)),
          ...subjects.flatMap((one) => warm(one, quick ? 3 : 11)),
        ],
        notes: [
          'The commands take turns, each in a process of its own; then the same within one process that has done it before.',
          'Two sides are compared: ResEncXL with half as many classes, the lattice with every width half as large again.',
        ],
      }
    }),
}
