// weft playground: the page in a real browser, from a folder beneath any address, counts what is typed as the commands do and keeps it to itself.
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { humanCount } from '../../src/compiler/text/numbers.ts'
import { serveFolder, type Serving } from '../../src/node/serve-folder.ts'
import type { Opened } from '../../src/pages/playground/asked.ts'
import { describeInBrowser, type OpenedSite, type View } from '../support/browser.ts'
import { said } from '../support/datasets.ts'
import { runWeft, startWeft, workspace } from '../support/run-weft.ts'

const parts = 'block Pair(c: int) = conv(c, 3) -> relu -> conv(c, 3)\n'
const spec = `import { Pair } from "./parts"

network Net(base: int = 8, patch: [int] = [16, 16]) {
  input image: [1, ...patch]
  output logits = image -> conv(base, 3) -> Pair(base) -> conv(2, 1)
  budget params <= 2K
}

network Wide = Net(base = 16)
`

const kept = mkdtempSync(join(tmpdir(), 'weft-playground-test-'))
afterAll(() => rmSync(kept, { recursive: true }))
beforeAll(() => {
  writeFileSync(join(kept, 'parts.weft'), parts)
  writeFileSync(join(kept, 'net.weft'), spec)
  const { status, stderr } = runWeft(['playground', 'net.weft', '-o', 'page'], { cwd: kept })
  if (status !== 0) throw new Error(stderr)
})

describe('a folder of static files', () => {
  test('begins with a spec and all that it imports, and takes the place of an earlier one', () => {
    const cwd = workspace({ 'net.weft': spec, 'parts.weft': parts })
    const { status, stdout } = runWeft(['playground', 'net.weft', '-o', 'page'], { cwd })
    expect(status).toBe(0)
    expect(stdout).toMatch(/^wrote page {2}\d+ files, [\d,]+ bytes\n$/)
    const start = (): Opened => JSON.parse(readFileSync(join(cwd, 'page', 'start.json'), 'utf8')) as Opened
    expect(start()).toEqual({
      entry: 'net.weft',
      files: { 'net.weft': spec, 'parts.weft': parts },
      arguments: {},
    })
    expect(runWeft(['playground', '-o', 'page'], { cwd }).status).toBe(0)
    expect(start().entry).toBe('starter.weft')
    mkdirSync(join(cwd, 'thesis'))
    writeFileSync(join(cwd, 'thesis', 'thesis.txt'), '')
    expect(runWeft(['playground', '-o', 'thesis'], { cwd }).stderr).toContain('thesis.txt')
  })
})

test('is shown to this machine until a signal ends it', async () => {
  const child = startWeft(['playground', join(kept, 'net.weft'), '--port', '0'], workspace())
  if (child.stdout === null) throw new Error('it says nothing')
  const [shown] = (await once(child.stdout, 'data')) as [Buffer]
  const [url = ''] = /http:\S+/.exec(shown.toString()) ?? []
  const answer = await fetch(url)
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(await answer.text()).toContain('<h1>Weft playground</h1>')
  expect(await (await fetch(`${url}start.json`)).json()).toMatchObject({ entry: 'net.weft' })
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([0, null])
})

// ---------------------------------------------------------------- in a browser

interface Totals {
  readonly training: { readonly parameters: number }
  readonly inference: { readonly macs: number }
}

/** As the page rounds what `weft cost` counts. */
function counted(...more: readonly string[]): readonly string[] {
  const { stdout } = runWeft(['cost', 'net.weft', '--json', ...more], { cwd: kept })
  const { training, inference } = (JSON.parse(stdout) as { readonly totals: Totals }).totals
  return [humanCount(training.parameters), humanCount(inference.macs)]
}

