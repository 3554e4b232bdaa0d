// weft deploy: the page of a model in a real browser gives the label map of `weft predict`, keeps everything to itself, and says what is wrong.
// The model is the one of test/cli/import-model.test.ts; one of Hippocampus is in test/node/models/.
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { packageFolder } from '../../src/node/deploy/installed.ts'
import { serveFolder } from '../../src/node/serve-folder.ts'
import { memoryRefusal } from '../../src/pages/deploy/client/memory.ts'
import { repository } from '../examples/compile-example.ts'
import { describeInBrowser, type OpenedSite, type OpenSite } from '../support/browser.ts'
import { said } from '../support/datasets.ts'
import { startWeft, workspace, type Outcome } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'

const tiny = join(repository, 'test/node/models/tiny')

/** An imported model, made once. */
const kept = mkdtempSync(join(tmpdir(), 'weft-deploy-test-'))
const model = join(kept, 'out')
const site = join(kept, 'site')
afterAll(() => rmSync(kept, { recursive: true }))
beforeAll(() => {
  const cwd = kept
  cpSync(tiny, cwd, { recursive: true })
  const failed = [runWeft(['import', 'model', 'model', '-o', 'out'], { cwd }), deploying(cwd)].find((one) => one.status !== 0) // prettier-ignore
  if (failed !== undefined) throw new Error(failed.stderr)
})

const deploying = (cwd: string, ...more: readonly string[]): Outcome =>
  runWeft(['deploy', model, '-o', 'site', ...more], { cwd })

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(folder.length + 1))
    .toSorted()

describe('a model', () => {
  test('becomes a folder of static files, which another deployment takes the place of', () => {
    const cwd = workspace()
    const { status, stdout } = deploying(cwd)
    expect(status).toBe(0)
    expect(stdout).toMatch(/^wrote site {2}14 files, [\d,]+ bytes\nMadeUp3dFullres, 1 network, channel 0 to background, soft, hard\n$/) // prettier-ignore
    const site = join(cwd, 'site')
    const files = filesIn(site)
    expect(files).toEqual([
      'app.js',
      'fold_0.onnx',
      'index.html',
      'licences.txt',
      'niivue/niivue.js',
      'onnxruntime/ort-wasm-simd-threaded.asyncify.mjs',
      'onnxruntime/ort-wasm-simd-threaded.asyncify.wasm',
      'onnxruntime/ort-wasm-simd-threaded.mjs',
      'onnxruntime/ort-wasm-simd-threaded.wasm',
      'onnxruntime/ort.wasm.min.mjs',
      'onnxruntime/ort.webgpu.min.mjs',
      'pipeline.json',
      'style.css',
      'worker.js',
    ])
    const described = JSON.parse(readFileSync(join(site, 'pipeline.json'), 'utf8')) as { files: string[] }
    expect(described.files.toSorted()).toEqual(files)
    writeFileSync(join(site, 'pipeline.json'), JSON.stringify({ ...described, files: [...described.files, 'old.onnx'] })) // prettier-ignore
    writeFileSync(join(site, 'old.onnx'), '')
    writeFileSync(join(site, 'note.txt'), 'of a person')
    expect(deploying(cwd).status).toBe(0)
    expect(filesIn(site)).toEqual([...files, 'note.txt'].toSorted())
  })

  test('goes into no folder that holds something else', () => {
    const cwd = workspace()
    mkdirSync(join(cwd, 'site'))
    writeFileSync(join(cwd, 'site', 'thesis.txt'), '')
    const { status, stderr } = deploying(cwd)
    expect(status).toBe(1)
    expect(stderr).toContain('thesis.txt')
    expect(filesIn(join(cwd, 'site'))).toEqual(['thesis.txt'])
  })

  test('is what can be deployed: no run that is damaged, no folder of nnU-Net, nothing', () => {
    const cwd = workspace()
    mkdirSync(join(cwd, 'run'))
    writeFileSync(join(cwd, 'run', 'run.json'), '{}')
    const refused = (path: string): Outcome => runWeft(['deploy', path, '-o', 'site'], { cwd })
    expect(refused('run')).toMatchObject({ status: 1, stderr: expect.stringContaining('WEFT864') as string })
    expect(refused(join(tiny, 'model')).stderr).toContain('weft import model')
    expect(refused('nothing').stderr).toContain('WEFT884')
    expect(readdirSync(cwd)).toEqual(['run'])
  })

  test('needs a place, and a port that is one', () => {
    const cwd = workspace()
    expect(runWeft(['deploy', model], { cwd }).stderr).toContain('--output, or --serve for a look')
    expect(runWeft(['deploy', model, '--serve', '--port', '70000'], { cwd }).stderr).toContain('65535')
  })

  test('carries packages along that may be absent', () => {
    expect(said(packageFolder('onnxruntime-nowhere', 'the page runs its networks by it'))).toBe(
      'deploy-package: onnxruntime-nowhere is not installed, and the page runs its networks by it',
    )
  })

  test('is not served where something else listens', async () => {
    const first = await serveFolder(site, { port: 0 })
    if (isProblem(first)) throw new Error(said(first))
    onTestFinished(() => first.close())
    const { port } = new URL(first.url)
    expect(said(await serveFolder(site, { port: Number(port) }))).toBe(
      `port-unusable: port ${port} cannot be listened on: another program does already`,
    )
  })

  test('is served for a look, to this machine, until a signal ends it', async () => {
    const child = startWeft(['deploy', model, '--serve', '--port', '0'], workspace())
    if (child.stdout === null) throw new Error('it says nothing')
    const [shown] = (await once(child.stdout, 'data')) as [Buffer]
    const [url = ''] = /http:\S+/.exec(shown.toString()) ?? []
    const answer = await fetch(url)
    expect(answer.headers.get('content-security-policy')).toContain("connect-src 'self'")
    expect(answer.headers.get('cross-origin-embedder-policy')).toBe('require-corp')
    expect(await answer.text()).toContain('<h1>MadeUp</h1>')
    expect((await fetch(`${url}..%2f..%2fetc/passwd`)).status).toBe(404)
    expect((await fetch(`${url}/nothing.js`)).status).toBe(404)
    expect((await fetch(`${url}/`)).status).toBe(200)
    expect((await fetch(url, { method: 'POST' })).status).toBe(405)
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([0, null])
  })
})

