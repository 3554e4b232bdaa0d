// The page of a training run: what a reader finds on it, and that it is sound HTML whatever is put in.
import { describe, expect, test } from 'vitest'
import type { HistoryRecord } from '../../src/data/history.ts'
import { renderRunPage } from '../../src/pages/run/page.ts'
import { decoded, elementsOf, textOf } from './html.ts'
import type { Element } from './html.ts'
import { epoch, run, slice, sparseRun, start, step, topology } from './run.ts'

function byId(elements: readonly Element[], id: string): Element {
  const found = elements.filter((one) => one.attributes['id'] === id)
  expect(found, id).toHaveLength(1)
  return found[0] as Element
}

function within(elements: readonly Element[], ancestor: Element): readonly Element[] {
  const isInside = (one: Element): boolean =>
    one.parent === ancestor || (one.parent !== undefined && isInside(one.parent))
  return elements.filter(isInside)
}

function keyNumbers(elements: readonly Element[]): Record<string, string> {
  const tiles = elements.filter((one) => one.name === 'div' && one.parent?.attributes['class'] === 'numbers')
  return Object.fromEntries(
    tiles.map((tile) => {
      const parts = within(elements, tile)
      const text = (test: (one: Element) => boolean): string => parts.filter(test).map(textOf).join()
      return [text((one) => one.name === 'dt'), text((one) => one.attributes['class'] === 'value')]
    }),
  )
}

const sectionsOf = (elements: readonly Element[]): readonly string[] =>
  elements.filter((one) => one.name === 'section').map((one) => one.attributes['id'] ?? '')

