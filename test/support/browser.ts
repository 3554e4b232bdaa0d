// Pages in a real browser: nothing but the page's own text is ever loaded, and whatever goes wrong is collected.
// Everything is asked through the devtools protocol, which a page's content security policy does not bind.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core'
import { afterAll, describe, onTestFinished } from 'vitest'
import { findBrowser } from '../../tools/find-browser.ts'

// ---------------------------------------------------------------- pages

export interface View {
  /** CSS pixels; 1300 unless told. */
  readonly width?: number
  readonly height?: number
  readonly dark?: boolean
  readonly reducedMotion?: boolean
  readonly media?: 'screen' | 'print'
}

/** A page as it stands in the browser; it goes when the test is over. */
export interface OpenedPage {
  /** For the keyboard, the mouse, and what else a user does. */
  readonly page: Page
  /** What went wrong so far: errors of scripts, messages of the console, breaches of the policy, anything asked of the network. */
  readonly problems: readonly string[]
  /** The value of a JavaScript expression on the page; a promise is awaited. */
  evaluate<T>(expression: string): Promise<T>
  /** What is wider than the window; empty where nothing makes the body scroll sideways. */
  overflow(): Promise<readonly string[]>
  /** What axe finds, `serious color-contrast: … (selector)`, by the rules of WCAG 2 A and AA and axe's best practices. */
  accessibilityProblems(): Promise<readonly string[]>
  /** The whole page as a PNG. */
  screenshot(path?: string): Promise<Buffer>
}

export type OpenPage = (html: string, view?: View) => Promise<OpenedPage>

/** A page that a server has, with what it asks of any: `GET http://localhost:1234/a.js`. */
export interface OpenedSite extends OpenedPage {
  readonly requests: readonly string[]
}

export type OpenSite = (url: string, view?: View) => Promise<OpenedSite>

/**
 * Tests that need a browser, which all share one: where there is none they are skipped, and a line says so.
 *
 * @example describeInBrowser('the page of a run', (openPage) => {
 *   test('fits a telephone', async () => {
 *     const page = await openPage(html, { width: 400, dark: true })
 *     expect(await page.overflow()).toEqual([])
 *     expect(page.problems).toEqual([])
 *   })
 * })
 */
export function describeInBrowser(
  name: string,
  tests: (openPage: OpenPage, openSite: OpenSite) => void,
): void {
  const path = findBrowser()
  if (path === undefined)
    process.stderr.write(`skipped, for there is no Chromium (CHROME_PATH may name one): ${name}\n`)
  describe.skipIf(path === undefined)(`in a browser: ${name}`, () => {
    let browser: Promise<Browser> | undefined
    afterAll(async () => (await browser)?.close())
    const started = (): Promise<Browser> =>
      (browser ??= chromium.launch({
        ...(path === undefined ? {} : { executablePath: path }),
        // WebGL is computed by the processor.
        args: ['--hide-scrollbars', '--disable-gpu', '--enable-unsafe-swiftshader'],
      }))
    tests(
      async (html, view) => open(await started(), html, view),
      async (url, view) => openServed(await started(), url, view),
    )
  })
}

/** Files are secure contexts, and so is this. */
const address = 'https://page.test/'

async function open(browser: Browser, html: string, view: View = {}): Promise<OpenedPage> {
  const page = await newPage(browser, view)
  const problems = listen(page)
  await serveText(page, html, problems)
  return opened(page, problems, address, view)
}

async function openServed(browser: Browser, url: string, view: View = {}): Promise<OpenedSite> {
  const page = await newPage(browser, view)
  const problems = listen(page)
  const requests: string[] = []
  page.on('request', (one) => requests.push(`${one.method()} ${one.url()}`))
  return { ...(await opened(page, problems, url, view)), requests }
}

async function newPage(
  browser: Browser,
  { width = 1300, height = 900, dark, reducedMotion }: View,
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark === true ? 'dark' : 'light',
    reducedMotion: reducedMotion === true ? 'reduce' : 'no-preference',
    locale: 'en-GB',
    timezoneId: 'UTC',
  })
  onTestFinished(() => context.close())
  return context.newPage()
}

async function opened(
  page: Page,
  problems: readonly string[],
  url: string,
  { media = 'screen' }: View,
): Promise<OpenedPage> {
  await page.emulateMedia({ media })
  await page.goto(url, { waitUntil: 'load' })
  const session = await page.context().newCDPSession(page)
  const evaluate = <T>(expression: string): Promise<T> => evaluated<T>(session, expression)
  return {
    page,
    problems,
    evaluate,
    overflow: () => evaluate<string[]>(overflowing),
    async accessibilityProblems() {
      await evaluate(`${axeSource()};undefined`)
      return evaluate<string[]>(axeRun)
    },
    screenshot: (path) => page.screenshot({ fullPage: true, ...(path === undefined ? {} : { path }) }),
  }
}

/** Gathers what goes wrong. */
function listen(page: Page): string[] {
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      problems.push(`console ${message.type()}: ${message.text()}`)
  })
  return problems
}

/** Serves the page's text and nothing else. */
async function serveText(page: Page, html: string, problems: string[]): Promise<void> {
  await page.route('**/*', async (route) => {
    const url = route.request().url()
    if (url === address) return route.fulfill({ contentType: 'text/html; charset=utf-8', body: html })
    problems.push(`asks the network for ${url}`)
    return route.abort()
  })
}

async function evaluated<T>(session: CDPSession, expression: string): Promise<T> {
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    expression,
    awaitPromise: true,
    returnByValue: true,
  })
  if (exceptionDetails !== undefined)
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
  return result.value as T
}

// ---------------------------------------------------------------- what is asked of a page

/** Elements that stick out of the window and that no ancestor clips or scrolls. */
const overflowing = `(() => {
  const width = document.documentElement.clientWidth
  if (Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) <= width) return []
  const held = (one) => {
    for (let up = one.parentElement; up && up !== document.body; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== 'visible') return true
    return false
  }
  const wide = [...document.body.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > width + 0.5 && !held(one))
  const name = (one) => one.tagName.toLowerCase() + (one.id ? '#' + one.id : '') + [...one.classList].map((k) => '.' + k).join('')
  return ['the page is ' + document.documentElement.scrollWidth + ' wide in a window of ' + width + ': ' + wide.slice(0, 8).map(name).join(', ')]
})()`

const axeRun = `axe.run(document, { preload: false, resultTypes: ['violations'] }).then(({ violations }) =>
  violations.flatMap(({ id, impact, nodes }) => nodes.map((node) =>
    [impact, ' ', id, ': ', node.failureSummary.split('\\n').slice(1).join('; ').trim(), ' (', node.target.join(' '), ')'].join(''))))`

function axeSource(): string {
  return readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
}