// ---------------------------------------------------------------- in a browser

/** The site in a folder below a plain host's root, which sends no headers. */
async function opened(openSite: OpenSite): Promise<OpenedSite> {
  const serving = await serveFolder(site, { port: 0, prefix: '/models/made-up/' })
  if (isProblem(serving)) throw new Error(JSON.stringify(serving))
  onTestFinished(() => serving.close())
  const opening = await openSite(serving.url)
  await opening.page.locator('#status', { hasText: 'Ready' }).waitFor()
  return opening
}

/** Of WebGL on a processor: no fault of a page. */
const ofDriver = /GL Driver Message .*GPU stall/

/** As a file manager does. */
async function drop(page: Page, name: string, content: Uint8Array): Promise<void> {
  const base64 = Buffer.from(content).toString('base64')
  const transfer = await page.evaluateHandle(`(() => {
    const bytes = Uint8Array.from(atob('${base64}'), (one) => one.charCodeAt(0))
    const transfer = new DataTransfer()
    transfer.items.add(new File([bytes], '${name}'))
    return transfer
  })()`)
  await page.dispatchEvent('#drop', 'drop', { dataTransfer: transfer })
}

const image = readFileSync(join(tiny, 'images/case_0000.nii.gz'))

/** What `weft predict` writes, unpacked. */
function predicted(): Uint8Array {
  const cwd = workspace()
  expect(runWeft(['predict', model, '-i', join(tiny, 'images'), '-o', 'found'], { cwd }).status).toBe(0)
  return gunzipSync(readFileSync(join(cwd, 'found/case.nii.gz')))
}

async function saved(page: Page): Promise<{ readonly name: string; readonly content: Uint8Array }> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#save').click()])
  return { name: download.suggestedFilename(), content: gunzipSync(readFileSync(await download.path())) }
}

describe('memory', () => {
  const gib = 2 ** 30
  const demand = { tiles: 1, arrays: 3 * gib, networks: gib }
  test.each([
    ['fits', demand, { deviceMemory: 8, isWasm: true }, /it fits/],
    [
      'is less than a small device has',
      demand,
      { deviceMemory: 2, isWasm: false },
      /about 4.3 GB .* 2.1 GB may be used/,
    ],
    ['is unknown', { ...demand, arrays: 4 * gib }, { deviceMemory: undefined, isWasm: true }, /about 5.4 GB/],
    [
      'is more than WebAssembly has',
      { ...demand, networks: 5 * gib },
      { deviceMemory: 8, isWasm: true },
      /WebAssembly has 4.3 GB/,
    ],
    [
      'is enough on a graphics card',
      { ...demand, networks: 5 * gib },
      { deviceMemory: 8, isWasm: false },
      /it fits/,
    ],
  ])('%s', (_, needed, given, said) => {
    const refusal = memoryRefusal(needed, given)
    expect(refusal ?? 'it fits').toMatch(said)
  })
})

