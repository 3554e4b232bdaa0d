// Walking the syntax tree: which properties of each kind of node hold nodes, in the order of the source where it is fixed.
import type * as ast from './ast.ts'

/** Every node of the syntax tree. */
export type AnyNode =
  | ast.File
  | ast.ImportDecl
  | ast.ImportName
  | ast.Declaration
  | ast.ResultEntry
  | ast.Param
  | ast.TypeExpr
  | ast.BlockBody
  | ast.Statement
  | ast.NameList
  | ast.ForClause
  | ast.ForBinding
  | ast.LevelRule
  | ast.NodeRule
  | ast.NodeAlias
  | ast.NodeBody
  | ast.EdgeDecl
  | ast.FuseDecl
  | ast.SparsityClause
  | ast.Setting
  | ast.Expr
  | ast.SpreadItem
  | ast.EntryItem
  | ast.Argument
  | ast.Ident

export type NodeKind = AnyNode['kind']
type NodeOf<K extends NodeKind> = Extract<AnyNode, { readonly kind: K }>

/** The properties of a node whose values are nodes or lists of nodes. */
type NodeKeys<N> = {
  [P in keyof N]-?: NonNullable<N[P]> extends AnyNode | readonly AnyNode[] ? P : never
}[keyof N]

export const visitorKeys: { readonly [K in NodeKind]: readonly NodeKeys<NodeOf<K>>[] } = {
  File: ['imports', 'declarations'],
  ImportDecl: ['names', 'from'],
  ImportName: ['name', 'alias'],
  FnDecl: ['name', 'params', 'returns', 'body'],
  BlockDecl: ['name', 'params', 'body'],
  NetworkDecl: ['name', 'params', 'body'],
  ConstDecl: ['name', 'value'],
  TrainDecl: ['name', 'network', 'args', 'settings'],
  ResultsDecl: ['name', 'network', 'args', 'entries'],
  ResultEntry: ['metric', 'value', 'at'],
  Param: ['name', 'type', 'default'],
  NamedType: [],
  ListType: ['item'],
  UnionType: ['options'],
  ExprBody: ['value'],
  StatementBody: ['statements'],
  InStmt: ['names', 'rest'],
  InputStmt: ['name', 'shape'],
  LetStmt: ['name', 'indices', 'clause', 'value'],
  UnpackStmt: ['pattern', 'value'],
  NameList: ['names'],
  ForClause: ['bindings', 'condition'],
  ForBinding: ['name', 'range'],
  BackboneStmt: ['name', 'members'],
  LevelRule: ['indices', 'clause', 'value'],
  FusionStmt: ['name', 'members'],
  NodeRule: ['indices', 'clause', 'body'],
  NodeAlias: ['value'],
  NodeBody: ['lets', 'edges', 'fuses'],
  EdgeDecl: ['name', 'indices', 'clause', 'value', 'condition'],
  FuseDecl: ['value'],
  SparsityClause: ['value', 'edge', 'settings'],
  OutStmt: ['value'],
  OutputStmt: ['name', 'indices', 'clause', 'value', 'condition'],
  KeepStmt: ['name', 'indices', 'clause', 'value', 'condition'],
  BudgetStmt: ['metric', 'args', 'limit'],
  AssertStmt: ['condition', 'message'],
  Setting: ['name', 'value', 'unit'],
  NumberLiteral: [],
  StringLiteral: [],
  BoolLiteral: [],
  NameExpr: [],
  ListExpr: ['items'],
  SpreadItem: ['value'],
  EntryItem: ['key', 'value'],
  ComprehensionExpr: ['body', 'clause'],
  RangeExpr: ['from', 'to'],
  UnaryExpr: ['operand'],
  BinaryExpr: ['left', 'right'],
  ConditionalExpr: ['condition', 'whenTrue', 'whenFalse'],
  PipeExpr: ['left', 'right'],
  CallExpr: ['callee', 'args'],
  Argument: ['name', 'value'],
  IndexExpr: ['target', 'indices'],
  StepExpr: ['target', 'step'],
  ExistsExpr: ['member'],
  InvalidExpr: [],
  Ident: [],
}

/** The nodes directly below a node, in the order of the source. */
export function childrenOf(node: AnyNode): readonly AnyNode[] {
  // The table names node-valued properties only; TypeScript cannot pair the key with the kind here.
  const values = node as unknown as Readonly<Record<string, AnyNode | readonly AnyNode[] | undefined>>
  const children = visitorKeys[node.kind].flatMap((key) => values[key] ?? [])
  return children.sort((a, b) => a.span.start - b.span.start)
}

/** Every node of a tree, parents first. */
export function* nodesOf(root: AnyNode): Generator<AnyNode> {
  const waiting: AnyNode[] = [root]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node
    waiting.push(...childrenOf(node).toReversed())
  }
}
