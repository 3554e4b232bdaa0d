// The grammar of Weft as a Chevrotain parser: text's tokens in, concrete syntax tree out, each rule under its production.
// Knows nothing of what the language means. A rule that fails is recovered from, so there is always a tree.
import type {
  CstNode,
  IParserErrorMessageProvider,
  IRecognitionException,
  IToken,
  ParserMethod,
  TokenType,
} from 'chevrotain'
import { CstParser, EOF, tokenMatcher } from './chevrotain.ts'
import { LazyLookahead } from './lazy-lookahead.ts'
import { isWord } from './places.ts'
import * as t from './tokens.ts'

/** What `parseTokens` can start from. */
export type StartRule = 'file' | 'loneExpression'

type Rule = ParserMethod<[], CstNode>

/** What a primary is called that is a whole expression: the grammar's own documents leave it out. */
export const shortcut = 'alone'

const alone = new Set<TokenType>([t.NumberLiteral, t.StringLiteral, t.True, t.False, t.Identifier])
const enders = new Set<TokenType>([t.Comma, t.RightBracket, t.RightParen])

export interface ParserOptions {
  /** Go on after a mistake. What that takes is worked out when the parser is made. */
  readonly recovers: boolean
  /** Check the grammar itself: for what is generated from it. */
  readonly validates: boolean
}

const maxLookahead = 2

/** Of `sparsity`. */
const settings = new Set(['granularity', 'init', 'drop', 'grow', 'every'])

const beginsSetting = (word: IToken, next: IToken): boolean =>
  settings.has(word.image) && next.tokenType === t.Equals

export class WeftParser extends CstParser {
  private readonly words: IParserErrorMessageProvider

  constructor(errorMessageProvider: IParserErrorMessageProvider, { recovers, validates }: ParserOptions) {
    super([...t.tokens], {
      recoveryEnabled: recovers,
      maxLookahead,
      lookaheadStrategy: new LazyLookahead({ maxLookahead }),
      nodeLocationTracking: 'onlyOffset',
      errorMessageProvider,
      skipValidations: !validates,
    })
    this.words = errorMessageProvider
    this.performSelfAnalysis()
  }

  // -------------------------------------------------------------- files and declarations

  /** file = { importDecl } { declaration } */
  readonly file: Rule = this.RULE('file', () => {
    this.MANY(() => this.SUBRULE(this.importDecl))
    this.MANY2(() => this.SUBRULE(this.declaration))
  })

  /** importDecl = "import" "{" importName { "," importName } [ "," ] "}" "from" STRING */
  readonly importDecl: Rule = this.RULE('importDecl', () => {
    this.CONSUME(t.Import)
    this.CONSUME(t.LeftBrace)
    this.SUBRULE(this.importName)
    this.MANY({
      GATE: () => this.LA(2).tokenType !== t.RightBrace,
      DEF: () => {
        this.CONSUME(t.Comma)
        this.SUBRULE2(this.importName)
      },
    })
    this.OPTION(() => this.CONSUME2(t.Comma))
    this.CONSUME(t.RightBrace)
    this.CONSUME(t.From)
    this.CONSUME(t.StringLiteral)
  })

  /** importName = NAME [ "as" NAME ] */
  readonly importName: Rule = this.RULE('importName', () => {
    this.CONSUME(t.Identifier, { LABEL: 'name' })
    this.OPTION(() => {
      this.CONSUME(t.As)
      this.CONSUME2(t.Identifier, { LABEL: 'alias' })
    })
  })