/** Everything that points somewhere on the page, or names something there. */
function checkReferences(html: string): readonly Element[] {
  const elements = elementsOf(html)
  const ids = elements.flatMap((one) => one.attributes['id'] ?? [])
  expect(ids.filter((id, k) => ids.indexOf(id) !== k)).toEqual([])
  const named = elements.flatMap(({ attributes }) => [
    ...(attributes['aria-labelledby']?.split(' ') ?? []),
    ...(attributes['for'] === undefined ? [] : [attributes['for']]),
    ...(attributes['href']?.startsWith('#') ? [attributes['href'].slice(1)] : []),
    ...Object.values(attributes).flatMap((value) =>
      [...value.matchAll(/url\(#([^)]*)\)/g)].map((match) => match[1] ?? ''),
    ),
  ])
  expect(named.filter((id) => !ids.includes(id))).toEqual([])
  return elements
}

describe('the page of a finished sparse run', () => {
  const html = renderRunPage(sparseRun())
  const elements = checkReferences(html)

  test('has all sections, each in the navigation', () => {
    const ids = ['overview', 'validation', 'training', 'connections', 'examples', 'setup', 'history']
    expect(sectionsOf(elements)).toEqual(ids)
    const links = elements.filter((one) => one.name === 'a' && one.parent?.name === 'li')
    expect(links.map((one) => one.attributes['href'])).toEqual(ids.map((id) => `#${id}`))
  })

  test('begins with the state and the numbers that matter', () => {
    expect(elements.filter((one) => one.attributes['class'] === 'state finished').map(textOf)).toEqual([
      'Finished',
    ])
    expect(keyNumbers(elements)).toEqual({
      'Best mean Dice': '0.7150',
      Epochs: '3',
      Steps: '30',
      Time: '15 s',
      'Time per step': '0.5 s',
      'Training loss': '0.333',
    })
  })

  test('says in words what each chart shows', () => {
    const pictures = elements.filter((one) => one.attributes['role'] === 'img')
    expect(pictures.length).toBeGreaterThan(10)
    expect(pictures.filter((one) => (one.attributes['aria-label'] ?? '').length < 20)).toEqual([])
    const loss = textOf(byId(elements, 'step-loss'))
    expect(loss).toMatch(/The moving mean goes from [\d.]+ at step 5 to [\d.]+ at step 30\./)
    expect(loss).toContain('topology update (2)')
  })

  test('draws where the connections of each node come from, and says it', () => {
    const nodes = elements.filter((one) => one.attributes['class'] === 'node').map(textOf)
    expect(nodes).toHaveLength(2)
    expect(nodes[0]).toContain('forward 88% · upward 13%')
    expect(nodes[1]).toContain('forward 50% · downward 50%')
    expect(html).toContain('forward from 50% to 88%')
    const changes = textOf(byId(elements, 'changes'))
    expect(changes).toContain('2 updates. The last, at step 30, switched on 24 of 120 active connections.')
  })

  test('puts what was found and what is there over the slice', () => {
    const figure = elements.find((one) => one.attributes['class'] === 'slice')
    const parts = within(elements, figure as Element)
    expect(textOf(figure as Element)).toContain('Dice in this slice: front 0.67, back 1.00')
    const paths = (kind: string): readonly (string | undefined)[] =>
      parts.filter((one) => one.attributes['class'] === kind).map((one) => one.attributes['d'])
    expect(paths('edge')).toEqual(['M1 0h2v1h-2z', 'M2 1h1v1h-1z'])
    expect(paths('prediction fill')).toEqual(['M1 0h1v1h-1z', 'M2 1h1v1h-1z'])
  })

  test('repeats the curves as tables, the best epoch marked, a class that no case has as a dash', () => {
    const rows = within(elements, byId(elements, 'history')).filter((one) => one.name === 'tr')
    const cells = (row: Element): readonly string[] => within(elements, row).map(textOf)
    expect(rows.map(cells)[1]).toEqual(['1', '10', '1', '0.6000', '0.6000', '–', '2', '5 s'])
    expect(rows.at(-1)?.attributes['class']).toBe('marked')
    expect(cells(rows.at(-1) as Element)[0]).toBe('3 (best)')
  })

  test('asks nothing of the network and runs nothing', () => {
    expect(elements.filter((one) => ['script', 'link', 'iframe', 'object'].includes(one.name))).toEqual([])
    const addresses = elements.flatMap(({ attributes }) => [attributes['href'], attributes['src']])
    expect(addresses.filter((one) => one !== undefined && !/^(?:#|data:image\/png;)/.test(one))).toEqual([])
    const style = textOf(elements.find((one) => one.name === 'style') as Element)
    expect(style).not.toMatch(/@import|url\(/)
    expect(style).toContain('prefers-color-scheme: dark')
    expect(elements.some((one) => one.attributes['http-equiv'] === 'refresh')).toBe(false)
  })

  test('is the same text each time, whatever was drawn before', () => {
    renderRunPage(run([step(1), step(2)]))
    expect(renderRunPage(sparseRun())).toBe(html)
  })

  test('takes its colours from the style sheet, so that they suit light and dark', () => {
    const charts = elements.filter((one) => one.name === 'path' || one.name === 'text')
    const inCharts = charts.filter((one) => !/prediction|edge|casing/.test(one.attributes['class'] ?? ''))
    const colours = inCharts.flatMap(({ attributes }) => [attributes['fill'], attributes['stroke']])
    const fixed = colours.filter((one) => one !== undefined && one !== 'none' && !one.startsWith('var(--'))
    // Clip paths are filled with black; nobody sees them.
    expect(new Set(fixed)).toEqual(new Set(['#000']))
  })
})

describe('the state', () => {
  test('of a run that goes on: the page loads itself again and says how far it is', () => {
    const html = renderRunPage(
      sparseRun({ finished: false, refreshSeconds: 20, plan: { epochs: 6, steps: 60 } }),
    )
    const elements = checkReferences(html)
    expect(html).toContain('<span class="state running">Running</span>')
    expect(elements.find((one) => one.attributes['http-equiv'] === 'refresh')?.attributes['content']).toBe(
      '20',
    )
    const progress = elements.find((one) => one.name === 'progress')
    expect(progress?.attributes).toMatchObject({ max: '60', value: '30' })
    expect(html).toContain('about 15 s of steps to go')
  })

  test('of a run that neither goes on nor is finished', () => {
    const html = renderRunPage(sparseRun({ finished: false }))
    expect(html).toContain('<span class="state interrupted">Interrupted</span>')
    expect(html).not.toContain('http-equiv="refresh"')
  })
})

describe('runs with little to show', () => {
  test('one that has only started', () => {
    const elements = checkReferences(renderRunPage(run([start], { finished: false, refreshSeconds: 5 })))
    expect(sectionsOf(elements)).toEqual(['overview', 'validation', 'training', 'setup'])
    expect(keyNumbers(elements)).toMatchObject({ 'Best mean Dice': '–', Steps: '0', 'Time per step': '–' })
    expect(textOf(byId(elements, 'training'))).toContain('No step has been recorded yet.')
  })

  test('no record at all, one step, one epoch', () => {
    checkReferences(renderRunPage(run([])))
    expect(textOf(byId(checkReferences(renderRunPage(run([start, step(1)]))), 'step-loss'))).toContain(
      'at step 1.',
    )
    checkReferences(renderRunPage(run([step(1), epoch(1, 1, [0.5, 0.5])], { bestEpoch: 1 })))
  })

  test('a dense network has no connections, a run without examples no slices', () => {
    const html = renderRunPage(run([start, step(1), step(2), epoch(1, 2, [0.5, 0.6])]))
    const elements = checkReferences(html)
    expect(sectionsOf(elements)).toEqual(['overview', 'validation', 'training', 'setup', 'history'])
    expect(html).not.toContain('topology')
  })

  test('one class needs no mean beside it', () => {
    const dataset = { name: 'One', classes: ['background', 'tumour'] }
    const elements = elementsOf(
      renderRunPage(run([step(1), epoch(1, 1, [0.5]), epoch(2, 1, [0.7])], { dataset })),
    )
    const legend = within(elements, byId(elements, 'dice')).filter((one) => one.name === 'li')
    expect(legend.map(textOf)).toEqual(['tumour'])
  })

  test('no class in any case: no Dice, and no curve that says 0', () => {
    const html = renderRunPage(
      run([step(1), epoch(1, 1, [null, null]), epoch(2, 1, [null, 0.5])], { bestEpoch: 1 }),
    )
    const elements = checkReferences(html)
    expect(keyNumbers(elements)['Best mean Dice']).toBe('–')
    expect(textOf(byId(elements, 'overview'))).toContain('in no validation case')
    expect(html).not.toContain('NaN')
  })

  test('a loss that was not finite leaves a gap and is counted', () => {
    const records = [step(1), step(2, { loss: NaN }), step(3), step(4, { loss: Infinity }), step(5)]
    const elements = checkReferences(renderRunPage(run(records)))
    const loss = byId(elements, 'step-loss')
    expect(textOf(loss)).toContain('2 steps had no finite value and left a gap.')
    const drawn = within(elements, loss).flatMap((one) => one.attributes['d'] ?? [])
    expect(drawn.filter((path) => /NaN|Infinity/.test(path))).toEqual([])
  })
})

test('a resumed run shows what its weights went through, not what was thrown away', () => {
  const first = [1, 2, 3, 4].map((k) => step(k, { loss: 100 }))
  const again = [3, 4, 5].map((k) => step(k, { loss: 1 }))
  const resumed: HistoryRecord = { ...start, step: 2, time: '2026-03-02T07:40:00Z' } as HistoryRecord
  const records = [
    start,
    ...first.slice(0, 2).map((one) => ({ ...one, loss: 1 })),
    ...first.slice(2),
    topology(4, 70),
  ]
  const elements = checkReferences(renderRunPage(run([...records, resumed, ...again])))
  expect(keyNumbers(elements)['Steps']).toBe('5')
  const training = byId(elements, 'training')
  expect(textOf(training)).not.toContain('100')
  expect(textOf(training)).toContain('resumed')
  expect(sectionsOf(elements)).not.toContain('connections')
})

test('names are data, whatever they contain', () => {
  const nasty = `</script></style><b id="x" onload='y'>&amp; zr0-c0 " \u0000`
  const html = renderRunPage(
    sparseRun({
      network: nasty,
      recipe: { name: nasty, text: nasty },
      dataset: { name: nasty, classes: ['background', nasty, nasty] },
      backend: nasty,
      provenance: nasty,
      slices: [{ ...slice, case: nasty, position: nasty }],
      records: sparseRun().records.map((record) =>
        record.kind === 'topology'
          ? { ...record, edges: record.edges.map((one) => ({ ...one, fusion: nasty, edge: nasty })) }
          : record.kind === 'start'
            ? { ...record, backend: nasty, time: nasty }
            : record,
      ),
    }),
  )
  const elements = checkReferences(html)
  const shown = nasty.replace('\u0000', '\uFFFD')
  expect(elements.filter((one) => one.name === 'b' && one.parent?.name !== 'figcaption')).toEqual([])
  expect(textOf(elements.find((one) => one.name === 'h1') as Element)).toBe(shown)
  expect(textOf(elements.find((one) => one.name === 'title') as Element)).toContain(shown)
  const labels = elements.map((one) => decoded(one.attributes['aria-label'] ?? ''))
  expect(labels.some((one) => one.startsWith(`${shown}, ${shown}. Dice in this slice`))).toBe(true)
  expect(labels).toContain(`Nodes of ${shown}`)
})

test('a run of 250,000 steps, 1,000 epochs, 200 updates and 15 classes makes a page that opens', () => {
  const records: HistoryRecord[] = [start, topology(0, 40)]
  for (let k = 1; k <= 250_000; k++) {
    records.push(step(k, k === 123_456 ? { loss: 77 } : {}))
    if (k % 1250 === 0) records.push(topology(k, 40 + (k % 30)))
    if (k % 250 === 0)
      records.push(
        epoch(
          k / 250,
          250,
          Array.from({ length: 15 }, (_, c) => 0.5 + 0.3 * Math.abs(Math.sin(k + c))),
        ),
      )
  }
  const classes = ['background', ...Array.from({ length: 15 }, (_, k) => `organ ${k + 1}`)]
  const html = renderRunPage(run(records, { dataset: { name: 'Many', classes }, bestEpoch: 500 }))
  expect(html.length).toBeLessThan(1_500_000)
  const elements = checkReferences(html)
  // One step in a quarter of a million stands out: the axis must reach it.
  const ticks = within(elements, byId(elements, 'step-loss')).filter((one) => one.name === 'text')
  expect(ticks.map(textOf)).toContain('80')
  expect(textOf(byId(elements, 'history'))).toContain('one epoch in 5, the best and the last')
  expect(textOf(byId(elements, 'history'))).toContain('500 (best)')
})
