// Every capability of the language server, asked for over standard input and output as editors ask, on the examples.
import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type {
  CodeAction,
  CodeLens,
  CompletionItem,
  Diagnostic,
  DocumentSymbol,
  FoldingRange,
  Hover,
  InlayHint,
  Location,
  SemanticTokens,
  SignatureHelp,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver-protocol'
import { check } from '../../src/compiler/compile.ts'
import { exampleText, startClient, type Client, type OpenText } from './client.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'weft-lsp-')))
let client: Client

beforeAll(async () => {
  cpSync(join(import.meta.dirname, '..', '..', 'examples', 'e2enet.weft'), join(folder, 'e2enet.weft'))
  writeFileSync(
    join(folder, 'parts.weft'),
    '/// Two of them.\nblock Pair(c: int) = conv(c, 3) -> relu -> conv(c, 3)\n',
  )
  client = await startClient(folder)
})

afterAll(async () => {
  await client.close()
  rmSync(folder, { recursive: true })
})

const small = `import { Pair } from "./parts"

network Net(base: int = 8, patch: [int] = [16, 16]) {
  input image: [1, ...patch]
  let wide = image -> Pair(base)
  output logits = wide -> conv(2, 1)
  budget params <= 2K
}
`

const hoverText = async (text: OpenText, piece: string): Promise<string> => {
  const found = await client.request<Hover | null>('textDocument/hover', text.at(piece))
  return found === null ? '' : (found.contents as { value: string }).value
}

const labels = async (text: OpenText, piece: string): Promise<string[]> => {
  const items = await client.request<CompletionItem[]>('textDocument/completion', text.at(piece))
  return items
    .toSorted((a, b) => ((a.sortText ?? '') < (b.sortText ?? '') ? -1 : 1))
    .map(({ label }) => label)
}

describe('diagnostics', () => {
  test('are those of `weft check`, as the text is typed', async () => {
    const text = await client.open('wrong.weft', small)
    expect(await text.diagnostics()).toEqual([])
    for (const [from, to] of [
      ['Pair(base)', 'Pair(bsae)'],
      ['conv(2, 1)', 'conv(2, 1, strid = 2)'],
      ['params <= 2K', 'params <= 1K'],
      ['output logits', 'output logits ='],
    ] as const) {
      const changed = small.replace(from, to)
      text.change(changed)
      const { diagnostics } = check('wrong.weft', {
        read: (path) =>
          path === 'wrong.weft'
            ? changed
            : path === 'parts.weft'
              ? 'block Pair(c: int) = conv(c, 3) -> relu -> conv(c, 3)\n'
              : undefined,
      })
      const shown = await text.diagnostics()
      expect(shown.map(({ code }) => code)).toEqual(diagnostics.map(({ code }) => code))
      expect(shown.map(({ message }) => plain(message).split('\n')[0])).toEqual(
        diagnostics.map(({ message }) => message),
      )
    }
  })

  test('name other places, and offer what they suggest', async () => {
    const text = await client.open('fix.weft', small.replace('Pair(base)', 'Pair(bsae)').replace('2K', '100'))
    const found = await text.diagnostics()
    expect(await fixed(text, found, 'WEFT201')).toContain('Pair(base)')
    text.change(small.replace('2K', '100'))
    const [over] = await text.diagnostics()
    expect(over?.relatedInformation?.map(({ message }) => message).join('\n')).toMatch(
      /wide\.Pair\.conv\[1\] spends 584/,
    )
  })

  test('offer the import of what the library has, and extents that a norm needs', async () => {
    const text = await client.open(
      'offer.weft',
      small.replace('-> conv(2, 1)', '-> Residual(conv(base, 3)) -> conv(2, 1)'),
    )
    expect(await fixed(text, await text.diagnostics(), 'WEFT201')).toMatch(
      /^import \{ Pair \} from "\.\/parts"\nimport \{ Residual \} from "std\/blocks"\n/,
    )
    text.change(small.replace('-> conv(2, 1)', '-> conv(4, 16, stride = 16) -> instance_norm -> conv(2, 1)'))
    expect(await fixed(text, await text.diagnostics(), 'WEFT619')).toContain('patch: [int] = [32, 32]')
  })
})

/** A text that a server may also send in parts, which this one does not. */
const plain = (text: unknown): string => (typeof text === 'string' ? text : JSON.stringify(text))

/** The text after the quick fix for a diagnostic. */
async function fixed(text: OpenText, found: readonly Diagnostic[], code: string): Promise<string> {
  const diagnostic = found.find((one) => one.code === code)
  if (diagnostic === undefined) throw new Error(`no ${code} among ${found.map((one) => one.code).join(', ')}`)
  const [action] = await client.request<CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri: text.uri },
    range: diagnostic.range,
    context: { diagnostics: [diagnostic] },
  })
  return edited(text.text(), action?.edit?.changes?.[text.uri] ?? [])
}