  /** declaration = fnDecl | blockDecl | networkDecl | constDecl | trainDecl | resultsDecl */
  readonly declaration: Rule = this.RULE('declaration', () => {
    this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.fnDecl) },
        { ALT: () => this.SUBRULE(this.blockDecl) },
        { ALT: () => this.SUBRULE(this.networkDecl) },
        { ALT: () => this.SUBRULE(this.constDecl) },
        { ALT: () => this.SUBRULE(this.trainDecl) },
        { ALT: () => this.SUBRULE(this.resultsDecl) },
      ],
      ERR_MSG: 'a declaration',
    })
  })

  /** fnDecl = "fn" NAME params [ ":" type ] "=" expression */
  readonly fnDecl: Rule = this.RULE('fnDecl', () => {
    this.CONSUME(t.Fn)
    this.CONSUME(t.Identifier)
    this.SUBRULE(this.params)
    this.OPTION(() => {
      this.CONSUME(t.Colon)
      this.SUBRULE(this.type)
    })
    this.CONSUME(t.Equals)
    this.SUBRULE(this.expression)
  })

  /** blockDecl = "block" NAME [ params ] body */
  readonly blockDecl: Rule = this.RULE('blockDecl', () => {
    this.CONSUME(t.Block)
    this.CONSUME(t.Identifier)
    this.OPTION(() => this.SUBRULE(this.params))
    this.SUBRULE(this.body)
  })

  /** networkDecl = "network" NAME [ params ] body */
  readonly networkDecl: Rule = this.RULE('networkDecl', () => {
    this.CONSUME(t.Network)
    this.CONSUME(t.Identifier)
    this.OPTION(() => this.SUBRULE(this.params))
    this.SUBRULE(this.body)
  })

  /** constDecl = "let" ( NAME | nameList ) "=" expression */
  readonly constDecl: Rule = this.RULE('constDecl', () => {
    this.CONSUME(t.Let)
    this.OR({
      DEF: [{ ALT: () => this.CONSUME(t.Identifier) }, { ALT: () => this.SUBRULE(this.nameList) }],
      ERR_MSG: 'a name',
    })
    this.CONSUME(t.Equals)
    this.SUBRULE(this.expression)
  })

  /** trainDecl = "train" NAME "for" NAME [ arguments ] settings */
  readonly trainDecl: Rule = this.RULE('trainDecl', () => {
    this.CONSUME(t.Train)
    this.CONSUME(t.Identifier, { LABEL: 'name' })
    this.CONSUME(t.For)
    this.CONSUME2(t.Identifier, { LABEL: 'network' })
    this.OPTION(() => this.SUBRULE(this.arguments))
    this.SUBRULE(this.settings)
  })

  /** resultsDecl = "results" NAME "for" NAME [ arguments ] "{" { result } "}" */
  readonly resultsDecl: Rule = this.RULE('resultsDecl', () => {
    this.CONSUME(t.Results)
    this.CONSUME(t.Identifier, { LABEL: 'name' })
    this.CONSUME(t.For)
    this.CONSUME2(t.Identifier, { LABEL: 'network' })
    this.OPTION(() => this.SUBRULE(this.arguments))
    this.CONSUME(t.LeftBrace)
    this.MANY(() => this.SUBRULE(this.result))
    this.CONSUME(t.RightBrace)
  })

  /** result = WORD "=" expression [ "at" point { "," point } ] */
  readonly result: Rule = this.RULE('result', () => {
    this.CONSUME(t.Word)
    this.CONSUME(t.Equals)
    this.SUBRULE(this.expression)
    this.OPTION({
      // Before an `=`, it is the next result's metric.
      GATE: () => this.LA(2).tokenType !== t.Equals,
      DEF: () => {
        this.CONSUME(t.At)
        this.SUBRULE(this.point)
        this.MANY(() => {
          this.CONSUME(t.Comma)
          this.SUBRULE2(this.point)
        })
      },
    })
  })

  /** point = WORD "=" expression */
  readonly point: Rule = this.RULE('point', () => {
    this.CONSUME(t.Word)
    this.CONSUME(t.Equals)
    this.SUBRULE(this.expression)
  })

  /** params = "(" [ param { "," param } [ "," ] ] ")" */
  readonly params: Rule = this.RULE('params', () => {
    this.CONSUME(t.LeftParen)
    this.OPTION(() => {
      this.SUBRULE(this.param)
      this.MANY({
        GATE: () => this.LA(2).tokenType !== t.RightParen,
        DEF: () => {
          this.CONSUME(t.Comma)
          this.SUBRULE2(this.param)
        },
      })
      this.OPTION2(() => this.CONSUME2(t.Comma))
    })
    this.close(t.RightParen)
  })

  /** param = NAME [ ":" type ] [ "=" expression ] */
  readonly param: Rule = this.RULE('param', () => {
    this.CONSUME(t.Identifier)
    this.OPTION(() => {
      this.CONSUME(t.Colon)
      this.SUBRULE(this.type)
    })
    this.OPTION2(() => {
      this.CONSUME(t.Equals)
      this.SUBRULE(this.expression)
    })
  })

  /** type = typeOption { "|" typeOption } */
  readonly type: Rule = this.RULE('type', () => {
    this.SUBRULE(this.typeOption)
    this.MANY(() => {
      this.CONSUME(t.Bar)
      this.SUBRULE2(this.typeOption)
    })
  })

  /** typeOption = NAME | "block" | "fn" | "[" type "]" | "(" type ")" */
  readonly typeOption: Rule = this.RULE('typeOption', () => {
    this.OR({
      DEF: [
        { ALT: () => this.CONSUME(t.Identifier, { LABEL: 'name' }) },
        { ALT: () => this.CONSUME(t.Block, { LABEL: 'name' }) },
        { ALT: () => this.CONSUME(t.Fn, { LABEL: 'name' }) },
        {
          ALT: () => {
            this.CONSUME(t.LeftBracket)
            this.SUBRULE(this.type, { LABEL: 'item' })
            this.close(t.RightBracket)
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.LeftParen)
            this.SUBRULE2(this.type, { LABEL: 'inner' })
            this.close(t.RightParen)
          },
        },
      ],
      ERR_MSG: 'a type',
    })
  })

  /** body = "=" expression | "{" { statement } "}" */
  readonly body: Rule = this.RULE('body', () => {
    this.OR({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(t.Equals)
            this.SUBRULE(this.expression)
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.LeftBrace)
            this.MANY(() => this.SUBRULE(this.statement))
            this.CONSUME(t.RightBrace)
          },
        },
      ],
      ERR_MSG: '`=` or `{`',
    })
  })

  /** settings = "{" { setting } "}" */
  readonly settings: Rule = this.RULE('settings', () => {
    this.CONSUME(t.LeftBrace)
    this.MANY(() => this.SUBRULE(this.setting))
    this.CONSUME(t.RightBrace)
  })

  /** setting = WORD "=" expression [ "steps" | "epochs" ] */
  readonly setting: Rule = this.RULE('setting', () => {
    this.CONSUME(t.Word)
    this.CONSUME(t.Equals)
    this.SUBRULE(this.expression)
    // `batch = 2   steps = 250`: before an `=`, a unit's word is the next setting's name.
    this.OPTION({
      GATE: () => this.LA(2).tokenType !== t.Equals,
      DEF: () => {
        this.OR([
          { ALT: () => this.CONSUME(t.Steps, { LABEL: 'unit' }) },
          { ALT: () => this.CONSUME(t.Epochs, { LABEL: 'unit' }) },
        ])
      },
    })
  })

  // -------------------------------------------------------------- statements

  /**
   * statement = inStmt | inputStmt | letStmt | backboneStmt | fusionStmt
   *           | outStmt | outputStmt | keepStmt | budgetStmt | assertStmt
   */
  readonly statement: Rule = this.RULE('statement', () => {
    this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.inStmt) },
        { ALT: () => this.SUBRULE(this.inputStmt) },
        { ALT: () => this.SUBRULE(this.letStmt) },
        { ALT: () => this.SUBRULE(this.backboneStmt) },
        { ALT: () => this.SUBRULE(this.fusionStmt) },
        { ALT: () => this.SUBRULE(this.outStmt) },
        { ALT: () => this.SUBRULE(this.outputStmt) },
        { ALT: () => this.SUBRULE(this.keepStmt) },
        { ALT: () => this.SUBRULE(this.budgetStmt) },
        { ALT: () => this.SUBRULE(this.assertStmt) },
      ],
      ERR_MSG: 'a statement',
    })
  })

  /** inStmt = "in" ( inRest | NAME { "," NAME } [ "," inRest ] ) */
  readonly inStmt: Rule = this.RULE('inStmt', () => {
    this.CONSUME(t.In)
    this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.inRest) },
        {
          ALT: () => {
            this.CONSUME(t.Identifier)
            this.MANY(() => {
              this.CONSUME(t.Comma)
              this.CONSUME2(t.Identifier)
            })
            this.OPTION(() => {
              this.CONSUME2(t.Comma)
              this.SUBRULE2(this.inRest)
            })
          },
        },
      ],
      ERR_MSG: 'a name',
    })
  })

  /** inRest = "..." NAME */
  readonly inRest: Rule = this.RULE('inRest', () => {
    this.CONSUME(t.Spread)
    this.CONSUME(t.Identifier)
  })

  /** inputStmt = "input" NAME ":" expression */
  readonly inputStmt: Rule = this.RULE('inputStmt', () => {
    this.CONSUME(t.Input)
    this.CONSUME(t.Identifier)
    this.CONSUME(t.Colon)
    this.SUBRULE(this.expression)
  })

  /** letStmt = [ "share" ] "let" ( member | nameList ) "=" expression */
  readonly letStmt: Rule = this.RULE('letStmt', () => {
    this.OPTION(() => this.CONSUME(t.Share))
    this.CONSUME(t.Let)
    this.OR({
      DEF: [{ ALT: () => this.SUBRULE(this.member) }, { ALT: () => this.SUBRULE(this.nameList) }],
      ERR_MSG: 'a name',
    })
    this.CONSUME(t.Equals)
    this.SUBRULE(this.expression)
  })

  /** nameList = "[" NAME { "," NAME } [ "," ] "]" */
  readonly nameList: Rule = this.RULE('nameList', () => {
    this.CONSUME(t.LeftBracket)
    this.CONSUME(t.Identifier)
    this.MANY({
      GATE: () => this.LA(2).tokenType !== t.RightBracket,
      DEF: () => {
        this.CONSUME(t.Comma)
        this.CONSUME2(t.Identifier)
      },
    })
    this.OPTION(() => this.CONSUME2(t.Comma))
    this.close(t.RightBracket)
  })

  /** member = NAME [ indices [ forClause ] ] */
  readonly member: Rule = this.RULE('member', () => {
    this.CONSUME(t.Identifier)
    this.OPTION(() => {
      this.SUBRULE(this.indices)
      this.OPTION2(() => this.SUBRULE(this.forClause))
    })
  })

  /** forClause = "for" forBinding { "," forBinding } [ "if" expression ] */
  readonly forClause: Rule = this.RULE('forClause', () => {
    this.CONSUME(t.For)
    this.SUBRULE(this.forBinding)
    this.MANY(() => {
      this.CONSUME(t.Comma)
      this.SUBRULE2(this.forBinding)
    })
    this.OPTION(() => {
      this.CONSUME(t.If)
      this.SUBRULE(this.expression)
    })
  })

  /** forBinding = NAME "in" expression */
  readonly forBinding: Rule = this.RULE('forBinding', () => {
    this.CONSUME(t.Identifier)
    this.CONSUME(t.In)
    this.SUBRULE(this.expression)
  })

  /** backboneStmt = "backbone" NAME "{" { letStmt | levelRule } "}" */
  readonly backboneStmt: Rule = this.RULE('backboneStmt', () => {
    this.CONSUME(t.Backbone)
    this.CONSUME(t.Identifier)
    this.CONSUME(t.LeftBrace)
    this.MANY(() => {
      this.OR([
        { ALT: () => this.SUBRULE(this.letStmt, { LABEL: 'members' }) },
        { ALT: () => this.SUBRULE(this.levelRule, { LABEL: 'members' }) },
      ])
    })
    this.CONSUME(t.RightBrace)
  })

  /** levelRule = "level" indices [ forClause ] "=" expression */
  readonly levelRule: Rule = this.RULE('levelRule', () => {
    this.CONSUME(t.Level)
    this.SUBRULE(this.indices)
    this.OPTION(() => this.SUBRULE(this.forClause))
    this.CONSUME(t.Equals)
    this.SUBRULE(this.expression)
  })

  /** fusionStmt = "fusion" NAME "{" { letStmt | nodeRule | sparsityClause } "}" */
  readonly fusionStmt: Rule = this.RULE('fusionStmt', () => {
    this.CONSUME(t.Fusion)
    this.CONSUME(t.Identifier)
    this.CONSUME(t.LeftBrace)
    this.MANY(() => {
      this.OR([
        { ALT: () => this.SUBRULE(this.letStmt, { LABEL: 'members' }) },
        { ALT: () => this.SUBRULE(this.nodeRule, { LABEL: 'members' }) },
        { ALT: () => this.SUBRULE(this.sparsityClause, { LABEL: 'members' }) },
      ])
    })
    this.CONSUME(t.RightBrace)
  })

  /** nodeRule = "node" indices [ forClause ] ( "=" expression | nodeBody ) */
  readonly nodeRule: Rule = this.RULE('nodeRule', () => {
    this.CONSUME(t.Node)
    this.SUBRULE(this.indices)
    this.OPTION(() => this.SUBRULE(this.forClause))
    this.OR({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(t.Equals)
            this.SUBRULE(this.expression)
          },
        },
        { ALT: () => this.SUBRULE(this.nodeBody) },
      ],
      ERR_MSG: '`for`, `=` or `{`',
    })
  })

  /** nodeBody = "{" { letStmt | edgeDecl | fuseDecl } "}" */
  readonly nodeBody: Rule = this.RULE('nodeBody', () => {
    this.CONSUME(t.LeftBrace)
    this.MANY(() => {
      this.OR([
        { ALT: () => this.SUBRULE(this.letStmt) },
        { ALT: () => this.SUBRULE(this.edgeDecl) },
        { ALT: () => this.SUBRULE(this.fuseDecl) },
      ])
    })
    this.CONSUME(t.RightBrace)
  })

  /** edgeDecl = "edge" member "=" expression [ "if" expression ] */
  readonly edgeDecl: Rule = this.RULE('edgeDecl', () => {
    this.CONSUME(t.Edge)
    this.SUBRULE(this.member)
    this.CONSUME(t.Equals)
    this.SUBRULE(this.expression, { LABEL: 'value' })
    this.OPTION(() => {
      this.CONSUME(t.If)
      this.SUBRULE2(this.expression, { LABEL: 'condition' })
    })
  })

  /** fuseDecl = "fuse" "=" expression */
  readonly fuseDecl: Rule = this.RULE('fuseDecl', () => {
    this.CONSUME(t.Fuse)
    this.CONSUME(t.Equals)
    this.SUBRULE(this.expression)
  })

  /** sparsityClause = "sparsity" expression [ "on" ( "edge" [ NAME ] | "fuse" ) ] [ settings ] */
  readonly sparsityClause: Rule = this.RULE('sparsityClause', () => {
    this.CONSUME(t.Sparsity)
    this.SUBRULE(this.expression)
    this.OPTION(() => {
      this.CONSUME(t.On)
      this.OR({
        DEF: [
          {
            ALT: () => {
              this.CONSUME(t.Edge)
              // Before a `[`, the name is the `node` that begins the next rule.
              this.OPTION2({
                GATE: () => this.LA(2).tokenType !== t.LeftBracket,
                DEF: () => this.CONSUME(t.Identifier),
              })
            },
          },
          { ALT: () => this.CONSUME(t.Fuse) },
        ],
        ERR_MSG: '`edge` or `fuse`',
      })
    })
    this.OPTION3(() => this.SUBRULE(this.settings))
  })

  /** outStmt = "out" expression */
  readonly outStmt: Rule = this.RULE('outStmt', () => {
    this.CONSUME(t.Out)
    this.SUBRULE(this.expression)
  })

  /** outputStmt = [ "aux" ] "output" member "=" expression [ "if" expression ] */
  readonly outputStmt: Rule = this.RULE('outputStmt', () => {
    this.OPTION(() => this.CONSUME(t.Aux))
    this.CONSUME(t.Output)
    this.SUBRULE(this.member)
    this.CONSUME(t.Equals)
    this.SUBRULE(this.expression, { LABEL: 'value' })
    this.OPTION2(() => {
      this.CONSUME(t.If)
      this.SUBRULE2(this.expression, { LABEL: 'condition' })
    })
  })

  /** keepStmt = "keep" [ "run" ] member "=" expression [ "if" expression ] */
  readonly keepStmt: Rule = this.RULE('keepStmt', () => {
    this.CONSUME(t.Keep)
    this.OPTION2({
      // `run` may be the name of what is kept.
      GATE: () => this.LA(2).tokenType !== t.Equals && this.LA(2).tokenType !== t.LeftBracket,
      DEF: () => this.CONSUME(t.Run),
    })
    this.SUBRULE(this.member)
    this.CONSUME(t.Equals)
    this.SUBRULE(this.expression, { LABEL: 'value' })
    this.OPTION(() => {
      this.CONSUME(t.If)
      this.SUBRULE2(this.expression, { LABEL: 'condition' })
    })
  })

  /** budgetStmt = "budget" NAME { "." NAME } [ arguments ] "<=" expression */
  readonly budgetStmt: Rule = this.RULE('budgetStmt', () => {
    this.CONSUME(t.Budget)
    this.CONSUME(t.Identifier)
    this.MANY(() => {
      this.CONSUME(t.Dot)
      this.CONSUME2(t.Identifier)
    })
    this.OPTION(() => this.SUBRULE(this.arguments))
    this.CONSUME(t.LessEqual)
    this.SUBRULE(this.expression)
  })

  /** assertStmt = "assert" expression [ "," STRING ] */
  readonly assertStmt: Rule = this.RULE('assertStmt', () => {
    this.CONSUME(t.Assert)
    this.SUBRULE(this.expression)
    this.OPTION(() => {
      this.CONSUME(t.Comma)
      this.CONSUME(t.StringLiteral)
    })
  })

  // -------------------------------------------------------------- expressions, loosest first

  /** loneExpression = expression */
  readonly loneExpression: Rule = this.RULE('loneExpression', () => {
    this.SUBRULE(this.expression)
  })

  /** expression = pipe [ "?" expression ":" expression ] */
  readonly expression: Rule = this.RULE('expression', () => {
    let isAlone = false
    this.OPTION2({
      GATE: () => this.isAlone(),
      DEF: () => {
        this.SUBRULE(this.primary, { LABEL: shortcut })
        this.ACTION(() => (isAlone = true))
      },
    })
    if (isAlone) return
    this.SUBRULE(this.pipe)
    this.OPTION(() => {
      this.CONSUME(t.Question)
      this.SUBRULE(this.expression, { LABEL: 'whenTrue' })
      this.CONSUME(t.Colon)
      this.SUBRULE2(this.expression, { LABEL: 'whenFalse' })
    })
  })

  /** pipe = disjunction { "->" disjunction } */
  readonly pipe: Rule = this.RULE('pipe', () => {
    this.SUBRULE(this.disjunction, { LABEL: 'operands' })
    this.MANY(() => {
      this.CONSUME(t.Arrow)
      this.SUBRULE2(this.disjunction, { LABEL: 'operands' })
    })
  })

  /** disjunction = conjunction { "or" conjunction } */
  readonly disjunction: Rule = this.RULE('disjunction', () => {
    this.SUBRULE(this.conjunction, { LABEL: 'operands' })
    this.MANY(() => {
      this.CONSUME(t.Or, { LABEL: 'operators' })
      this.SUBRULE2(this.conjunction, { LABEL: 'operands' })
    })
  })

  /** conjunction = negation { "and" negation } */
  readonly conjunction: Rule = this.RULE('conjunction', () => {
    this.SUBRULE(this.negation, { LABEL: 'operands' })
    this.MANY(() => {
      this.CONSUME(t.And, { LABEL: 'operators' })
      this.SUBRULE2(this.negation, { LABEL: 'operands' })
    })
  })

  /** negation = "not" negation | comparison */
  readonly negation: Rule = this.RULE('negation', () => {
    this.OR({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(t.Not)
            this.SUBRULE(this.negation)
          },
        },
        { ALT: () => this.SUBRULE(this.comparison) },
      ],
      ERR_MSG: 'an expression',
    })
  })

  /** comparison = range [ ( "==" | "!=" | "<=" | ">=" | "<" | ">" ) range ] */
  readonly comparison: Rule = this.RULE('comparison', () => {
    this.SUBRULE(this.range, { LABEL: 'operands' })
    this.OPTION(() => {
      this.OR([
        { ALT: () => this.CONSUME(t.EqualEqual, { LABEL: 'operators' }) },
        { ALT: () => this.CONSUME(t.NotEqual, { LABEL: 'operators' }) },
        { ALT: () => this.CONSUME(t.LessEqual, { LABEL: 'operators' }) },
        { ALT: () => this.CONSUME(t.GreaterEqual, { LABEL: 'operators' }) },
        { ALT: () => this.CONSUME(t.Less, { LABEL: 'operators' }) },
        { ALT: () => this.CONSUME(t.Greater, { LABEL: 'operators' }) },
      ])
      this.SUBRULE2(this.range, { LABEL: 'operands' })
    })
  })

  /** range = sum [ ( ".." | "..<" ) sum ] */
  readonly range: Rule = this.RULE('range', () => {
    this.SUBRULE(this.sum, { LABEL: 'from' })
    this.OPTION(() => {
      this.OR([{ ALT: () => this.CONSUME(t.RangeInclusive) }, { ALT: () => this.CONSUME(t.RangeExclusive) }])
      this.SUBRULE2(this.sum, { LABEL: 'to' })
    })
  })

  /** sum = product { ( "+" | "-" ) product } */
  readonly sum: Rule = this.RULE('sum', () => {
    this.SUBRULE(this.product, { LABEL: 'operands' })
    this.MANY(() => {
      this.OR([
        { ALT: () => this.CONSUME(t.Plus, { LABEL: 'operators' }) },
        { ALT: () => this.CONSUME(t.Minus, { LABEL: 'operators' }) },
      ])
      this.SUBRULE2(this.product, { LABEL: 'operands' })
    })
  })

  /** product = unary { ( "*" | "/" | "div" | "%" ) unary } */
  readonly product: Rule = this.RULE('product', () => {
    this.SUBRULE(this.unary, { LABEL: 'operands' })
    this.MANY(() => {
      this.OR([
        { ALT: () => this.CONSUME(t.Star, { LABEL: 'operators' }) },
        { ALT: () => this.CONSUME(t.Slash, { LABEL: 'operators' }) },
        { ALT: () => this.CONSUME(t.Div, { LABEL: 'operators' }) },
        { ALT: () => this.CONSUME(t.Percent, { LABEL: 'operators' }) },
      ])
      this.SUBRULE2(this.unary, { LABEL: 'operands' })
    })
  })

  /** unary = "-" unary | power */
  readonly unary: Rule = this.RULE('unary', () => {
    this.OR({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(t.Minus)
            this.SUBRULE(this.unary)
          },
        },
        { ALT: () => this.SUBRULE(this.power) },
      ],
      ERR_MSG: 'an expression',
    })
  })

  /** power = postfix [ "^" unary ] */
  readonly power: Rule = this.RULE('power', () => {
    this.SUBRULE(this.postfix)
    this.OPTION(() => {
      this.CONSUME(t.Caret)
      this.SUBRULE(this.unary)
    })
  })

  /** postfix = primary { arguments | indices | step } */
  readonly postfix: Rule = this.RULE('postfix', () => {
    this.SUBRULE(this.primary)
    this.MANY(() => {
      this.OR([
        { ALT: () => this.SUBRULE(this.arguments, { LABEL: 'suffixes' }) },
        { ALT: () => this.SUBRULE(this.indices, { LABEL: 'suffixes' }) },
        { ALT: () => this.SUBRULE(this.step, { LABEL: 'suffixes' }) },
      ])
    })
  })

  /** step = "." WORD */
  readonly step: Rule = this.RULE('step', () => {
    this.CONSUME(t.Dot)
    this.CONSUME(t.Word)
  })

  /** primary = NUMBER | STRING | "true" | "false" | NAME | "block" | exists | list | "(" expression ")" */
  readonly primary: Rule = this.RULE('primary', () => {
    this.OR({
      DEF: [
        { ALT: () => this.CONSUME(t.NumberLiteral) },
        { ALT: () => this.CONSUME(t.StringLiteral) },
        { ALT: () => this.CONSUME(t.True) },
        { ALT: () => this.CONSUME(t.False) },
        { ALT: () => this.CONSUME(t.Identifier) },
        // A granularity of `sparsity`; before a name it begins a declaration. What it lacks is told with the setting.
        {
          GATE: () => !isWord(this.LA(2)) || beginsSetting(this.LA(2), this.LA(3)),
          ALT: () => this.CONSUME(t.Block, { LABEL: 'Identifier' }),
        },
        { ALT: () => this.SUBRULE(this.exists) },
        { ALT: () => this.SUBRULE(this.list) },
        {
          ALT: () => {
            this.CONSUME(t.LeftParen)
            this.SUBRULE(this.expression)
            this.close(t.RightParen)
          },
        },
      ],
      ERR_MSG: 'an expression',
    })
  })

  /** exists = "exists" "(" expression ")" */
  readonly exists: Rule = this.RULE('exists', () => {
    this.CONSUME(t.Exists)
    this.CONSUME(t.LeftParen)
    this.SUBRULE(this.expression)
    this.close(t.RightParen)
  })

  /** list = "[" [ listItem ( forClause | { "," listItem } [ "," ] ) ] "]" */
  readonly list: Rule = this.RULE('list', () => {
    this.CONSUME(t.LeftBracket)
    this.OPTION(() => {
      this.SUBRULE(this.listItem)
      this.OR([
        { ALT: () => this.SUBRULE(this.forClause) },
        {
          ALT: () => {
            this.MANY({
              GATE: () => this.LA(2).tokenType !== t.RightBracket,
              DEF: () => {
                this.CONSUME(t.Comma)
                this.SUBRULE2(this.listItem)
              },
            })
            this.OPTION2(() => this.CONSUME2(t.Comma))
          },
        },
      ])
    })
    this.close(t.RightBracket)
  })

  /** listItem = "..." expression | expression [ ":" expression ] */
  readonly listItem: Rule = this.RULE('listItem', () => {
    this.OR({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(t.Spread)
            this.SUBRULE(this.expression, { LABEL: 'spread' })
          },
        },
        {
          ALT: () => {
            this.SUBRULE2(this.expression, { LABEL: 'first' })
            this.OPTION(() => {
              this.CONSUME(t.Colon)
              this.SUBRULE3(this.expression, { LABEL: 'entry' })
            })
          },
        },
      ],
      ERR_MSG: 'an expression',
    })
  })

  /** indices = "[" expression { "," expression } "]" */
  readonly indices: Rule = this.RULE('indices', () => {
    this.CONSUME(t.LeftBracket)
    this.SUBRULE(this.expression)
    this.MANY(() => {
      this.CONSUME(t.Comma)
      this.SUBRULE2(this.expression)
    })
    this.close(t.RightBracket)
  })

  /** arguments = "(" [ argument { "," argument } [ "," ] ] ")" */
  readonly arguments: Rule = this.RULE('arguments', () => {
    this.CONSUME(t.LeftParen)
    this.OPTION(() => {
      this.SUBRULE(this.argument)
      this.MANY({
        GATE: () => this.LA(2).tokenType !== t.RightParen,
        DEF: () => {
          this.CONSUME(t.Comma)
          this.SUBRULE2(this.argument)
        },
      })
      this.OPTION2(() => this.CONSUME2(t.Comma))
    })
    this.close(t.RightParen)
  })

  /** argument = WORD "=" expression | "..." expression | expression */
  readonly argument: Rule = this.RULE('argument', () => {
    this.OR({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(t.Word)
            this.CONSUME(t.Equals)
            this.SUBRULE(this.expression)
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.Spread)
            this.SUBRULE2(this.expression)
          },
        },
        { ALT: () => this.SUBRULE3(this.expression) },
      ],
      ERR_MSG: 'an argument',
    })
  })

  /**
   * Whether one token is the whole expression. Most are, such as the numbers of a long list: they skip the eleven rules between an expression
   * and its primary, which take a node of the tree each.
   */
  private isAlone(): boolean {
    return alone.has(this.LA(1).tokenType) && enders.has(this.LA(2).tokenType)
  }

  // -------------------------------------------------------------- recovery

  /**
   * Consumes a closing bracket; what stands before it and fits nothing is reported and passed over. Brackets are paired
   * before parsing, so the bracket is there, and a mistake inside brackets stays inside.
   */
  private close(closer: TokenType): void {
    this.ACTION(() => {
      if (tokenMatcher(this.LA(1), closer) || !this.hasCloser(closer)) return
      this.errors = [...this.errors, this.mismatch(closer)]
      while (!tokenMatcher(this.LA(1), closer)) this.pass(this.groupLength(1))
    })
    this.CONSUME(closer)
  }

  /** Whether `closer` is what the innermost open bracket ends with; a recovery may have left that bracket already. */
  private hasCloser(closer: TokenType): boolean {
    for (let at = 1; ; at += this.groupLength(at)) {
      const { tokenType } = this.LA(at)
      if (tokenType === EOF || closers.has(tokenType)) return tokenType === closer
    }
  }

  private mismatch(expected: TokenType): IRecognitionException {
    const rule = this.getCurrentRule()
    const words = { expected, actual: this.LA(1), previous: this.LA(0), ruleName: rule }
    return {
      name: 'MismatchedTokenException',
      message: this.words.buildMismatchTokenMessage(words),
      token: this.LA(1),
      resyncedTokens: [],
      context: { ruleStack: [rule], ruleOccurrenceStack: [] },
    }
  }

  private getCurrentRule(): string {
    return (this as unknown as { getCurrRuleFullName(): string }).getCurrRuleFullName() // its types leave this out
  }

  /**
   * Chevrotain calls this to pass over a token it cannot use. A bracket is passed over with all that it holds, so that
   * the `}` of a block that is skipped cannot close the block around it. So are words in the middle of a line: a
   * statement begins a line, the `in` or the name of an argument further along is no place to go on from.
   */
  protected override SKIP_TOKEN(): IToken {
    this.pass(this.skipLength(1))
    return this.LA(1)
  }

  /**
   * Chevrotain calls this (a method that its types leave out) for the token to which it skips: the next that some
   * open rule may go on with. It must look only where SKIP_TOKEN stops, or it would wait for a token that is passed over.
   */
  protected findReSyncTokenType(): TokenType {
    const follows = (this as unknown as { flattenFollowSet(): TokenType[] }).flattenFollowSet()
    let at = this.isStop(1) ? 1 : 1 + this.skipLength(1)
    for (; ; at += this.skipLength(at)) {
      const next = this.LA(at)
      const found = follows.find((type) => tokenMatcher(next, type))
      if (found !== undefined) return found
      if (next.tokenType === EOF) return EOF
    }
  }

  /** Never a bracket, since brackets are paired before parsing; never a token from which SKIP_TOKEN goes further. */
  protected override canTokenTypeBeDeletedInRecovery(): boolean {
    const { tokenType } = this.LA(1)
    return !openers.has(tokenType) && !closers.has(tokenType) && this.skipLength(1) === 1
  }

  /** Nor is a bracket ever the token too few. */
  protected override canTokenTypeBeInsertedInRecovery(expected: TokenType): boolean {
    return !openers.has(expected) && !closers.has(expected)
  }

  private pass(count: number): void {
    for (let rest = count; rest > 0; rest--) super.SKIP_TOKEN()
  }

  private skipLength(at: number): number {
    let end = at + this.groupLength(at)
    while (!this.isStop(end)) end += this.groupLength(end)
    return end - at
  }

  /** Whether recovery may go on from the token at this place. */
  private isStop(at: number): boolean {
    const next = this.LA(at)
    if (!tokenMatcher(next, t.Word) || joining.has(next.tokenType)) return true
    const previous = this.LA(at - 1)
    return previous.endLine !== next.startLine || braces.has(previous.tokenType)
  }

  /** How many tokens stand at this place: one, or a bracket with all that it holds. */
  private groupLength(at: number): number {
    let depth = 0
    let end = at
    do {
      const { tokenType } = this.LA(end)
      if (tokenType === EOF) return Math.max(1, end - at)
      if (openers.has(tokenType)) depth++
      else if (closers.has(tokenType)) depth--
      end++
    } while (depth > 0)
    return end - at
  }
}

const openers = new Set([t.LeftBrace, t.LeftParen, t.LeftBracket])
const closers = new Set([t.RightBrace, t.RightParen, t.RightBracket])
const braces = new Set([t.LeftBrace, t.RightBrace])
/** Words that join parts of a statement. */
const joining = new Set([t.And, t.Or, t.Div, t.For, t.If, t.As, t.From, t.On, t.At])
