// The abstract syntax tree: readonly data, one interface per construct, each with a word for a kind and its span.
// Knows nothing of Chevrotain, of types or of tensors. No node knows its parent.
import type { Span } from '../text/source.ts'

interface Syntax {
  readonly span: Span
}

export interface Ident extends Syntax {
  readonly kind: 'Ident'
  readonly name: string
}

// ---------------------------------------------------------------- files and declarations

export interface File extends Syntax {
  readonly kind: 'File'
  /** The doc comment that opens the file, when a blank line separates it from the first declaration. */
  readonly doc?: string
  readonly imports: readonly ImportDecl[]
  readonly declarations: readonly Declaration[]
}

export interface ImportDecl extends Syntax {
  readonly kind: 'ImportDecl'
  readonly names: readonly ImportName[]
  readonly from: StringLiteral
}

/** `Name` or `Name as Alias`. */
export interface ImportName extends Syntax {
  readonly kind: 'ImportName'
  readonly name: Ident
  readonly alias?: Ident
}

export type Declaration = NamedDecl | UnpackStmt

export type NamedDecl = FnDecl | BlockDecl | NetworkDecl | ConstDecl | TrainDecl | ResultsDecl

/** `fn width(i: int): int = min(32 * 2^i, 320)` */
export interface FnDecl extends Syntax {
  readonly kind: 'FnDecl'
  readonly doc?: string
  readonly name: Ident
  readonly params: readonly Param[]
  readonly returns?: TypeExpr
  readonly body: Expr
}

/** `block Unit(c: int) = conv(c, 3) -> relu`, or with a body of statements. */
export interface BlockDecl extends Syntax {
  readonly kind: 'BlockDecl'
  readonly doc?: string
  readonly name: Ident
  readonly params: readonly Param[]
  readonly body: BlockBody
}

/** `network UNet(base: int = 64) { … }`, or a variant `network Small = UNet(base = 16)`. */
export interface NetworkDecl extends Syntax {
  readonly kind: 'NetworkDecl'
  readonly doc?: string
  readonly name: Ident
  readonly params: readonly Param[]
  readonly body: BlockBody
}

/** A constant of the file: `let kernels = [[1,3,3], [3,3,3]]`. */
export interface ConstDecl extends Syntax {
  readonly kind: 'ConstDecl'
  readonly doc?: string
  readonly name: Ident
  readonly value: Expr
}

/** `train amos for E2ENet(classes = 16) { … }` */
export interface TrainDecl extends Syntax {
  readonly kind: 'TrainDecl'
  readonly doc?: string
  readonly name: Ident
  readonly network: Ident
  readonly args: readonly Argument[]
  readonly settings: readonly Setting[]
}

/** `results amos for E2ENet(classes = 16) { … }`: figures that were measured, each for the arguments of the block and its own. */
export interface ResultsDecl extends Syntax {
  readonly kind: 'ResultsDecl'
  readonly doc?: string
  readonly name: Ident
  readonly network: Ident
  readonly args: readonly Argument[]
  readonly entries: readonly ResultEntry[]
}
/** `dice = 90.2% at S = 70%, base = 48`; every argument of `at` has a name. */
export interface ResultEntry extends Syntax {
  readonly kind: 'ResultEntry'
  readonly metric: Ident
  readonly value: Expr
  readonly at: readonly Argument[]
}

export interface Param extends Syntax {
  readonly kind: 'Param'
  readonly doc?: string
  readonly name: Ident
  readonly type?: TypeExpr
  readonly default?: Expr
}

/** `int`, `[[int]]`, `int | [int]`. */
export type TypeExpr = NamedType | ListType | UnionType
export interface NamedType extends Syntax {
  readonly kind: 'NamedType'
  readonly name: string
}
export interface ListType extends Syntax {
  readonly kind: 'ListType'
  readonly item: TypeExpr
}
export interface UnionType extends Syntax {
  readonly kind: 'UnionType'
  readonly options: readonly TypeExpr[]
}

// ---------------------------------------------------------------- bodies

export type BlockBody = ExprBody | StatementBody
/** `= expr` */
export interface ExprBody extends Syntax {
  readonly kind: 'ExprBody'
  readonly value: Expr
}
/** `{ … }` */
export interface StatementBody extends Syntax {
  readonly kind: 'StatementBody'
  readonly statements: readonly Statement[]
}

export type Statement =
  | InStmt
  | InputStmt
  | LetStmt
  | UnpackStmt
  | BackboneStmt
  | FusionStmt
  | OutStmt
  | OutputStmt
  | KeepStmt
  | BudgetStmt
  | AssertStmt

/** `in x`, `in x, gate`, `in x, ...others`: the tensors a block is applied to; `rest` names the list of those that are left. */
export interface InStmt extends Syntax {
  readonly kind: 'InStmt'
  readonly names: readonly Ident[]
  readonly rest?: Ident
}

/** `input image: [in_channels, ...patch]`: a network's input, channels first, without the batch. */
export interface InputStmt extends Syntax {
  readonly kind: 'InputStmt'
  readonly doc?: string
  readonly name: Ident
  readonly shape: Expr
}

