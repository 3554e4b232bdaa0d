// The pages as a browser shows them, on telephones and wide screens, light and dark: nothing asked of the network, nothing out of bounds,
// nobody shut out.
import { expect, test } from 'vitest'
import { compareNetworks, type DiffSide } from '../../src/compiler/analysis/diff/compare.ts'
import { renderDiffPage } from '../../src/pages/diff/page.ts'
import { renderGraphPage } from '../../src/pages/graph/page.ts'
import { renderRunPage } from '../../src/pages/run/page.ts'
import { compileExample } from '../examples/compile-example.ts'
import { describeInBrowser } from '../support/browser.ts'
import { sparseRun } from './run.ts'

function side(name: string, network: string): DiffSide {
  const { graph, sources } = compileExample(`examples/${name}.weft`, network, {})
  return { name: `examples/${name}.weft`, graph, sources }
}

function comparison(): string {
  const { document } = compareNetworks(side('nnunet', 'NNUNet'), side('e2enet', 'E2ENet'))
  if (document === undefined) throw new Error('no document')
  return renderDiffPage(document, { depth: 2, provenance: 'weft 0.1.0' })
}

function architecture(): string {
  const { graph, report, sources } = compileExample('examples/e2enet.weft', 'E2ENet', {})
  return renderGraphPage(graph, report, sources, { provenance: 'weft 0.1.0' })
}

const pages = [
  ['a finished run', () => renderRunPage(sparseRun())],
  [
    'a run that goes on',
    () => renderRunPage(sparseRun({ finished: false, refreshSeconds: 60, plan: { epochs: 6, steps: 60 } })),
  ],
  ['a comparison', comparison],
  ['an architecture', architecture],
] as const

const views = [
  { width: 400, dark: false },
  { width: 400, dark: true },
  { width: 1300, dark: false },
  { width: 1300, dark: true },
]

/** Without scripts there is no other way to show how a run goes on, and its page says that it does. */
const expected = /^critical meta-refresh:/

describeInBrowser('pages', (openPage) => {
  test.each(pages)('%s', async (_, render) => {
    const html = render()
    for (const view of views) {
      const page = await openPage(html, view)
      const found = [...page.problems, ...(await page.overflow()), ...(await page.accessibilityProblems())]
      expect(
        found.filter((one) => !expected.test(one)),
        `${view.width} px, ${view.dark ? 'dark' : 'light'}`,
      ).toEqual([])
    }
  })

  test('the table of an architecture shows all its columns, texts at their left', async () => {
    const page = await openPage(architecture(), { width: 1300, dark: false })
    const hidden = await page.evaluate<number>(
      `(() => { const { scrollWidth, clientWidth } = document.querySelector('#boxes .scroll'); return scrollWidth - clientWidth })()`,
    )
    expect(hidden).toBe(0)
    const sides = await page.evaluate<readonly string[]>(
      `Array.from(document.querySelectorAll('#boxes tbody tr:nth-child(9) > *'), (one) => getComputedStyle(one).textAlign)`,
    )
    const numbers = Array.from({ length: 4 }, () => 'right')
    expect(sides).toEqual(['left', 'left', 'left', ...numbers, 'left', 'left'])
  })

  test('what is wrong with a page is seen', async () => {
    const policy = "default-src 'none'; style-src 'unsafe-inline'"
    const page = await openPage(
      `<!doctype html><html lang="en"><head><title>t</title><meta http-equiv="Content-Security-Policy" content="${policy}"></head>
<body><main><h1 style="color: #ccc; background: #fff">Title</h1><div id="bar" style="width: 900px">wide</div></main>
<img src="https://example.org/a.png" alt="a"><script>throw new Error()</script></body></html>`,
      { width: 400 },
    )
    expect(page.problems.filter((one) => one.includes('Content Security Policy'))).toHaveLength(2)
    expect(await page.overflow()).toEqual(['the page is 908 wide in a window of 400: div#bar'])
    expect((await page.accessibilityProblems()).join('\n')).toContain('serious color-contrast')
    const loading = await openPage('<title>t</title><img src="https://example.org/a.png">')
    expect(loading.problems).toContain('asks the network for https://example.org/a.png')
  })
})
