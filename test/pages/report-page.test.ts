// The page of a design review: that its numbers are those of the other formats, that nothing of a spec is taken for markup, and what
// its program does in a browser.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { review, type ReviewDocument } from '../../src/backends/report/review/model.ts'
import { reviewMarkdown } from '../../src/backends/report/review/markdown.ts'
import { withSeparators } from '../../src/compiler/text/numbers.ts'
import { moduleTable } from '../../src/pages/client/bundled.ts'
import { renderReportPage } from '../../src/pages/report/page.ts'
import { bundledPages } from '../../tools/bundle-pages.ts'
import { compileExample, repository } from '../examples/compile-example.ts'
import { describeInBrowser } from '../support/browser.ts'
import { graphOf } from '../support/compile-text.ts'
import { elementsOf, textOf } from './html.ts'

function reportOf(
  file: string,
  network: string,
  against: readonly (readonly [string, string])[] = [],
): ReviewDocument {
  const side = (name: string, of: string): Parameters<typeof review>[0] => {
    const { graph, sources } = compileExample(`examples/${name}.weft`, of, {})
    return { name: `${name}.weft`, graph, sources }
  }
  const { document } = review(side(file, network), {
    tool: 'weft 0.1.0',
    against: against.map(([name, of]) => side(name, of)),
  })
  if (document === undefined) throw new Error('no document')
  return document
}

test('the program of the page is the one beside it, allowed by its digest', () => {
  const folder = `${repository}src/pages/client`
  expect(bundledPages(folder)).toBe(readFileSync(`${folder}/bundled.ts`, 'utf8'))
  const digest = createHash('sha256').update(moduleTable.text).digest('base64')
  expect(moduleTable.sha256).toBe(digest)
})

describe('the page of E2ENet beside nnU-Net', () => {
  const spec = (): string[] => readFileSync(`${repository}examples/e2enet.weft`, 'utf8').trimEnd().split('\n')
  const document = reportOf('e2enet', 'E2ENet', [['nnunet', 'NNUNet']])
  const html = renderReportPage(document)
  const elements = elementsOf(html)

  test('is the same bytes each time, and says what Markdown says', () => {
    expect(renderReportPage(document)).toBe(html)
    const markdown = reviewMarkdown(document, 2)
    const { training, inference } = document.cost.totals
    for (const value of [
      training.effectiveParameters,
      training.macs,
      inference.effectiveMacs,
      inference.macs,
    ]) {
      expect(html).toContain(`(${withSeparators(value ?? 0)})`)
      expect(markdown).toContain(`(${withSeparators(value ?? 0)})`)
    }
  })

  test('has every section, and a row for each module and each line of the spec', () => {
    const sections = elements.filter((one) => one.name === 'section').map((one) => one.attributes['id'])
    expect(sections).toEqual([
      'overview',
      'comparison',
      'costs',
      'modules',
      'memory',
      'sparsity',
      'conventions',
      'source',
    ])
    const lattice = elements.find((one) => one.attributes['data-p'] === 'lattice')
    expect(lattice === undefined ? '' : textOf(lattice)).toContain('lattice')
    spec().forEach((text, at) => {
      const row = elements.find((one) => one.attributes['id'] === `source-0-${at + 1}`)
      expect(row === undefined ? undefined : textOf(row)).toContain(text)
    })
  })

  test('gives each line what `weft cost` by call and by line gives it', () => {
    const dearest = document.cost.lines.toSorted((a, b) => (b.macs ?? 0) - (a.macs ?? 0))[0]
    const row = elements.find((one) => one.attributes['id'] === `source-0-${dearest?.line}`)
    expect(dearest).toMatchObject({ line: 8 })
    expect(row === undefined ? '' : textOf(row)).toMatch(/8\.49 M267\.50 G94\.0 %8\.49 M267\.50 G$/)
    // A line of the fusion is charged nothing, and calls for most.
    const fuse = spec().findIndex((text) => text.trimStart().startsWith('fuse = '))
    const called = elements.find((one) => one.attributes['id'] === `source-0-${fuse + 1}`)
    expect(called === undefined ? '' : textOf(called)).toMatch(/2\.68 M167\.09 G58\.7 %$/)
  })
})

/** What a spec may be called, and say, that a browser must not take for markup. */
function hostile(): ReviewDocument {
  const attack = '</script><script>alert(1)</script><img src=x onerror=alert(2)>'
  const text = `/// ${attack} & "quotes" \`code\` | *stars*
network Net(mode: string = "${attack.replaceAll('"', "'")}") {
  // ${attack}
  input image: [1, 8, 8]
  output logits = image -> conv(2, 3) -> (mode == "</style>" ? relu : identity)
}
`
  const { document } = review(
    { name: `${attack}.weft`, ...graphOf(text) },
    { tool: attack, digest: () => 'f'.repeat(64) },
  )
  if (document === undefined) throw new Error('no document')
  return document
}

test('what a spec says is text, whatever it says', () => {
  const elements = elementsOf(renderReportPage(hostile()))
  expect(elements.filter((one) => one.name === 'script')).toHaveLength(1)
  expect(elements.filter((one) => one.name === 'img')).toEqual([])
  expect(reviewMarkdown(hostile(), 2)).not.toMatch(/(?<!\\)<(?:script|img)/)
})

