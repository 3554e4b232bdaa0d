// Generated from grammar/parser.ts by tools/generate-grammar.ts; do not edit.
import type { CstNode, IToken } from "chevrotain";

export interface FileCstNode extends CstNode {
  name: "file";
  children: FileCstChildren;
}

export type FileCstChildren = {
  importDecl?: ImportDeclCstNode[];
  declaration?: DeclarationCstNode[];
};

export interface ImportDeclCstNode extends CstNode {
  name: "importDecl";
  children: ImportDeclCstChildren;
}

export type ImportDeclCstChildren = {
  Import: IToken[];
  LeftBrace: IToken[];
  importName: (ImportNameCstNode)[];
  Comma?: (IToken)[];
  RightBrace: IToken[];
  From: IToken[];
  StringLiteral: IToken[];
};

export interface ImportNameCstNode extends CstNode {
  name: "importName";
  children: ImportNameCstChildren;
}

export type ImportNameCstChildren = {
  name: IToken[];
  As?: IToken[];
  alias?: IToken[];
};

export interface DeclarationCstNode extends CstNode {
  name: "declaration";
  children: DeclarationCstChildren;
}

export type DeclarationCstChildren = {
  fnDecl?: FnDeclCstNode[];
  blockDecl?: BlockDeclCstNode[];
  networkDecl?: NetworkDeclCstNode[];
  constDecl?: ConstDeclCstNode[];
  trainDecl?: TrainDeclCstNode[];
  resultsDecl?: ResultsDeclCstNode[];
};

export interface FnDeclCstNode extends CstNode {
  name: "fnDecl";
  children: FnDeclCstChildren;
}

export type FnDeclCstChildren = {
  Fn: IToken[];
  Identifier: IToken[];
  params: ParamsCstNode[];
  Colon?: IToken[];
  type?: TypeCstNode[];
  Equals: IToken[];
  expression: ExpressionCstNode[];
};

export interface BlockDeclCstNode extends CstNode {
  name: "blockDecl";
  children: BlockDeclCstChildren;
}

export type BlockDeclCstChildren = {
  Block: IToken[];
  Identifier: IToken[];
  params?: ParamsCstNode[];
  body: BodyCstNode[];
};

export interface NetworkDeclCstNode extends CstNode {
  name: "networkDecl";
  children: NetworkDeclCstChildren;
}

export type NetworkDeclCstChildren = {
  Network: IToken[];
  Identifier: IToken[];
  params?: ParamsCstNode[];
  body: BodyCstNode[];
};

export interface ConstDeclCstNode extends CstNode {
  name: "constDecl";
  children: ConstDeclCstChildren;
}

export type ConstDeclCstChildren = {
  Let: IToken[];
  Identifier?: IToken[];
  nameList?: NameListCstNode[];
  Equals: IToken[];
  expression: ExpressionCstNode[];
};

export interface TrainDeclCstNode extends CstNode {
  name: "trainDecl";
  children: TrainDeclCstChildren;
}

export type TrainDeclCstChildren = {
  Train: IToken[];
  name: IToken[];
  For: IToken[];
  network: IToken[];
  arguments?: ArgumentsCstNode[];
  settings: SettingsCstNode[];
};

export interface ResultsDeclCstNode extends CstNode {
  name: "resultsDecl";
  children: ResultsDeclCstChildren;
}

export type ResultsDeclCstChildren = {
  Results: IToken[];
  name: IToken[];
  For: IToken[];
  network: IToken[];
  arguments?: ArgumentsCstNode[];
  LeftBrace: IToken[];
  result?: ResultCstNode[];
  RightBrace: IToken[];
};

export interface ResultCstNode extends CstNode {
  name: "result";
  children: ResultCstChildren;
}

export type ResultCstChildren = {
  Word: IToken[];
  Equals: IToken[];
  expression: ExpressionCstNode[];
  At?: IToken[];
  point?: (PointCstNode)[];
  Comma?: IToken[];
};