describeInBrowser('a deployed model', (_, openSite) => {
  test('segments what is dropped as weft predict does, and asks for files of its folder alone', async () => {
    const opening = await opened(openSite)
    const { page, problems, requests } = opening
    expect(await opening.accessibilityProblems()).toEqual([])
    const workers: string[] = []
    page.on('worker', (worker) => workers.push(worker.url()))
    await drop(page, 'case_0000.nii.gz', image)
    await page.locator('#run').click()
    await page.locator('#status', { hasText: 'Segmented' }).waitFor()
    expect(await page.locator('#results tbody').innerText()).toMatch(/soft\s+0.26 ml\s+hard\s+0.38 ml/)
    const { name, content } = await saved(page)
    expect(name).toBe('case_labels.nii.gz')
    expect(Buffer.compare(content, predicted())).toBe(0)
    const base = page.url()
    const foreign = requests.filter((one) => !one.startsWith(`GET ${base}`) && !one.startsWith('GET blob:'))
    expect(foreign).toEqual([])
    // Only such a worker is under the policy of the page.
    expect(workers.every((one) => one.startsWith('blob:')) && workers.length > 0).toBe(true)
    expect(await opening.accessibilityProblems()).toEqual([])
    expect(await opening.overflow()).toEqual([])
    expect(problems.filter((one) => !ofDriver.test(one))).toEqual([])
  })

  test('has a policy that is in force on the page and in its workers', async () => {
    const reached: string[] = []
    const other = createServer((request, response) => {
      reached.push(request.url ?? '')
      response.writeHead(200, { 'Access-Control-Allow-Origin': '*' }).end()
    })
    other.listen(0, 'localhost')
    await once(other, 'listening')
    onTestFinished(() => void other.close())
    const address = other.address()
    const url = `http://localhost:${typeof address === 'object' ? address?.port : ''}`
    expect((await fetch(`${url}/it-answers`)).status).toBe(200)
    const { evaluate, problems } = await opened(openSite)
    const outcome = await evaluate(`(async () => {
      const sent = (path) => fetch('${url}' + path).then(() => 'sent', () => 'refused')
      const program = "fetch('${url}/worker').then(() => postMessage('sent'), () => postMessage('refused'))"
      const worker = new Worker(URL.createObjectURL(new Blob([program], { type: 'text/javascript' })), { type: 'module' })
      const byWorker = await new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data) })
      const script = document.createElement('script')
      script.textContent = 'document.title = "ran"'
      document.head.append(script)
      return [await sent('/page'), byWorker, document.title]
    })()`)
    expect(outcome).toEqual(['refused', 'refused', 'MadeUp: segmentation'])
    expect(reached).toEqual(['/it-answers'])
    expect(problems.join('\n')).toContain('Content Security Policy')
  })

  test('is worked by the keyboard, and can be given up', async () => {
    const { page, problems, evaluate } = await opened(openSite)
    await page.locator('#channel-0').setInputFiles({ name: 'case.nii.gz', mimeType: '', buffer: image })
    await page.locator('#run').focus()
    await page.keyboard.press('Enter')
    expect(await evaluate('document.activeElement.id')).toBe('cancel')
    await page.keyboard.press('Enter')
    await page.locator('#status', { hasText: 'Cancelled' }).waitFor()
    expect(await page.locator('#save').isDisabled()).toBe(true)
    await page.locator('#layout').selectOption('axial')
    await page.locator('#place-2').focus()
    const before = await page.locator('#place-2').inputValue()
    await page.keyboard.press('ArrowRight')
    expect(await page.locator('#place-2').inputValue()).not.toBe(before)
    expect(problems.filter((one) => !ofDriver.test(one))).toEqual([])
  })

  test('gives up what it does where other images take the place of those', async () => {
    const { page, evaluate } = await opened(openSite)
    await drop(page, 'case_0000.nii.gz', image)
    // In one turn of the page, before the worker can be done.
    await evaluate(`(() => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([document.querySelector('#channel-0').files[0]], 'other_0000.nii.gz'))
      document.querySelector('#run').click()
      document.querySelector('#drop').dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true }))
    })()`)
    expect(await page.locator('#cancel').isVisible()).toBe(false)
    expect(await page.locator('#work').isVisible()).toBe(false)
    expect(await page.locator('#status').innerText()).toBe('Ready to segment.')
    await page.locator('#run').click()
    await page.locator('#status', { hasText: 'Segmented' }).waitFor()
    expect((await saved(page)).name).toBe('other_labels.nii.gz')
  })

  test('says what is wrong with an image', async () => {
    const { page } = await opened(openSite)
    const raw = gunzipSync(image)
    const damaged = Buffer.from(image)
    damaged.writeUInt32LE(1, damaged.length - 8)
    const cases: readonly (readonly [content: Uint8Array, said: RegExp])[] = [
      [raw.subarray(0, raw.length - 100), /case\.nii .*bytes/],
      [image.subarray(0, image.length - 60), /gzip data end too early/],
      [damaged, /gzip data are damaged/],
      [new TextEncoder().encode('no volume'.repeat(100)), /no NIfTI header/],
    ]
    for (const [content, said] of cases) {
      await drop(page, 'case.nii', content)
      await page.locator('#run').click()
      await page.locator('#problem').waitFor()
      expect(await page.locator('#problem').innerText()).toMatch(said)
      expect(await page.locator('#save').isDisabled()).toBe(true)
    }
  })

  test('reads packed files of several members', async () => {
    const { page } = await opened(openSite)
    const raw = gunzipSync(image)
    const members = [raw.subarray(0, 400), raw.subarray(400, 3000), raw.subarray(3000)].map((one) =>
      gzipSync(one),
    )
    await drop(page, 'case.nii.gz', Buffer.concat(members))
    await page.locator('#run').click()
    await page.locator('#status', { hasText: 'Segmented' }).waitFor()
    expect(Buffer.compare((await saved(page)).content, predicted())).toBe(0)
  })
})
