// For commands that are over in a second or two: V8's optimising compiler works on other threads as soon as functions are warm, and what
// it takes there is not won back in such a time. `npm run bench -- review` measures it.
import { setFlagsFromString } from 'node:v8'

/** About ten times V8's own: how much of a function runs before it is optimised. What runs for long is optimised all the same. */
const interruptBudget = 700_000
/** Later ones have a compiler in between, which does not need this, and the flag has another name. */
const lastVersion = 11

export function expectShortRun(): void {
  const version = Number.parseInt(process.versions.v8, 10)
  if (version <= lastVersion) setFlagsFromString(`--interrupt-budget=${interruptBudget}`)
}