export interface PointCstNode extends CstNode {
  name: "point";
  children: PointCstChildren;
}

export type PointCstChildren = {
  Word: IToken[];
  Equals: IToken[];
  expression: ExpressionCstNode[];
};

export interface ParamsCstNode extends CstNode {
  name: "params";
  children: ParamsCstChildren;
}

export type ParamsCstChildren = {
  LeftParen: IToken[];
  param?: (ParamCstNode)[];
  Comma?: (IToken)[];
  RightParen: IToken[];
};

export interface ParamCstNode extends CstNode {
  name: "param";
  children: ParamCstChildren;
}

export type ParamCstChildren = {
  Identifier: IToken[];
  Colon?: IToken[];
  type?: TypeCstNode[];
  Equals?: IToken[];
  expression?: ExpressionCstNode[];
};

export interface TypeCstNode extends CstNode {
  name: "type";
  children: TypeCstChildren;
}

export type TypeCstChildren = {
  typeOption: (TypeOptionCstNode)[];
  Bar?: IToken[];
};

export interface TypeOptionCstNode extends CstNode {
  name: "typeOption";
  children: TypeOptionCstChildren;
}

export type TypeOptionCstChildren = {
  name?: (IToken)[];
  LeftBracket?: IToken[];
  item?: TypeCstNode[];
  RightBracket?: IToken[];
  LeftParen?: IToken[];
  inner?: TypeCstNode[];
  RightParen?: IToken[];
};

export interface BodyCstNode extends CstNode {
  name: "body";
  children: BodyCstChildren;
}

export type BodyCstChildren = {
  Equals?: IToken[];
  expression?: ExpressionCstNode[];
  LeftBrace?: IToken[];
  statement?: StatementCstNode[];
  RightBrace?: IToken[];
};

export interface SettingsCstNode extends CstNode {
  name: "settings";
  children: SettingsCstChildren;
}

export type SettingsCstChildren = {
  LeftBrace: IToken[];
  setting?: SettingCstNode[];
  RightBrace: IToken[];
};

export interface SettingCstNode extends CstNode {
  name: "setting";
  children: SettingCstChildren;
}

export type SettingCstChildren = {
  Word: IToken[];
  Equals: IToken[];
  expression: ExpressionCstNode[];
  unit?: (IToken)[];
};

export interface StatementCstNode extends CstNode {
  name: "statement";
  children: StatementCstChildren;
}

export type StatementCstChildren = {
  inStmt?: InStmtCstNode[];
  inputStmt?: InputStmtCstNode[];
  letStmt?: LetStmtCstNode[];
  backboneStmt?: BackboneStmtCstNode[];
  fusionStmt?: FusionStmtCstNode[];
  outStmt?: OutStmtCstNode[];
  outputStmt?: OutputStmtCstNode[];
  keepStmt?: KeepStmtCstNode[];
  budgetStmt?: BudgetStmtCstNode[];
  assertStmt?: AssertStmtCstNode[];
};

export interface InStmtCstNode extends CstNode {
  name: "inStmt";
  children: InStmtCstChildren;
}

export type InStmtCstChildren = {
  In: IToken[];
  inRest?: (InRestCstNode)[];
  Identifier?: (IToken)[];
  Comma?: (IToken)[];
};

export interface InRestCstNode extends CstNode {
  name: "inRest";
  children: InRestCstChildren;
}

export type InRestCstChildren = {
  Spread: IToken[];
  Identifier: IToken[];
};

export interface InputStmtCstNode extends CstNode {
  name: "inputStmt";
  children: InputStmtCstChildren;
}

export type InputStmtCstChildren = {
  Input: IToken[];
  Identifier: IToken[];
  Colon: IToken[];
  expression: ExpressionCstNode[];
};

export interface LetStmtCstNode extends CstNode {
  name: "letStmt";
  children: LetStmtCstChildren;
}

