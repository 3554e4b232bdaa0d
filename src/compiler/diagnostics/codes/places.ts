// Where each statement and declaration belongs: the help for those that stand elsewhere.

export interface MisplacedParts {
  readonly statement: string
  /** The name that it gives, if it gives one. */
  readonly name?: string
  /** What it stands in. */
  readonly inside: string
  /** The name of the declaration around it. */
  readonly around?: string
}

const articles: ReadonlyMap<string, string> = new Map([
  ['file', 'at the top level of a file'],
  ['node', 'in a node of a fusion'],
  ['train', 'in a `train` recipe'],
  ['results', 'in a table of `results`'],
  ['sparsity', 'in the settings of a `sparsity`'],
])

export const standsIn = (inside: string): string => articles.get(inside) ?? `in a ${inside}`

const declarations: ReadonlyMap<string, string> = new Map([
  ['fn', 'functions'],
  ['block', 'blocks'],
  ['network', 'networks'],
  ['train', 'recipes'],
  ['results', 'results'],
])

const belongs: ReadonlyMap<string, string> = new Map([
  [
    'level',
    'a level stands in `backbone NAME { level[0] = … }`; any other family is a `let`: `let step[i] for i in 1..3 = …`',
  ],
  [
    'node',
    'a node stands in `fusion NAME { node[0] = … }`; any other family is a `let`: `let step[i] for i in 1..3 = …`',
  ],
  ['edge', 'an edge stands in a node of a fusion: `node[i] { edge skip = …  fuse = concat }`'],
  ['fuse', 'a `fuse` stands in a node of a fusion: `node[i] { edge skip = …  fuse = concat }`'],
  [
    'sparsity',
    'a sparsity stands in a fusion, beside its nodes: `fusion NAME { node[0] = …  sparsity 80% }`',
  ],
  ['import', 'imports stand at the top of the file, before all declarations'],
])

/** A `let` in settings, at the top level, or with `share` there. */
function letHelp(inside: string): string {
  if (inside === 'file') return 'weights are shared inside a body: `share let` stands in a network or a block'
  return 'settings have no names of their own: put the `let` at the top level of the file and read it here'
}

export function misplacedHelp({ statement, name = '', inside, around = '' }: MisplacedParts): string {
  const kind = declarations.get(statement)
  if (kind !== undefined) {
    const which = name === '' ? 'it' : `\`${statement} ${name}\``
    const beside = around === '' ? '' : `, beside \`${around}\``
    const reads =
      statement === 'fn' || statement === 'block'
        ? '; what it reads of the names here becomes its parameters'
        : ''
    return `${kind} are declared at the top level of the file: move ${which} there${beside}${reads}`
  }
  if (statement === 'let' || statement === 'share') return letHelp(inside)
  const place = belongs.get(statement)
  if (place !== undefined) return place
  if (inside === 'network')
    return 'a network has `input NAME: shape` and `output NAME = …`; `in` and `out` belong to blocks'
  if (inside === 'block')
    return 'a block has `in x` and `out …`; inputs, outputs and budgets belong to networks'
  return inside === 'file'
    ? `\`${statement}\` is a statement: it stands in the body of a network or a block`
    : `\`${statement}\` stands in the body of the network or block, outside the braces of this ${inside}`
}
