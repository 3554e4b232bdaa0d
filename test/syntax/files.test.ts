// Whole files: every construct parses, and becomes the tree that its place says.
import { describe, expect, test } from 'vitest'
import type {
  Declaration,
  FusionStmt,
  NetworkDecl,
  SparsityClause,
  Statement,
} from '../../src/compiler/syntax/ast.ts'
import { childrenOf, nodesOf, visitorKeys, type AnyNode } from '../../src/compiler/syntax/visit.ts'
import { corpus, languageText } from './support/corpus.ts'
import { read, shape } from './support/syntax.ts'

test.each(corpus)('%s parses', (_, text) => {
  expect(read(text).problems).toEqual([])
})

function statementsOf(body: string): readonly Statement[] {
  const { tree, problems } = read(`network N {\n${body}\n}`)
  expect(problems).toEqual([])
  const [network] = tree.declarations
  return network?.kind === 'NetworkDecl' && network.body.kind === 'StatementBody'
    ? network.body.statements
    : []
}

describe('statements', () => {
  test('several settings on a line, with units', () => {
    const { tree } = read(
      'train t for N { batch = 2   steps = 250 every = 1200 steps epochs = 10 epochs in = 1 }',
    )
    const [train] = tree.declarations
    const settings = train?.kind === 'TrainDecl' ? train.settings : []
    expect(settings.map(({ name, unit }) => `${name.name} ${unit?.name ?? '-'}`)).toEqual([
      'batch -',
      'steps -',
      'every steps',
      'epochs epochs',
      'in -',
    ])
  })

  test('a node after a sparsity clause on every edge is a node', () => {
    const [fusion] = statementsOf(
      'fusion f {\n sparsity S on edge\n node[0] = x\n sparsity S on edge up\n sparsity T on fuse }',
    )
    const { members } = fusion as FusionStmt
    expect(members.map(({ kind }) => kind)).toEqual([
      'SparsityClause',
      'NodeRule',
      'SparsityClause',
      'SparsityClause',
    ])
    expect((members[2] as SparsityClause).edge?.name).toBe('up')
  })

  test('a family: indices, bindings, condition', () => {
    const [family] = statementsOf('let head[k, 0] for k in 0..3, j in 0..k if k != j = k')
    expect(family).toMatchObject({
      kind: 'LetStmt',
      shared: false,
      indices: [{ name: 'k' }, { value: 0 }],
      clause: { bindings: [{ name: { name: 'k' } }, { name: { name: 'j' } }], condition: { operator: '!=' } },
      value: { kind: 'NameExpr' },
    })
  })

  test('an output with a trailing condition', () => {
    const [output] = statementsOf('aux output ds[k] for k in 1..3 = head[k] if k < 2')
    expect(output).toMatchObject({ aux: true, value: { kind: 'IndexExpr' }, condition: { operator: '<' } })
  })
})

describe('declarations', () => {
  test('a parameter list may be left out when it is empty', () => {
    expect(shape(read('block B() = relu').tree)).toBe(shape(read('block B = relu').tree))
  })

  test('types', () => {
    const { tree } = read('fn f(a: int, b: [[int]], c: int | [int], d: (fn | block), e): float = 1')
    const [fn] = tree.declarations
    const params = fn?.kind === 'FnDecl' ? fn.params : []
    expect(params.map(({ type }) => type?.kind)).toEqual([
      'NamedType',
      'ListType',
      'UnionType',
      'UnionType',
      undefined,
    ])
  })
})

describe('doc comments', () => {
  const docs = (text: string): unknown[] => {
    const { tree } = read(text)
    const named = [...nodesOf(tree)].filter((node): node is Declaration & { doc: string } => 'doc' in node)
    return named.map((node) => [node.kind, node.doc])
  }

  test('open the file when a blank line or an import follows', () => {
    expect(docs('/// file\n\n/// decl\nlet a = 1')).toEqual([
      ['File', 'file'],
      ['ConstDecl', 'decl'],
    ])
    expect(docs('/// file\nimport { A } from "b"\nlet a = 1')).toEqual([['File', 'file']])
    expect(docs('/// decl\nlet a = 1')).toEqual([['ConstDecl', 'decl']])
  })

  test('belong to inputs, outputs and parameters', () => {
    const text =
      'network N(\n  /// wide\n  a: int,\n) {\n  /// image\n  input x: [1]\n  /// one\n  /// two\n  output y = x\n}'
    expect(docs(text)).toEqual([
      ['Param', 'wide'],
      ['InputStmt', 'image'],
      ['OutputStmt', 'one\ntwo'],
    ])
  })

  test('may have an ordinary comment below', () => {
    expect(docs('/// decl\n// note\nlet a = 1')).toEqual([['ConstDecl', 'decl']])
  })

  test('elsewhere draw a warning, one for a run of lines', () => {
    const { problems } = read('block B {\n  in x\n  /// lost\n  /// again\n  let y = x /// end\n  out y\n}')
    expect(problems).toEqual([
      '3:3 WEFT115 this doc comment documents nothing',
      '5:13 WEFT115 this doc comment documents nothing',
    ])
  })
})

describe('the walk', () => {
  const { tree } = read(languageText)
  const nodes = [...nodesOf(tree)]

  test('knows every property that holds nodes', () => {
    const isNode = (value: unknown): boolean => typeof value === 'object' && value !== null && 'kind' in value
    const holds = (value: unknown): boolean => isNode(value) || (Array.isArray(value) && value.some(isNode))
    const missing = nodes.flatMap((node) => {
      const keys: readonly string[] = visitorKeys[node.kind]
      return Object.entries(node)
        .filter(([key, value]) => holds(value) && !keys.includes(key))
        .map(([key]) => `${node.kind}.${key}`)
    })
    expect(missing).toEqual([])
  })

  test('meets every kind of node that a text without mistakes has', () => {
    const kinds = new Set(nodes.map(({ kind }) => kind))
    expect(Object.keys(visitorKeys).filter((kind) => !kinds.has(kind as AnyNode['kind']))).toEqual([
      'InvalidExpr',
    ])
  })

  test('finds children in the order of the source and inside their parent', () => {
    for (const node of nodes) {
      const children = childrenOf(node)
      const starts = children.map(({ span }) => span.start)
      expect(starts).toEqual(starts.toSorted((a, b) => a - b))
      expect(children.every(({ span }) => span.start >= node.span.start && span.end <= node.span.end)).toBe(
        true,
      )
    }
  })

  test('spans cover exactly what was written', () => {
    const network = tree.declarations.find(
      (one): one is NetworkDecl => one.kind === 'NetworkDecl' && one.name.name === 'Small',
    )
    expect(languageText.slice(network?.span.start, network?.span.end)).toBe(
      'network Small = UNet(base = 16, depth = 3)',
    )
    const idents = nodes.filter((node) => node.kind === 'Ident')
    const written = idents.map(({ span }) => languageText.slice(span.start, span.end))
    expect(written).toEqual(idents.map(({ name }) => name))
  })
})