export type LetStmtCstChildren = {
  Share?: IToken[];
  Let: IToken[];
  member?: MemberCstNode[];
  nameList?: NameListCstNode[];
  Equals: IToken[];
  expression: ExpressionCstNode[];
};

export interface NameListCstNode extends CstNode {
  name: "nameList";
  children: NameListCstChildren;
}

export type NameListCstChildren = {
  LeftBracket: IToken[];
  Identifier: (IToken)[];
  Comma?: (IToken)[];
  RightBracket: IToken[];
};

export interface MemberCstNode extends CstNode {
  name: "member";
  children: MemberCstChildren;
}

export type MemberCstChildren = {
  Identifier: IToken[];
  indices?: IndicesCstNode[];
  forClause?: ForClauseCstNode[];
};

export interface ForClauseCstNode extends CstNode {
  name: "forClause";
  children: ForClauseCstChildren;
}

export type ForClauseCstChildren = {
  For: IToken[];
  forBinding: (ForBindingCstNode)[];
  Comma?: IToken[];
  If?: IToken[];
  expression?: ExpressionCstNode[];
};

export interface ForBindingCstNode extends CstNode {
  name: "forBinding";
  children: ForBindingCstChildren;
}

export type ForBindingCstChildren = {
  Identifier: IToken[];
  In: IToken[];
  expression: ExpressionCstNode[];
};

export interface BackboneStmtCstNode extends CstNode {
  name: "backboneStmt";
  children: BackboneStmtCstChildren;
}

export type BackboneStmtCstChildren = {
  Backbone: IToken[];
  Identifier: IToken[];
  LeftBrace: IToken[];
  members?: (LetStmtCstNode | LevelRuleCstNode)[];
  RightBrace: IToken[];
};

export interface LevelRuleCstNode extends CstNode {
  name: "levelRule";
  children: LevelRuleCstChildren;
}

export type LevelRuleCstChildren = {
  Level: IToken[];
  indices: IndicesCstNode[];
  forClause?: ForClauseCstNode[];
  Equals: IToken[];
  expression: ExpressionCstNode[];
};

export interface FusionStmtCstNode extends CstNode {
  name: "fusionStmt";
  children: FusionStmtCstChildren;
}

export type FusionStmtCstChildren = {
  Fusion: IToken[];
  Identifier: IToken[];
  LeftBrace: IToken[];
  members?: (LetStmtCstNode | NodeRuleCstNode | SparsityClauseCstNode)[];
  RightBrace: IToken[];
};

export interface NodeRuleCstNode extends CstNode {
  name: "nodeRule";
  children: NodeRuleCstChildren;
}

export type NodeRuleCstChildren = {
  Node: IToken[];
  indices: IndicesCstNode[];
  forClause?: ForClauseCstNode[];
  Equals?: IToken[];
  expression?: ExpressionCstNode[];
  nodeBody?: NodeBodyCstNode[];
};

export interface NodeBodyCstNode extends CstNode {
  name: "nodeBody";
  children: NodeBodyCstChildren;
}

export type NodeBodyCstChildren = {
  LeftBrace: IToken[];
  letStmt?: LetStmtCstNode[];
  edgeDecl?: EdgeDeclCstNode[];
  fuseDecl?: FuseDeclCstNode[];
  RightBrace: IToken[];
};

export interface EdgeDeclCstNode extends CstNode {
  name: "edgeDecl";
  children: EdgeDeclCstChildren;
}

export type EdgeDeclCstChildren = {
  Edge: IToken[];
  member: MemberCstNode[];
  Equals: IToken[];
  value: ExpressionCstNode[];
  If?: IToken[];
  condition?: ExpressionCstNode[];
};

export interface FuseDeclCstNode extends CstNode {
  name: "fuseDecl";
  children: FuseDeclCstChildren;
}

export type FuseDeclCstChildren = {
  Fuse: IToken[];
  Equals: IToken[];
  expression: ExpressionCstNode[];
};

export interface SparsityClauseCstNode extends CstNode {
  name: "sparsityClause";
  children: SparsityClauseCstChildren;
}

