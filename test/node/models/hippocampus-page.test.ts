// A case of Hippocampus on the page of a model that was trained on others: dropped there, it gets the labels of weft predict.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { isProblem } from '../../../src/compiler/diagnostics/diagnostic.ts'
import { serveFolder } from '../../../src/node/serve-folder.ts'
import { repository } from '../../examples/compile-example.ts'
import { describeInBrowser } from '../../support/browser.ts'
import { plansPython } from '../../support/python.ts'
import { runWeft, workspace } from '../../support/run-weft.ts'

const dataset = join(repository, '../shared/data/Dataset004_Hippocampus')
const isSkipped = plansPython === undefined || !existsSync(dataset)
if (!existsSync(dataset))
  process.stderr.write(`${dataset} is not there: the page is not tested with Hippocampus\n`)

const minute = 60_000

/** Anterior and posterior, and background that is most of it. */
function expectStructures(labels: Uint8Array): void {
  const counts = [0, 1, 2].map((label) => labels.reduce((sum, one) => sum + Number(one === label), 0))
  expect(Math.min(...counts)).toBeGreaterThan(100)
}

describeInBrowser('a case of Hippocampus', (_, openSite) => {
  test.skipIf(isSkipped)(
    'gets the labels of weft predict',
    async () => {
      const cwd = workspace()
      const script = join(import.meta.dirname, 'peers/hippocampus.py')
      const trained = spawnSync(plansPython ?? '', ['-B', '-W', 'ignore', script, dataset, cwd], {
        encoding: 'utf8',
      })
      expect(trained.status, trained.stderr).toBe(0)
      for (const args of [
        ['import', 'model', 'model', '-o', 'weft'],
        ['predict', 'weft', '-i', 'images', '-o', 'expected'],
        ['deploy', 'weft', '-o', 'site'],
      ])
        expect(runWeft(args, { cwd })).toMatchObject({ status: 0 })
      const expected = gunzipSync(readFileSync(join(cwd, 'expected/case.nii.gz')))
      expectStructures(expected.subarray(352))
      const serving = await serveFolder(join(cwd, 'site'), { port: 0 })
      if (isProblem(serving)) throw new Error(JSON.stringify(serving))
      onTestFinished(() => serving.close())
      const { page } = await openSite(serving.url)
      await page.locator('#status', { hasText: 'Ready' }).waitFor()
      await page.locator('#channel-0').setInputFiles(join(cwd, 'images/case_0000.nii.gz'))
      await page.locator('#run').click()
      await page.locator('#status', { hasText: 'Segmented' }).waitFor({ timeout: 2 * minute })
      const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#save').click()])
      const found = gunzipSync(readFileSync(await download.path()))
      // WebAssembly and the native runtime round otherwise: a voxel may lie between two labels.
      const differing = found.reduce((sum, byte, at) => sum + Number(byte !== expected[at]), 0)
      expect(found.length).toBe(expected.length)
      expect(differing / (expected.length - 352)).toBeLessThan(1e-4)
    },
    5 * minute,
  )
})