function edited(text: string, edits: readonly TextEdit[]): string {
  const lines = text.split('\n')
  const offset = ({ line, character }: TextEdit['range']['start']): number =>
    lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character
  return edits
    .toSorted((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (before, { range, newText }) =>
        before.slice(0, offset(range.start)) + newText + before.slice(offset(range.end)),
      text,
    )
}

describe('on a hover', () => {
  test('names have their meaning, values, shapes and costs', async () => {
    const text = await client.open('e2enet.weft', exampleText('e2enet.weft'))
    await text.diagnostics()
    const network = /network (\w+)\(/.exec(text.text())?.[1] ?? ''
    expect(await hoverText(text, 'base|: int')).toMatch(
      new RegExp(`base = \\d+\\*\\*.*\\n\\*for ${network}\\*`),
    )
    const operator = await hoverText(await client.open('conv.weft', small), 'conv|(2')
    expect(operator).toContain('floor((extent + low + high - dilation')
    expect(await hoverText(text, 'leaky_relu|')).toContain('leaky_relu(')
  })

  test('numbers are for the network that is chosen', async () => {
    const text = await client.open('chosen.weft', `${small}network Wide = Net(base = 16)\n`)
    await text.diagnostics()
    expect(await hoverText(text, 'Pair|(base)')).toMatch(/8×16×16.*\n.*params.*\n\*for Net\*/)
    const chosen = { uri: text.uri, network: 'Wide', arguments: { patch: '[32, 32]' } }
    await client.request('workspace/executeCommand', { command: 'weft.choose', arguments: [chosen] })
    expect(await hoverText(text, 'Pair|(base)')).toMatch(
      /16×32×32.*\n.*params.*\n\*for Wide\(patch = \[32, 32\]\)\*/,
    )
  })

  test('of a text with a mistake, the last numbers stand', async () => {
    const text = await client.open('broken.weft', small)
    await text.diagnostics()
    text.change(small.replace('budget params <= 2K', 'budget params <= '))
    expect(await hoverText(text, 'Pair|(base)')).toMatch(/8×16×16[^]*before the last changes/)
  })
})

test('inlay hints say shapes and costs, and can be turned off', async () => {
  const text = await client.open('hints.weft', small)
  await text.diagnostics()
  const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } }
  const params = { textDocument: { uri: text.uri }, range: whole }
  const hints = await client.request<InlayHint[]>('textDocument/inlayHint', params)
  expect(hints.map(({ position, label }) => `${position.line}: ${plain(label)}`)).toEqual([
    '4: → 8×16×16  664 params · 165.89 K MACs',
    '5: → 2×16×16  18 params · 4.10 K MACs',
  ])
  await client.connection.sendNotification('workspace/didChangeConfiguration', {
    settings: { weft: { inlayHints: false } },
  })
  expect(await client.request('textDocument/inlayHint', params)).toEqual([])
  await client.connection.sendNotification('workspace/didChangeConfiguration', {
    settings: { weft: { delay: 0 } },
  })
})

describe('names lead', () => {
  test('to their declarations, in files and in the library', async () => {
    const text = await client.open(
      'lead.weft',
      small
        .replace('import', 'import { Residual } from "std/blocks"\nimport')
        .replace('conv(2, 1)', 'Residual(relu) -> conv(2, 1)'),
    )
    const definition = async (piece: string): Promise<Location> =>
      client.request<Location>('textDocument/definition', text.at(piece))
    expect((await definition('Pair|(base)')).uri).toMatch(/parts\.weft$/)
    expect(await definition('Pair(bas|e)')).toMatchObject({
      uri: text.uri,
      range: { start: { line: 3, character: 12 } },
    })
    const library = await definition('Residual|(relu)')
    expect(library.uri).toMatch(/^file:.*std\/blocks\.weft$/)
    expect((await definition('"std/bl|ocks"')).uri).toBe(library.uri)
  })

  test('to their uses, and are renamed in every file', async () => {
    const text = await client.open('uses.weft', small)
    const references = await client.request<Location[]>('textDocument/references', {
      ...text.at('Pair|(base)'),
      context: { includeDeclaration: true },
    })
    const files = new Set(references.map(({ uri }) => uri.split('/').at(-1)))
    expect(files).toContain('parts.weft')
    const { changes = {} } = await client.request<WorkspaceEdit>('textDocument/rename', {
      ...text.at('Pair|(base)'),
      newName: 'Twice',
    })
    expect(edited(small, changes[text.uri] ?? [])).toBe(small.replaceAll('Pair', 'Twice'))
    expect(Object.keys(changes).map((uri) => uri.split('/').at(-1))).toContain('parts.weft')
  })

  test('and before a rename the editor is told what of the text is renamed', async () => {
    const text = await client.open('prepare.weft', small)
    const range = { start: text.at('|base)').position, end: text.at('base|)').position }
    for (const place of ['|base)', 'ba|se)', 'base|)'])
      expect(await client.request('textDocument/prepareRename', text.at(place))).toEqual({
        range,
        placeholder: 'base',
      })
    await expect(client.request('textDocument/prepareRename', text.at('con|v(2, 1)'))).rejects.toThrow(
      'nothing here has a name',
    )
  })

  test.each([
    ['Pair(bas|e)', 'patch', 'already means something else'],
    ['wide -> conv', 'base', 'would take over|already means'],
    ['Pair(bas|e)', 'let', 'a word of the language'],
    ['Pair(bas|e)', 'depth', 'a word that arguments take'],
    ['Pair(bas|e)', '3d', 'is no name'],
    ['con|v(2, 1)', 'other', 'nothing here has a name'],
  ])('and %s is not renamed to %s', async (piece, newName, why) => {
    const text = await client.open('refused.weft', small)
    await expect(client.request('textDocument/rename', { ...text.at(piece), newName })).rejects.toThrow(
      new RegExp(why),
    )
  })
})

