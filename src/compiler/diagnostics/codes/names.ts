// Names, imports and declarations: 2xx.
import { code, didYouMean } from '../define.ts'
import { foreignName, foreignWord } from './foreign-words.ts'
import { misplacedHelp, standsIn, type MisplacedParts } from './places.ts'

export interface Misspelt {
  readonly name: string
  readonly suggestion: string | undefined
}

const statementForms: ReadonlyMap<string, string> = new Map([
  ['out', '`out …`'],
  ['input', '`input image: [channels, …extents]`'],
  ['output', '`output logits = …`'],
])

const secondStatementHelp: ReadonlyMap<string, string> = new Map([
  ['in', 'list the tensors in one statement: `in x, gate`'],
  ['out', 'keep one; `out [a, b]` gives several tensors'],
  ['fuse', 'keep one; `fuse = concat -> Unit(c)` is one block of two'],
  [
    'sparsity',
    'keep one; `on fuse`, `on edge` and `on edge NAME` say different densities for parts of the nodes',
  ],
])

/** Where words are known, a setting or an argument is written; elsewhere an operator or a value. */
const foreignOf = (name: string, words: readonly string[]): string | undefined =>
  words.length === 0 ? foreignName(name) : (foreignWord(name, words) ?? literals(name))

const literals = (name: string): string | undefined =>
  /^(?:true|false|none|null)$/i.test(name) ? foreignName(name) : undefined

const wordsHelp = (words: readonly string[]): string | undefined =>
  words.length === 0 ? undefined : `the words here are ${words.join(', ')}`