/** `let x = …`, `let head[k] for k in 0..3 = …` (one rule of a family), `share let tower = …`. */
export interface LetStmt extends Syntax {
  readonly kind: 'LetStmt'
  readonly shared: boolean
  readonly name: Ident
  /** Present for a family rule; empty lists do not occur. */
  readonly indices?: readonly Expr[]
  readonly clause?: ForClause
  readonly value: Expr
}

/** `let [q, k, v] = …`, `share let [a, b] = …`: names for the items of a list, as many as it has. `_` names nothing. */
export interface UnpackStmt extends Syntax {
  readonly kind: 'UnpackStmt'
  readonly shared: boolean
  readonly pattern: NameList
  readonly value: Expr
}
/** `[q, k, v]` */
export interface NameList extends Syntax {
  readonly kind: 'NameList'
  readonly names: readonly Ident[]
}

/** `for j in 1..depth, i in 0..depth-j if p(i, j)`; the later bindings see the earlier ones. */
export interface ForClause extends Syntax {
  readonly kind: 'ForClause'
  readonly bindings: readonly ForBinding[]
  readonly condition?: Expr
}
export interface ForBinding extends Syntax {
  readonly kind: 'ForBinding'
  readonly name: Ident
  readonly range: Expr
}

/** `backbone encoder { let … level[0] = … level[i] for i in 1..4 = … }` */
export interface BackboneStmt extends Syntax {
  readonly kind: 'BackboneStmt'
  readonly name: Ident
  readonly members: readonly (LetStmt | UnpackStmt | LevelRule)[]
}
export interface LevelRule extends Syntax {
  readonly kind: 'LevelRule'
  readonly indices: readonly Expr[]
  readonly clause?: ForClause
  readonly value: Expr
}

/** `fusion lattice { node[i, 0] for … = …  node[i, j] for … { edge … fuse = … }  sparsity S { … } }` */
export interface FusionStmt extends Syntax {
  readonly kind: 'FusionStmt'
  readonly name: Ident
  readonly members: readonly (LetStmt | UnpackStmt | NodeRule | SparsityClause)[]
}
export interface NodeRule extends Syntax {
  readonly kind: 'NodeRule'
  readonly indices: readonly Expr[]
  readonly clause?: ForClause
  readonly body: NodeAlias | NodeBody
}
/** `= encoder[i]`: the node is that tensor. */
export interface NodeAlias extends Syntax {
  readonly kind: 'NodeAlias'
  readonly value: Expr
}
/** `{ let … edge … fuse = … }`; `fuse` is absent only after a parse or a user's mistake. */
export interface NodeBody extends Syntax {
  readonly kind: 'NodeBody'
  readonly lets: readonly (LetStmt | UnpackStmt)[]
  readonly edges: readonly EdgeDecl[]
  readonly fuses: readonly FuseDecl[]
}
/** `edge upward = … if i > 0`, or a family `edge skip[k] for k in 0..j-1 = node[i, k]`. */
export interface EdgeDecl extends Syntax {
  readonly kind: 'EdgeDecl'
  readonly name: Ident
  readonly indices?: readonly Expr[]
  readonly clause?: ForClause
  readonly value: Expr
  readonly condition?: Expr
}
export interface FuseDecl extends Syntax {
  readonly kind: 'FuseDecl'
  readonly value: Expr
}
/** `sparsity S`, `sparsity 80% on fuse`, `sparsity S on edge upward { init = erk }`. */
export interface SparsityClause extends Syntax {
  readonly kind: 'SparsityClause'
  readonly value: Expr
  readonly on?: 'edge' | 'fuse'
  /** Only after `on edge`: the edges of this name. */
  readonly edge?: Ident
  readonly settings: readonly Setting[]
}

/** A block's result: `out expr`, once. */
export interface OutStmt extends Syntax {
  readonly kind: 'OutStmt'
  readonly value: Expr
}

/** `output logits = …`, `aux output ds[k] for k in 1..3 = …`, each with an optional trailing `if`. */
export interface OutputStmt extends Syntax {
  readonly kind: 'OutputStmt'
  readonly doc?: string
  readonly aux: boolean
  readonly name: Ident
  readonly indices?: readonly Expr[]
  readonly clause?: ForClause
  readonly value: Expr
  readonly condition?: Expr
}

/** `keep run head[k] for k in 1..3 = … if not deep_supervision`: built for its parameters, which nothing needs to read. */
export interface KeepStmt extends Syntax {
  readonly kind: 'KeepStmt'
  readonly run: boolean
  readonly name: Ident
  readonly indices?: readonly Expr[]
  readonly clause?: ForClause
  readonly value: Expr
  readonly condition?: Expr
}

/** `budget params.dense <= 12M`, `budget memory(training, batch = 2) <= 24GiB`. */
export interface BudgetStmt extends Syntax {
  readonly kind: 'BudgetStmt'
  /** `['params', 'dense']` */
  readonly metric: readonly Ident[]
  readonly args: readonly Argument[]
  readonly limit: Expr
}

