// The official binary: what the install script of @tensorflow/tfjs-node does, in a copy of the package and with time limits.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { run } from './command.ts'
import type { PackageFolder } from './package-folder.ts'
import type { Outcome } from './set-up.ts'

const host = 'https://storage.googleapis.com'
/** A closed network may swallow requests; without an answer in this time nothing is downloaded. */
const answerSeconds = 10
/** About 100 MB to fetch; where no binary fits the machine the script goes on to compile. */
const downloadSeconds = 1200

/** `variables` may name a mirror or a proxy, which the script reads and a request from here would not go through. */
export async function download(
  folder: PackageFolder,
  bin: string,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Outcome> {
  const elsewhere = /^(?:tfjs_node_cdn_storage|tfjs_node_base_uri|cdn_storage|https?_proxy)$/i
  if (!Object.keys(variables).some((name) => elsewhere.test(name))) {
    const why = await unreachable(host)
    if (why !== undefined) return { done: false, why: `${host} cannot be reached: ${why}` }
  }
  return folder.replaceParts((copy) => {
    // The script calls node-pre-gyp by its name.
    const path = `${bin}${delimiter}${variables['PATH'] ?? ''}`
    const options = { cwd: copy, env: { PATH: path }, seconds: downloadSeconds }
    const { ok, why } = run(process.execPath, ['scripts/install.js'], options)
    if (!ok) return { done: false as const, why }
    // Some failures leave the script's exit status at 0.
    if (!existsSync(join(copy, 'lib'))) return { done: false as const, why: 'its script made no binding' }
    return { done: true as const }
  })
}

async function unreachable(url: string): Promise<string | undefined> {
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(answerSeconds * 1000) })
    return undefined
  } catch (error) {
    const cause: unknown = error instanceof Error ? (error.cause ?? error) : error
    return cause instanceof Error ? cause.message : String(cause)
  }
}
