// The page of a sweep: well formed, escaped, with its plots, and the same bytes each time.
import { describe, expect, test } from 'vitest'
import { sweepDocument } from '../../src/backends/report/sweep/model.ts'
import type { Measurement } from '../../src/compiler/analysis/sweep/measurements.ts'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { planSweep, runSweep, type SweepOptions } from '../../src/compiler/sweep.ts'
import { renderSweepPage } from '../../src/pages/sweep/page.ts'
import { describeInBrowser } from '../support/browser.ts'
import { elementsOf, textOf } from './html.ts'

const spec = `network Net(base: int = 4, mode: string = "a", rate: float = 0.5) {
  input image: [1, 8, 8]
  output logits = image -> conv(base, 3) -> relu -> conv(2, 1)
  budget params <= 150
  assert base < 32, "<too> wide"
}
`
const host = { read: () => spec }

function page(options: SweepOptions, measurements?: readonly Measurement[]): string {
  const plan = planSweep('net.weft', host, options)
  if ('kind' in plan) throw new Error(JSON.stringify(plan))
  const more = measurements === undefined ? {} : { measurements }
  const document = sweepDocument(plan, runSweep(plan, host), {
    file: 'net.weft',
    ...more,
  })
  if (isProblem(document)) throw new Error(JSON.stringify(document))
  return renderSweepPage(document, { provenance: 'weft test' })
}

const dice = (base: number, value: number, mode?: string): Measurement => ({
  metric: 'dice',
  value,
  network: null,
  arguments: mode === undefined ? { base } : { base, mode },
  where: { file: 'r.csv', line: base },
})

const letters = (count: number): string => Array.from({ length: count }, (_, k) => `"m${k}"`).join(',')

