// warm-process.mjs MAIN REQUESTS ANSWERS: runs the command's entry anew for each line of requests, `{args, cwd, env}`, and answers with its exit
// status. What the entry loads stays loaded.
import { createReadStream, openSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

/** @typedef {{ readonly args: string[], readonly cwd: string, readonly env: Record<string, string> }} Request */

const [, , main = '', requests = '', answers = ''] = process.argv
const entry = pathToFileURL(main).href
let calls = 0
// In the order of the other side: each open waits for its partner.
const lines = createInterface({ input: createReadStream('', { fd: openSync(requests, 'r') }) })
const answer = openSync(answers, 'w')

for await (const line of lines) {
  const { args, cwd, env } = /** @type {Request} */ (JSON.parse(line))
  process.argv.splice(1, Infinity, main, ...args)
  process.chdir(cwd)
  const before = { ...process.env }
  Object.assign(process.env, env)
  process.exitCode = undefined
  await import(`${entry}?call=${calls++}`)
  process.removeAllListeners('uncaughtException')
  for (const name of Object.keys(env)) {
    if (name in before) process.env[name] = before[name]
    else delete process.env[name]
  }
  writeSync(answer, String(process.exitCode ?? 0))
}
process.exitCode = 0
