// A Chromium on this machine, for tests and benchmarks.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The usual names on PATH; then where installers of macOS and Windows put what they install. */
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']

function usualPlaces(): string[] {
  const programs = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap(
    (one) => process.env[one] ?? [],
  )
  return [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    ...programs.flatMap((one) => [
      join(one, 'Google', 'Chrome', 'Application', 'chrome.exe'),
      join(one, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
    ]),
  ]
}

/** A Chromium on this machine: the one that the environment names, else one from PATH, else from where installers put it. */
export function findBrowser(): string | undefined {
  const named = [process.env['CHROME_PATH'], process.env['PUPPETEER_EXECUTABLE_PATH']]
  const given = named.find((one) => one !== undefined && one !== '' && existsSync(one))
  if (given !== undefined) return given
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((one) => one !== '')
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(starts)
  return onPath ?? usualPlaces().find((one) => existsSync(one))
}

/** Some systems have a script of that name that only says how to install the browser. */
function starts(path: string): boolean {
  return existsSync(path) && spawnSync(path, ['--version'], { timeout: 20_000 }).status === 0
}