describe('the page', () => {
  test('shows every point, marks the front, and says what failed', () => {
    const html = page({ over: ['base=4,8,16,32', 'mode="a","<b>"'] })
    const elements = elementsOf(html)
    const rows = elements.filter(({ name, parent }) => name === 'tr' && parent?.name === 'tbody').map(textOf)
    expect(rows).toHaveLength(8)
    expect(rows[0]).toMatch(/^★4"a"50/)
    expect(rows.filter((text) => text.startsWith('★'))).toHaveLength(2)
    expect(rows[4]).toContain('WEFT601')
    const text = elements
      .filter(({ name }) => name === 'section')
      .map(textOf)
      .join(' ')
    expect(text).toContain('assertion failed: <too> wide (net.weft:5)')
    expect(text).toContain('base = 32, mode = "<b>"')
    expect(html).not.toContain('<b>"')
  })

  test('plots each cost against the accuracy, and draws each metric over the parameter', () => {
    const html = page({ over: ['base=4,8'], metrics: ['params', 'macs'], scored: true }, [
      dice(4, 0.8),
      dice(8, 0.9),
    ])
    const titles = elementsOf(html)
      .filter(({ name }) => name === 'h3')
      .map(textOf)
    expect(titles).toEqual(
      expect.arrayContaining(['dice against parameters', 'dice against MACs', 'MACs (K)', 'dice']),
    )
    const labels = elementsOf(html)
      .filter(({ name }) => name === 'text')
      .map(textOf)
    expect(labels).toEqual(expect.arrayContaining(['base 4', 'base 8', 'MACs (K)']))
    expect(html).toBe(
      page({ over: ['base=4,8'], metrics: ['params', 'macs'], scored: true }, [dice(4, 0.8), dice(8, 0.9)]),
    )
  })

  test('names a point of the front for the best, and counts those that are equal', () => {
    // What mode says changes nothing; 0.9 puts one of the points on the front.
    const measurements = [dice(4, 0.8, 'a'), dice(4, 0.9, 'b'), dice(4, 0.7, 'c')]
    const html = page({ over: ['base=4', 'mode="a","b","c"'], metrics: ['params'] }, measurements)
    const cards = elementsOf(html).filter(({ name, parent }) => name === 'div' && parent?.name === 'dl')
    expect(cards.map(textOf).filter((text) => /^(Least|Most)/.test(text))).toEqual([
      'Least parameters50base = 4, mode = "b" and 2 more',
      'Most dice0.9base = 4, mode = "b"',
    ])
  })

  test('says which lines are one, and draws them so that each is seen', () => {
    const html = page({ over: ['base=4,8', 'mode="a","b","c"'], metrics: ['params', 'macs'] })
    const elements = elementsOf(html)
    const figures = elements.filter(({ name }) => name === 'figure')
    const texts = figures.map(textOf)
    expect(texts.filter((text) => text.includes('6 points in 2 places, where some coincide'))).toHaveLength(1)
    const coincide = 'mode = "a", mode = "b" and mode = "c" coincide'
    expect(texts.filter((text) => text.includes(coincide))).toHaveLength(2)
    const labels = elements.filter(({ name }) => name === 'text').map(textOf)
    expect(new Set(labels.filter((text) => text.includes('mode "')))).toEqual(new Set(['base 4, mode "a"']))
    const dashes = elements.map(({ attributes }) => attributes['stroke-dasharray'])
    for (const dash of ['16 8', '8 16']) expect(dashes.filter((one) => one === dash)).toHaveLength(2)
  })

  /** What is written in the first figure of curves, and where the points of its first line stand. */
  function firstCurve(html: string): { readonly ticks: readonly string[]; readonly xs: readonly number[] } {
    const [, shown = ''] = /id="curve-0"([^]*?)<\/figure>/.exec(html) ?? []
    const ticks = Array.from(shown.matchAll(/<text[^>]*>([^<]*)</g), ([, text = '']) => text)
    const [, path = ''] = /<path d="([^"]*)"[^>]*stroke="var\(--series-0\)"/.exec(shown) ?? []
    return { ticks, xs: Array.from(path.matchAll(/[ML](-?[\d.]+)/g), ([, x]) => Number(x)) }
  }

  test('draws lines over numbers from left to right, percent as what it is', () => {
    const { xs } = firstCurve(page({ over: ['base=16,4,12'], metrics: ['params'] }))
    expect(xs).toHaveLength(3)
    expect(xs).toEqual(xs.toSorted((a, b) => a - b))
    const mixed = firstCurve(page({ over: ['rate=90%,0.5,70%'], metrics: ['params'] }))
    expect(mixed.ticks).toEqual(expect.arrayContaining(['0.6', '0.7', '0.8']))
    expect(mixed.xs[1]).toBeCloseTo(((mixed.xs[0] ?? 0) + (mixed.xs[2] ?? 0)) / 2, 0)
    const percent = firstCurve(page({ over: ['rate=90%,50%'], metrics: ['params'] }))
    expect(percent.ticks).toEqual(expect.arrayContaining(['50%', '70%', '90%']))
  })

  test('shows all of a table, and of a long one the front first', () => {
    const first = (html: string): string =>
      elementsOf(html)
        .filter(({ name, parent }) => name === 'tr' && parent?.name === 'tbody')
        .map(textOf)[0] ?? ''
    const short = page({ over: ['base=8,4'], metrics: ['params'] })
    expect(short).toMatch(/\.grown \.scroll { max-height: none; }[^]*<div class="grown"><div class="scroll"/)
    expect(first(short)).toBe('898')
    const long = page({ over: ['base=8,4', `mode=${letters(101)}`], metrics: ['params'] })
    expect(long).not.toContain('<div class="grown">')
    expect(first(long)).toMatch(/^★4/)
  })

  test('says that no point is on a front where every one is over a budget', () => {
    const elements = elementsOf(page({ over: ['base=16,24'], metrics: ['params', 'macs'] }))
    const text = elements
      .filter(({ name }) => name === 'section')
      .map(textOf)
      .join(' ')
    expect(text).toContain('2 points. Each breaks a budget, and there is no front of these two.')
    expect(text).toContain('front empty: no point keeps its budgets and has parameters and MACs.')
    expect(text).not.toMatch(/front of the two|Filled points|joins/)
  })

  test('has no plots where every point failed', () => {
    const html = page({ over: ['base=32,48'] })
    expect(
      elementsOf(html)
        .filter(({ name }) => name === 'h2')
        .map(textOf),
    ).toEqual(['Overview', 'Points', 'Problems'])
  })
})

describeInBrowser('in a browser', (openPage) => {
  test.each([400, 1300])('nothing is out of bounds or hard to read at %i px', async (width) => {
    const html = page({ over: ['base=4,8,16,32', 'mode="a","b"'] })
    for (const dark of [false, true]) {
      const shown = await openPage(html, { width, dark })
      expect([
        ...shown.problems,
        ...(await shown.overflow()),
        ...(await shown.accessibilityProblems()),
      ]).toEqual([])
    }
  })
})