/** `assert patch[0] % 32 == 0, "depth must divide by 32"` */
export interface AssertStmt extends Syntax {
  readonly kind: 'AssertStmt'
  readonly condition: Expr
  readonly message?: StringLiteral
}

/** `every = 1200 steps`: a word of the setting's own vocabulary, an expression, an optional unit. */
export interface Setting extends Syntax {
  readonly kind: 'Setting'
  readonly name: Ident
  readonly value: Expr
  /** `steps` or `epochs`. */
  readonly unit?: Ident
}

// ---------------------------------------------------------------- expressions

export type Expr =
  | NumberLiteral
  | StringLiteral
  | BoolLiteral
  | NameExpr
  | ListExpr
  | ComprehensionExpr
  | RangeExpr
  | UnaryExpr
  | BinaryExpr
  | ConditionalExpr
  | PipeExpr
  | CallExpr
  | IndexExpr
  | StepExpr
  | ExistsExpr
  | InvalidExpr

/** `48`, `1e-5`, `80%` (0.8), `12M` (12 000 000), `24GiB` (24 · 2^30). `text` is the literal as written. */
export interface NumberLiteral extends Syntax {
  readonly kind: 'NumberLiteral'
  readonly value: number
  readonly type: 'int' | 'float'
  readonly text: string
}
/** `value` has its escapes (\" \\ \n \t) resolved. */
export interface StringLiteral extends Syntax {
  readonly kind: 'StringLiteral'
  readonly value: string
}
export interface BoolLiteral extends Syntax {
  readonly kind: 'BoolLiteral'
  readonly value: boolean
}
export interface NameExpr extends Syntax {
  readonly kind: 'NameExpr'
  readonly name: string
}
/** `[c, ...patch]`; `[logits: 1, ds[1]: 1/2]` has entries (only settings accept those). */
export interface ListExpr extends Syntax {
  readonly kind: 'ListExpr'
  readonly items: readonly ListItem[]
}
export type ListItem = Expr | SpreadItem | EntryItem
export interface SpreadItem extends Syntax {
  readonly kind: 'SpreadItem'
  readonly value: Expr
}
export interface EntryItem extends Syntax {
  readonly kind: 'EntryItem'
  readonly key: Expr
  readonly value: Expr
}
/** `[f(i) for i in 0..4 if p(i)]`; `[ds[k]: 1/2^k for k in 1..3]` has entries (only settings accept those). */
export interface ComprehensionExpr extends Syntax {
  readonly kind: 'ComprehensionExpr'
  readonly body: Expr | EntryItem
  readonly clause: ForClause
}
/** `0..4` includes 4, `0..<5` does not include 5. */
export interface RangeExpr extends Syntax {
  readonly kind: 'RangeExpr'
  readonly from: Expr
  readonly to: Expr
  readonly inclusive: boolean
}
export type UnaryOperator = '-' | 'not'
export interface UnaryExpr extends Syntax {
  readonly kind: 'UnaryExpr'
  readonly operator: UnaryOperator
  readonly operand: Expr
}
export type BinaryOperator =
  '+' | '-' | '*' | '/' | 'div' | '%' | '^' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'and' | 'or'
export interface BinaryExpr extends Syntax {
  readonly kind: 'BinaryExpr'
  readonly operator: BinaryOperator
  readonly left: Expr
  readonly right: Expr
}
export interface ConditionalExpr extends Syntax {
  readonly kind: 'ConditionalExpr'
  readonly condition: Expr
  readonly whenTrue: Expr
  readonly whenFalse: Expr
}
/** `x -> f`: applies f to a tensor or list of tensors, or composes two blocks. */
export interface PipeExpr extends Syntax {
  readonly kind: 'PipeExpr'
  readonly left: Expr
  readonly right: Expr
}
export interface CallExpr extends Syntax {
  readonly kind: 'CallExpr'
  readonly callee: Expr
  readonly args: readonly Argument[]
}
/** `value`, `name = value` or `...value` (spread, positional only). */
export interface Argument extends Syntax {
  readonly kind: 'Argument'
  readonly name?: Ident
  readonly spread: boolean
  readonly value: Expr
}
/** `a[i]`, `node[i, j-1]`, and slices `a[0..2]` (an index that is a range). */
export interface IndexExpr extends Syntax {
  readonly kind: 'IndexExpr'
  readonly target: Expr
  readonly indices: readonly Expr[]
}
/** `encoder.level`: a step of a path, as reports write it. */
export interface StepExpr extends Syntax {
  readonly kind: 'StepExpr'
  readonly target: Expr
  readonly step: Ident
}
/** `exists(node[r, l])`: whether that member of a family is there. */
export interface ExistsExpr extends Syntax {
  readonly kind: 'ExistsExpr'
  readonly member: Expr
}
/** Where the parser recovered and no expression is left; it has been reported, and evaluates to the invalid value. */
export interface InvalidExpr extends Syntax {
  readonly kind: 'InvalidExpr'
}