describe('completion', () => {
  test('has arguments before names, names before operators', async () => {
    const text = await client.open('complete.weft', small)
    const found = await labels(text, 'conv(2, |1)')
    expect(found.slice(0, 3)).toContain('kernel')
    expect(found.indexOf('wide')).toBeLessThan(found.indexOf('max_pool'))
    expect(await labels(text, 'Pair(|base)')).toContain('c')
  })

  test('knows words, imports, settings and statements', async () => {
    const text = await client.open(
      'words.weft',
      `${small.replace('conv(2, 1)', 'conv(2, 1, padding = half)')}\ntrain t for Net {\n  loss = dice\n  \n}\n`,
    )
    expect(await labels(text, 'padding = |half')).toEqual(expect.arrayContaining(['half', 'same', 'valid']))
    expect(await labels(text, '{ |Pair }')).toEqual(['Pair'])
    expect(await labels(text, 'from "|./parts')).toContain('std/blocks')
    expect(await labels(text, 'loss = |dice')).toEqual(expect.arrayContaining(['dice', 'cross_entropy']))
    expect(await labels(text, 'loss = dice\n  |\n')).toContain('optimizer')
    expect(await labels(text, '\n  |output logits')).toEqual(expect.arrayContaining(['backbone', 'fusion']))
  })
})

test('signatures say which argument is written', async () => {
  const text = await client.open('signature.weft', small)
  const help = await client.request<SignatureHelp>('textDocument/signatureHelp', text.at('conv(2, |1)'))
  expect(help.activeParameter).toBe(1)
  expect(help.signatures[0]?.label).toMatch(/^conv\(channels: int, kernel: int per axis, stride/)
  const own = await client.request<SignatureHelp>('textDocument/signatureHelp', text.at('Pair(|base)'))
  expect(own.signatures[0]).toMatchObject({ label: 'Pair(c: int)', documentation: { value: 'Two of them.' } })
})

test('outlines, folds and colours follow the text', async () => {
  const text = await client.open('outline.weft', small)
  const document = { textDocument: { uri: text.uri } }
  const symbols = await client.request<DocumentSymbol[]>('textDocument/documentSymbol', document)
  expect(symbols.map(({ name, children = [] }) => [name, children.map((one) => one.name)])).toEqual([
    ['Net', ['image', 'wide', 'logits']],
  ])
  const folds = await client.request<FoldingRange[]>('textDocument/foldingRange', document)
  expect(folds).toContainEqual({ startLine: 2, endLine: 6 })
  const { data } = await client.request<SemanticTokens>('textDocument/semanticTokens/full', document)
  // `Pair` of the import: a class of another file.
  expect(data.slice(0, 5)).toEqual([0, 9, 4, 0, 0])
})

test('formatting is that of `weft fmt`', async () => {
  const text = await client.open('format.weft', small.replace('conv(2, 1)', 'conv( 2,1 )'))
  const edits = await client.request<TextEdit[]>('textDocument/formatting', {
    textDocument: { uri: text.uri },
    options: { tabSize: 2, insertSpaces: true },
  })
  expect(edited(text.text(), edits)).toBe(small)
})

test('lenses say what a network costs, what a budget leaves, and lead to pages', async () => {
  const text = await client.open('lens.weft', small)
  await text.diagnostics()
  const lenses = await client.request<CodeLens[]>('textDocument/codeLens', {
    textDocument: { uri: text.uri },
  })
  const titles = lenses.map(({ command }) => command?.title)
  expect(titles).toEqual([
    '682 params, 169.98 K MACs',
    'show everywhere',
    'report',
    'graph',
    'Net: 682, 1.32 K left',
  ])
  const graph = lenses.find(({ command }) => command?.title === 'graph')?.command
  const shown = await client.request<{ uri: string }>('workspace/executeCommand', graph)
  expect(shown.uri).toMatch(/^file:.*Net-graph\.html$/)
})