export const nameCodes = {
  'unknown-name': code<
    Misspelt & {
      readonly library?: string | undefined
      readonly later?: boolean
      /** The words that the place knows, where it knows some. */
      readonly words?: readonly string[]
      /** What is called, where the name is one of its parameters and stands before `==`. */
      readonly parameterOf?: string
      /** The parameter for which it was given from outside, as by `--set`. */
      readonly argument?: string | undefined
    }
  >({
    code: 'WEFT201',
    severity: 'error',
    message: (p) => `unknown name \`${p.name}\``,
    help: (p) =>
      p.later === true
        ? 'a default sees only the parameters before its own: change their order'
        : p.parameterOf !== undefined
          ? `an argument of \`${p.parameterOf}\` is named with \`=\`: \`${p.name} = …\``
          : p.library === undefined
            ? (foreignOf(p.name, p.words ?? []) ??
              didYouMean(p.suggestion) ??
              wordsHelp(p.words ?? []) ??
              (p.argument === undefined
                ? 'declare it with `let`, `fn` or `block`, add it as a parameter, or import it'
                : `only names of the file can stand here, and a string has quotes: --set '${p.argument}="${p.name}"'`))
            : `import it: \`import { ${p.name} } from "${p.library}"\``,
    remedy: (p) =>
      p.library === undefined || p.later === true || p.parameterOf !== undefined
        ? undefined
        : { kind: 'import', name: p.name, from: p.library },
    explanation: `
A name must be a parameter, a \`let\`, a declaration of the file, an import, an operator or a function of the language.
Order does not matter inside a body: a name may be used above its \`let\`. The default of a parameter sees the parameters before it.

\`\`\`weft
block Unit(c: int) = conv(c, 3) -> leaky_rule(0.01)   // WEFT201: did you mean \`leaky_relu\`?
\`\`\`
`,
  }),
  'duplicate-name': code<{ readonly name: string; readonly kind?: 'binding' | 'output' }>({
    code: 'WEFT202',
    severity: 'error',
    message: (p) => `\`${p.name}\` is declared twice`,
    help: (p) =>
      p.kind === undefined
        ? 'rename one of them; several rules of one family need indices (`let x[0] = …`, `let x[i] for i in 1..3 = …`)'
        : 'rename one of them',
    explanation: `
One name means one thing in a file, a parameter list or a body. Only the rules of a family share a name, and they carry indices.
An inner name may hide an outer one.

\`\`\`weft
let width = 32
fn width(i: int) = 32 * 2^i      // WEFT202
\`\`\`
`,
  }),
  'unused-name': code<{ readonly name: string; readonly role: string }>({
    code: 'WEFT203',
    severity: 'warning',
    message: (p) =>
      p.role === 'import' ? `import \`${p.name}\` is never used` : `\`${p.name}\` (${p.role}) is never used`,
    help: () => 'remove it, or begin its name with `_` to keep it on purpose',
    explanation: `
A name that nothing reads is usually a slip: a branch that was meant to be fused, a parameter that has no effect. What nothing needs is
not built either, so an unused \`let\` adds no weights. Begin the name with \`_\` to say that it is meant.
`,
  }),
  'import-not-found': code<{ readonly path: string; readonly suggestion: string | undefined }>({
    code: 'WEFT204',
    severity: 'error',
    message: (p) => `cannot find \`${p.path}\``,
    help: (p) =>
      didYouMean(p.suggestion) ?? 'imports are relative to the importing file, or begin with `std/`',
    explanation: `
An import names a file relative to the importing one (\`"./blocks"\`, \`"../lib/heads.weft"\`) or a file of the standard library
(\`"std/blocks"\`). The ending \`.weft\` may be left out.
`,
  }),
  'import-escapes-project': code<{ readonly path: string }>({
    code: 'WEFT205',
    severity: 'error',
    message: (p) => `import \`${p.path}\` leaves the project`,
    help: () =>
      'use a path with `/` that is relative to this file and stays inside the project folder (`--project` sets it)',
    explanation: `
A spec reads files of its own project and the standard library, nothing else: no absolute paths, no URLs, no \`..\` above the project
folder. So a spec means the same on every machine. The project is the working folder if the file lies below it, else the file's folder.
`,
  }),
  'cyclic-import': code<{ readonly chain: readonly string[] }>({
    code: 'WEFT206',
    severity: 'error',
    message: (p) => `files import each other: ${p.chain.join(' -> ')}`,
    help: () => 'move what both need into a third file',
    explanation: `
Files are read before the files that import them, so imports cannot form a cycle. Move the shared declarations into a file of their own.
`,
  }),
  'import-name-missing': code<Misspelt & { readonly file: string; readonly known: readonly string[] }>({
    code: 'WEFT207',
    severity: 'error',
    message: (p) => `\`${p.file}\` declares no \`${p.name}\``,
    help: (p) =>
      didYouMean(p.suggestion) ??
      (p.known.length === 0 ? 'it declares nothing' : `it declares ${p.known.join(', ')}`),
    explanation: `
Every \`fn\`, \`block\`, \`network\` and top-level \`let\` of a file can be imported from it. Names that the file itself imported cannot:
import them from where they are declared.
`,
  }),
  'unknown-type': code<Misspelt & { readonly known: readonly string[] }>({
    code: 'WEFT208',
    severity: 'error',
    message: (p) => `unknown type \`${p.name}\``,
    help: (p) =>
      didYouMean(p.suggestion) ??
      `the types are ${p.known.join(', ')}, lists \`[int]\` and alternatives \`int | [int]\``,
    explanation: `
Parameters are declared with \`int\`, \`float\`, \`bool\`, \`string\`, \`block\`, \`fn\`, \`tensor\`, \`axis\`, \`init\`, \`padding\` or \`any\`, lists of them (\`[int]\`,
\`[[int]]\`) and alternatives (\`int | [int]\`).
`,
  }),
  'misplaced-statement': code<MisplacedParts>({
    code: 'WEFT209',
    severity: 'error',
    message: (p) => `\`${p.statement}\` cannot stand ${standsIn(p.inside)}`,
    help: misplacedHelp,
    explanation: `
A block is applied to tensors: \`in x … out y\`. A network is what the tools compile: \`input image: [1, 64, 64] … output logits = …\`, with
\`aux output\` and \`budget\`. Both may have \`let\`, \`backbone\`, \`fusion\` and \`assert\`. Levels stand in a backbone, nodes and \`sparsity\` in a
fusion, edges and \`fuse\` in a node.

Functions, blocks, networks, recipes and results are declared at the top level of the file, never inside one another. A block that is
declared there sees no names of a network: what it needs, it takes as parameters.

\`\`\`weft
network N {
  input x: [4, 16, 16]
  block Unit(c: int) = conv(c, 3) -> relu      // WEFT209: move it above the network
  output y = x -> Unit(8)
}
\`\`\`
`,
  }),
  'missing-statement': code<{
    readonly name: string
    readonly missing: readonly string[]
    readonly dropped?: boolean
  }>({
    code: 'WEFT210',
    severity: 'error',
    message: (p) =>
      p.dropped === true
        ? `with these arguments \`${p.name}\` has no \`output\` left`
        : `\`${p.name}\` has ${p.missing.map((one) => `no \`${one}\``).join(' and ')}`,
    help: (p) =>
      p.dropped === true
        ? 'an `if` or an empty range leaves all of them out: one must remain'
        : `add ${p.missing.map((one) => statementForms.get(one)).join(' and ')}`,
    explanation: `
A block with a body needs \`out\`, and an \`in\` unless it takes no tensor; a network needs at least one \`input\` and one \`output\`.
`,
  }),
  'statement-given-twice': code<{ readonly statement: string }>({
    code: 'WEFT211',
    severity: 'error',
    message: (p) => `a second \`${p.statement}\``,
    help: (p) => secondStatementHelp.get(p.statement),
    explanation: `
A block has one \`in\` (with one or more names) and one \`out\`; a fusion node has one \`fuse\`; a fusion has one \`sparsity\` for all its weights, one \`on
fuse\`, one \`on edge\`, and one for each name of an edge.
`,
  }),
} as const
