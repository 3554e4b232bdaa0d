// The order in which the native binding is set up: nothing where it works, then the official download, then a build. What each step
// does is given from outside.

/** What a step came to. `why` is one line. */
export type Outcome = { readonly done: true } | { readonly done: false; readonly why: string }

export type Checked =
  { readonly works: true; readonly description: string } | { readonly works: false; readonly why: string }

export interface Steps {
  /** Loads the binding in a process of its own and computes with it. */
  check(): Checked
  hasPackage(): boolean
  /** From the npm registry, without its install script. */
  installPackage(): Outcome
  /** The binary that the package's authors publish. */
  download(): Promise<Outcome>
  /** Against the TensorFlow of an installed Python package. */
  build(): Promise<Outcome>
  /** Takes back what the last download or build put in place. */
  undo(): void
}

/** How the binding got there. */
export type Way = 'download' | 'build'

export type SetUp =
  | { readonly kind: 'ready'; readonly way: 'already' | Way; readonly description: string }
  | {
      readonly kind: 'failed'
      readonly reasons: readonly { readonly way: Way | 'package'; readonly why: string }[]
    }

const titles: Readonly<Record<Way, string>> = {
  download: 'the official download',
  build: 'a build against the TensorFlow of a Python package',
}

/** Without a way that is asked for, a binding that works is left as it is, and both ways are tried in turn. */
export async function setUp(steps: Steps, say: (line: string) => void, asked?: Way): Promise<SetUp> {
  if (asked === undefined) {
    const now = steps.check()
    if (now.works) return { kind: 'ready', way: 'already', description: now.description }
    say(`It does not work yet: ${now.why}`)
  }
  if (!steps.hasPackage()) {
    say('@tensorflow/tfjs-node is not installed: getting it from the npm registry')
    const got = steps.installPackage()
    if (!got.done) return { kind: 'failed', reasons: [{ way: 'package', why: got.why }] }
  }
  const reasons: { way: Way; why: string }[] = []
  for (const way of asked === undefined ? (['download', 'build'] as const) : [asked]) {
    say(`Trying ${titles[way]}`)
    const made = await (way === 'download' ? steps.download() : steps.build())
    const checked = made.done ? steps.check() : { works: false as const, why: made.why }
    if (checked.works) return { kind: 'ready', way, description: checked.description }
    if (made.done) steps.undo()
    const why = made.done ? `what it made does not work: ${checked.why}` : checked.why
    say(`  failed: ${why}`)
    reasons.push({ way, why })
  }
  return { kind: 'failed', reasons }
}