export type SparsityClauseCstChildren = {
  Sparsity: IToken[];
  expression: ExpressionCstNode[];
  On?: IToken[];
  Edge?: IToken[];
  Identifier?: IToken[];
  Fuse?: IToken[];
  settings?: SettingsCstNode[];
};

export interface OutStmtCstNode extends CstNode {
  name: "outStmt";
  children: OutStmtCstChildren;
}

export type OutStmtCstChildren = {
  Out: IToken[];
  expression: ExpressionCstNode[];
};

export interface OutputStmtCstNode extends CstNode {
  name: "outputStmt";
  children: OutputStmtCstChildren;
}

export type OutputStmtCstChildren = {
  Aux?: IToken[];
  Output: IToken[];
  member: MemberCstNode[];
  Equals: IToken[];
  value: ExpressionCstNode[];
  If?: IToken[];
  condition?: ExpressionCstNode[];
};

export interface KeepStmtCstNode extends CstNode {
  name: "keepStmt";
  children: KeepStmtCstChildren;
}

export type KeepStmtCstChildren = {
  Keep: IToken[];
  Run?: IToken[];
  member: MemberCstNode[];
  Equals: IToken[];
  value: ExpressionCstNode[];
  If?: IToken[];
  condition?: ExpressionCstNode[];
};

export interface BudgetStmtCstNode extends CstNode {
  name: "budgetStmt";
  children: BudgetStmtCstChildren;
}

export type BudgetStmtCstChildren = {
  Budget: IToken[];
  Identifier: (IToken)[];
  Dot?: IToken[];
  arguments?: ArgumentsCstNode[];
  LessEqual: IToken[];
  expression: ExpressionCstNode[];
};

export interface AssertStmtCstNode extends CstNode {
  name: "assertStmt";
  children: AssertStmtCstChildren;
}

export type AssertStmtCstChildren = {
  Assert: IToken[];
  expression: ExpressionCstNode[];
  Comma?: IToken[];
  StringLiteral?: IToken[];
};

export interface LoneExpressionCstNode extends CstNode {
  name: "loneExpression";
  children: LoneExpressionCstChildren;
}

export type LoneExpressionCstChildren = {
  expression: ExpressionCstNode[];
};

export interface ExpressionCstNode extends CstNode {
  name: "expression";
  children: ExpressionCstChildren;
}

export type ExpressionCstChildren = {
  alone?: PrimaryCstNode[];
  pipe: PipeCstNode[];
  Question?: IToken[];
  whenTrue?: ExpressionCstNode[];
  Colon?: IToken[];
  whenFalse?: ExpressionCstNode[];
};

export interface PipeCstNode extends CstNode {
  name: "pipe";
  children: PipeCstChildren;
}

export type PipeCstChildren = {
  operands: (DisjunctionCstNode)[];
  Arrow?: IToken[];
};

export interface DisjunctionCstNode extends CstNode {
  name: "disjunction";
  children: DisjunctionCstChildren;
}

export type DisjunctionCstChildren = {
  operands: (ConjunctionCstNode)[];
  operators?: IToken[];
};

export interface ConjunctionCstNode extends CstNode {
  name: "conjunction";
  children: ConjunctionCstChildren;
}

export type ConjunctionCstChildren = {
  operands: (NegationCstNode)[];
  operators?: IToken[];
};

export interface NegationCstNode extends CstNode {
  name: "negation";
  children: NegationCstChildren;
}

export type NegationCstChildren = {
  Not?: IToken[];
  negation?: NegationCstNode[];
  comparison?: ComparisonCstNode[];
};

export interface ComparisonCstNode extends CstNode {
  name: "comparison";
  children: ComparisonCstChildren;
}

export type ComparisonCstChildren = {
  operands: (RangeCstNode)[];
  operators?: (IToken)[];
};

export interface RangeCstNode extends CstNode {
  name: "range";
  children: RangeCstChildren;
}