describeInBrowser('the playground', (_, openSite) => {
  let serving: Serving
  beforeAll(async () => {
    // Below the root of a plain host, which sends no headers.
    const found = await serveFolder(join(kept, 'page'), { port: 0, prefix: '/weft/play/' })
    if (isProblem(found)) throw new Error(said(found))
    serving = found
  })
  afterAll(() => serving.close())

  const opened = async (fragment = '', view: View = {}): Promise<OpenedSite> => {
    const site = await openSite(`${serving.url}${fragment}`, view)
    await site.page.locator('#headline-content .numbers').waitFor()
    return site
  }
  const shows = async (page: Page, texts: readonly string[]): Promise<void> => {
    for (const [at, text] of texts.entries())
      await page.locator(`#headline-content .numbers > div:nth-child(${at + 1}) .value`, { hasText: new RegExp(`^${text}$`) }).waitFor() // prettier-ignore
  }
  /** Puts the cursor after a piece of the text. */
  const cursorAfter = async (page: Page, line: string, piece: string): Promise<void> => {
    await page.locator('.cm-line', { hasText: line }).click({ position: { x: 5, y: 5 } })
    await page.keyboard.press('Home')
    for (let at = 0; at < piece.length; at += 1) await page.keyboard.press('ArrowRight')
  }

  test('shows what the commands count, anew with each change of the text', async () => {
    const { page, problems } = await opened()
    await shows(page, counted())
    expect(await page.locator('#headline-content .budgets').textContent()).toContain('left')
    await cursorAfter(page, 'network Net(', 'network Net(base: int = 8')
    await page.keyboard.press('Backspace')
    await page.keyboard.type('12')
    await shows(page, counted('--set', 'base=12'))
    await page.locator('#findings li:nth-child(2)').waitFor()
    expect(await page.locator('#findings').textContent()).toMatch(/WEFT\d+, line 6, column 3: .*params/)
    await page.locator('#architecture-content svg[role=img]').waitFor()
    // Links within the page open nothing.
    await page.evaluate("location.hash = '#content'")
    await page.locator('.cm-line', { hasText: 'base: int = 12' }).waitFor()
    expect(await page.locator('#memory-content').textContent()).toContain('Memory during a training step')
    expect(problems).toEqual([])
  })

  test('tells mistakes with code and place, completes and explains', async () => {
    const { page, problems } = await opened('', { width: 1800 })
    await cursorAfter(page, 'output logits', 'output logits = image -> conv(base')
    await page.keyboard.type('s')
    const mistake = page.locator('#findings button', { hasText: 'bases' })
    await mistake.waitFor()
    expect(await mistake.textContent()).toMatch(/^WEFT\d+, line 5, column 33: /)
    await page.locator('#stale', { hasText: 'WEFT' }).waitFor()
    await shows(page, counted())
    await mistake.click()
    await page.keyboard.press('ControlOrMeta+ArrowRight')
    await page.keyboard.press('Backspace')
    await page.locator('#stale').waitFor({ state: 'hidden' })
    await page.keyboard.press('End')
    await page.keyboard.type(' -> re')
    await page.locator('.cm-tooltip-autocomplete li', { hasText: /^relu6/ }).waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.cm-line span', { hasText: /^Pair$/ }).hover()
    await page.locator('.cm-lsp-hover-tooltip', { hasText: 'block Pair' }).waitFor()
    expect(problems).toEqual([])
  })

  test('has a slider for each number, and a link that restores them', async () => {
    const { page, problems } = await opened()
    await page.getByLabel('base', { exact: true }).focus()
    for (const _ of 'abc') await page.keyboard.press('ArrowRight')
    await shows(page, counted('--set', 'base=11'))
    await page.getByLabel('patch[1], exactly').fill('48')
    await page.keyboard.press('Enter')
    const all = counted('--set', 'base=11', '--set', 'patch=[16, 48]')
    await shows(page, all)
    await page.locator('#share').click()
    await page.locator('#status', { hasText: 'link' }).waitFor()
    const { hash } = new URL(page.url())
    const other = await opened(hash)
    await shows(other.page, all)
    expect(await other.page.getByLabel('base, exactly').inputValue()).toBe('11')
    await other.page.locator('#reset').click()
    await shows(other.page, counted())
    await other.page.locator('#network').selectOption('Wide')
    await shows(other.page, counted('--network', 'Wide'))
    const torn = await opened(`${hash.slice(0, 40)}!`)
    expect(await torn.page.locator('#status').textContent()).toContain('The link cannot be read')
    expect([...problems, ...other.problems, ...torn.problems]).toEqual([])
  })

  test('sweeps a parameter, compares with an example, and opens one', async () => {
    const { page, problems } = await opened()
    await page.locator('#sweep-run').click()
    await page.locator('#curves-content figure').first().waitFor()
    expect(await page.locator('#curves-content figure').count()).toBe(4)
    await page.locator('#swept-step').fill('nothing')
    await page.locator('#sweep-run').click()
    expect(await page.locator('#curves-content .problem').textContent()).toMatch(/WEFT\d+/)
    await page.locator('#against').selectOption('phantom#Small')
    await page.locator('#comparison-content figure').waitFor()
    expect(await page.locator('#comparison-content table').first().textContent()).toContain('Small')
    await page.locator('#example').selectOption('phantom')
    await page.locator('#network option', { hasText: 'Small' }).waitFor({ state: 'attached' })
    await page.locator('.cm-line', { hasText: 'network Small' }).waitFor()
    expect(await page.locator('#comparison-content').textContent()).toBe('')
    expect(problems).toEqual([])
  })

  test('makes the files that the commands make', async () => {
    const { page, problems } = await opened()
    await page.getByLabel('base, exactly').fill('4')
    await page.keyboard.press('Enter')
    await shows(page, counted('--set', 'base=4'))
    const saved = async (button: string): Promise<{ readonly name: string; readonly bytes: Buffer }> => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.locator(button).click()])
      return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) }
    }
    const model = await saved('#save-onnx')
    const compiled = runWeft(['compile', 'net.weft', '--target', 'onnx', '-o', model.name, '--set', 'base=4'], { cwd: kept }) // prettier-ignore
    expect(compiled.status).toBe(0)
    expect(model.bytes.equals(readFileSync(join(kept, model.name)))).toBe(true)
    const report = await saved('#save-report')
    expect(report.bytes.toString()).toMatch(/^<!doctype html>[^]*SHA-256 <code>[0-9a-f]{64}[^]*<\/html>\n$/)
    expect((await saved('#save-source')).bytes.toString()).toBe(spec)
    expect(problems).toEqual([])
  })

  test('trains what is open on made-up cases, by its recipe, and stops when asked', async () => {
    const recipe = `
train quick for Net {
  loss = dice(batch = true) + cross_entropy
  supervise = [logits: 1]
  optimizer = adam(lr = 1e-2)
  batch = 2
  steps = 4
  epochs = 100
}
`
    const { page, problems, accessibilityProblems } = await opened()
    await page.locator('.cm-content').focus()
    await page.keyboard.press('ControlOrMeta+End')
    await page.keyboard.insertText(recipe)
    await page.locator('#train').click()
    await page.locator('#status', { hasText: 'Trained for 20 steps.' }).waitFor()
    expect(await page.locator('#trained-content').textContent()).toMatch(
      /Best mean Dice.*Validation Dice.*recipe quick, seed 1, data phantom:.*extents=16x16,classes=1.*WebAssembly/s,
    )
    expect(await page.locator('#trained-content').textContent()).toContain('phantom_014')
    expect(await accessibilityProblems()).toEqual([])
    await page.getByLabel('patch[0], exactly').fill('15')
    await page.keyboard.press('Enter')
    await page.getByLabel('patch[1], exactly').fill('7')
    await page.keyboard.press('Enter')
    await page.locator('#totals-content').waitFor()
    await page.locator('#train').click()
    expect(await page.locator('#trained-content .problem').textContent()).toMatch(/WEFT853.*extents/)
    await page.locator('#reset').click()
    await page.locator('#network').selectOption('Wide')
    await page.locator('#train').click()
    await page.locator('#train-stop').click()
    expect(await page.locator('#status').textContent()).toBe('The training was stopped.')
    expect(problems).toEqual([])
  })

  test('asks nothing of the network, which its policy forbids on the page and in its workers', async () => {
    const { page, requests } = await opened()
    await page.locator('#architecture-content svg[role=img]').waitFor()
    const foreign = requests.filter((one) => !one.includes(serving.url) && !one.includes(' blob:') && !one.includes(' data:')) // prettier-ignore
    expect(foreign).toEqual([])
    const forbidden = `new Promise((resolve) => {
      addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective))
      fetch('https://elsewhere.invalid/').catch(() => undefined)
      setTimeout(() => resolve('allowed'), 5000)
    })`
    expect(await page.evaluate(forbidden)).toBe('connect-src')
    expect(page.workers().length).toBeGreaterThan(1)
    for (const worker of page.workers()) expect(await worker.evaluate(forbidden)).toBe('connect-src')
  })

  test('is for everybody: keyboards, readers, small windows, dark rooms', async () => {
    const wide = await opened()
    await wide.page.locator('#architecture-content svg[role=img]').waitFor()
    expect(await wide.accessibilityProblems()).toEqual([])
    await wide.page.locator('.cm-content').focus()
    await wide.page.keyboard.press('Tab')
    expect(await wide.evaluate<boolean>("document.activeElement.closest('.cm-editor') === null")).toBe(true)
    const narrow = await opened('', { width: 400, dark: true })
    await narrow.page.locator('#architecture-content svg[role=img]').waitFor()
    expect(await narrow.overflow()).toEqual([])
    expect(await narrow.accessibilityProblems()).toEqual([])
  })
})