test('more modules than a browser takes are cut at a depth, and the page says so', () => {
  const inner = Array.from({ length: 20 }, () => 'Unit').join(' -> ')
  const rows = Array.from({ length: 150 }, (_, k) => `  let x${k + 1} = x${k} -> Many`).join('\n')
  const text = `block Unit = conv(1, 1) -> relu -> conv(1, 1)
block Many = ${inner}
network Net {
  input x0: [1, 8, 8]
${rows}
  output y = x150
}
`
  const { document } = review({ name: 'net.weft', ...graphOf(text) }, { tool: 'weft' })
  if (document === undefined) throw new Error('no document')
  const html = renderReportPage(document)
  const shown = elementsOf(html).filter((one) => one.attributes['data-p'] !== undefined)
  expect(shown.length).toBeLessThanOrEqual(3000)
  expect(shown.length).toBeGreaterThan(100)
  expect(html).toMatch(/[\d,]+ modules more lie deeper than is shown/)
})

describeInBrowser('the page of a report', (openPage) => {
  const html = renderReportPage(reportOf('e2enet', 'E2ENet', [['nnunet', 'NNUNet']]))
  const views = [
    { width: 400, dark: true },
    { width: 1300, dark: false },
    { width: 1300, dark: true, reducedMotion: true },
  ]

  test.each(views)('is sound at $width px, dark: $dark', async (view) => {
    const page = await openPage(html, view)
    expect(page.problems).toEqual([])
    expect(await page.overflow()).toEqual([])
    expect(await page.accessibilityProblems()).toEqual([])
  })

  test('folds, sorts and filters modules', async () => {
    const { page, problems, evaluate } = await openPage(html)
    const visible = (): Promise<string[]> =>
      evaluate(
        "[...document.querySelectorAll('table.modules tbody tr')].filter((row) => row.checkVisibility()).map((row) => row.dataset.p)",
      )
    expect(await visible()).toContain('encoder.level[0]')
    expect(await visible()).not.toContain('encoder.level[0].Unit[0]')
    const twist = page.getByRole('button', { name: 'parts of encoder.level[0]', exact: true })
    await twist.focus()
    await page.keyboard.press('Enter')
    expect(await twist.getAttribute('aria-expanded')).toBe('true')
    expect(await visible()).toContain('encoder.level[0].Unit[0]')

    await page.getByRole('button', { name: 'Fold all', exact: true }).click()
    await page.locator('table.modules thead').getByRole('button', { name: 'MACs', exact: true }).click()
    expect((await visible()).slice(0, 3)).toEqual(['lattice', 'encoder', 'head[0].conv'])
    expect(await page.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('descending')

    await page.getByLabel('Filter').fill('UPWARD')
    const found = await visible()
    expect(found).toContain('lattice')
    expect(found).not.toContain('encoder')
    expect(found.filter((one) => one.includes('upward')).length).toBeGreaterThan(10)
    expect(await page.locator('#module-found').textContent()).toMatch(/^\d+ of \d+ modules$/)
    expect(problems).toEqual([])
  })

  test('shows exact numbers, and copies the line for the paper', async () => {
    const { page, evaluate } = await openPage(html)
    const cell = page.locator('tr[data-p="lattice"] td').nth(1)
    expect(await cell.textContent()).toBe('18.08 M')
    await page.getByLabel('Exact numbers').check()
    expect(await cell.textContent()).toMatch(/^18,0\d\d,\d{3}$/)
    await page.getByLabel('Exact numbers').uncheck()
    expect(await cell.textContent()).toBe('18.08 M')
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: 'Copy' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await evaluate<string>('navigator.clipboard.readText()')).toMatch(
      /^E2ENet\(.*9,445,351 parameters of 23,899,088/,
    )
  })

  test('what a spec says does not run', async () => {
    const { page, problems } = await openPage(renderReportPage(hostile()))
    expect(problems).toEqual([])
    expect(await page.locator('h1').textContent()).toBe('Net')
  })

  test('prints all of it', async () => {
    const { evaluate } = await openPage(html, { media: 'print' })
    const cut = await evaluate<number>(
      "[...document.querySelectorAll('.scroll')].filter((one) => one.checkVisibility() && one.scrollHeight > one.clientHeight + 2).length",
    )
    expect(cut).toBe(0)
  })
})

test('Markdown fits a pull request, however many lines and modules there are; what is left out is said', () => {
  const rows = Array.from({ length: 900 }, (_, k) => `  let x${k + 1} = x${k} -> conv(4, 3) -> relu`).join(
    '\n',
  )
  const text = `network Long {\n  input x0: [1, 8, 8]\n${rows}\n  output y = x900\n}\n`
  const { document } = review({ name: 'net.weft', ...graphOf(text) }, { tool: 'weft' })
  if (document === undefined) throw new Error('no document')
  const markdown = reviewMarkdown(document, 9)
  expect(markdown.length).toBeLessThanOrEqual(65_536)
  expect(markdown.length).toBeGreaterThan(10_000)
  expect(markdown).toMatch(/<details>\n<summary>\d{3} rows<\/summary>/)
  expect(markdown).toMatch(/- \d+ more rows are left out here/)
})