export type RangeCstChildren = {
  from: SumCstNode[];
  RangeInclusive?: IToken[];
  RangeExclusive?: IToken[];
  to?: SumCstNode[];
};

export interface SumCstNode extends CstNode {
  name: "sum";
  children: SumCstChildren;
}

export type SumCstChildren = {
  operands: (ProductCstNode)[];
  operators?: (IToken)[];
};

export interface ProductCstNode extends CstNode {
  name: "product";
  children: ProductCstChildren;
}

export type ProductCstChildren = {
  operands: (UnaryCstNode)[];
  operators?: (IToken)[];
};

export interface UnaryCstNode extends CstNode {
  name: "unary";
  children: UnaryCstChildren;
}

export type UnaryCstChildren = {
  Minus?: IToken[];
  unary?: UnaryCstNode[];
  power?: PowerCstNode[];
};

export interface PowerCstNode extends CstNode {
  name: "power";
  children: PowerCstChildren;
}

export type PowerCstChildren = {
  postfix: PostfixCstNode[];
  Caret?: IToken[];
  unary?: UnaryCstNode[];
};

export interface PostfixCstNode extends CstNode {
  name: "postfix";
  children: PostfixCstChildren;
}

export type PostfixCstChildren = {
  primary: PrimaryCstNode[];
  suffixes?: (ArgumentsCstNode | IndicesCstNode | StepCstNode)[];
};

export interface StepCstNode extends CstNode {
  name: "step";
  children: StepCstChildren;
}

export type StepCstChildren = {
  Dot: IToken[];
  Word: IToken[];
};

export interface PrimaryCstNode extends CstNode {
  name: "primary";
  children: PrimaryCstChildren;
}

export type PrimaryCstChildren = {
  NumberLiteral?: IToken[];
  StringLiteral?: IToken[];
  True?: IToken[];
  False?: IToken[];
  Identifier?: (IToken)[];
  exists?: ExistsCstNode[];
  list?: ListCstNode[];
  LeftParen?: IToken[];
  expression?: ExpressionCstNode[];
  RightParen?: IToken[];
};

export interface ExistsCstNode extends CstNode {
  name: "exists";
  children: ExistsCstChildren;
}

export type ExistsCstChildren = {
  Exists: IToken[];
  LeftParen: IToken[];
  expression: ExpressionCstNode[];
  RightParen: IToken[];
};

export interface ListCstNode extends CstNode {
  name: "list";
  children: ListCstChildren;
}

export type ListCstChildren = {
  LeftBracket: IToken[];
  listItem?: (ListItemCstNode)[];
  forClause?: ForClauseCstNode[];
  Comma?: (IToken)[];
  RightBracket: IToken[];
};

export interface ListItemCstNode extends CstNode {
  name: "listItem";
  children: ListItemCstChildren;
}

export type ListItemCstChildren = {
  Spread?: IToken[];
  spread?: ExpressionCstNode[];
  first?: ExpressionCstNode[];
  Colon?: IToken[];
  entry?: ExpressionCstNode[];
};

export interface IndicesCstNode extends CstNode {
  name: "indices";
  children: IndicesCstChildren;
}

export type IndicesCstChildren = {
  LeftBracket: IToken[];
  expression: (ExpressionCstNode)[];
  Comma?: IToken[];
  RightBracket: IToken[];
};

export interface ArgumentsCstNode extends CstNode {
  name: "arguments";
  children: ArgumentsCstChildren;
}

export type ArgumentsCstChildren = {
  LeftParen: IToken[];
  argument?: (ArgumentCstNode)[];
  Comma?: (IToken)[];
  RightParen: IToken[];
};

export interface ArgumentCstNode extends CstNode {
  name: "argument";
  children: ArgumentCstChildren;
}

export type ArgumentCstChildren = {
  Word?: IToken[];
  Equals?: IToken[];
  expression?: (ExpressionCstNode)[];
  Spread?: IToken[];
};
