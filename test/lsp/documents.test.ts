// Documents as editors have them: URIs written in other ways, texts that are not saved, folders in folders, line ends, choices that fail.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type {
  CodeAction,
  CodeLens,
  CompletionItem,
  Hover,
  Location,
  WorkspaceEdit,
} from 'vscode-languageserver-protocol'
import { startClient, type Client, type OpenText } from './client.ts'

let folder: string
let client: Client

beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'weft lsp (1) @')))
  mkdirSync(join(folder, 'nets'))
  writeFileSync(join(folder, 'parts.weft'), block('Pair'))
  writeFileSync(join(folder, 'nets', 'more.weft'), block('More'))
  client = await startClient(folder)
})

afterEach(async () => {
  await client.close()
  rmSync(folder, { recursive: true })
})

const block = (name: string): string => `block ${name}(c: int) = conv(c, 3) -> relu\n`

const net = (from: string, name: string): string => `import { ${name} } from "${from}"

network Net(base: int = 8) {
  input image: [1, 16, 16]
  let wide = image -> ${name}(base)
  output logits = wide -> conv(2, 1)
}
`

/** As VS Code writes it: percent signs for all that a path need not have. */
const encoded = (uri: string): string =>
  uri.replaceAll('(', '%28').replaceAll(')', '%29').replaceAll('@', '%40')

const codes = async (text: OpenText): Promise<unknown[]> => (await text.diagnostics()).map(({ code }) => code)

/** Diagnostics that come although the text has not changed. */
async function later(text: OpenText, wanted: readonly string[]): Promise<void> {
  await expect
    .poll(() => text.last().map(({ code }) => code), { timeout: 5000, interval: 20 })
    .toEqual(wanted)
}

test('a URI may be written in more than one way', async () => {
  const parts = await client.open('parts.weft', block('Twice'), encoded)
  const text = await client.open('nets/net.weft', net('../parts', 'Twice'), encoded)
  expect(await codes(text)).toEqual([])
  parts.change(block('Thrice'))
  await later(text, ['WEFT207'])
  text.change(net('../parts', 'Thrice'))
  expect(await codes(text)).toEqual([])
  const place = text.at('Thrice|(base)')
  expect((await client.request<Location>('textDocument/definition', place)).uri).toBe(parts.uri)
  const { changes = {} } = await client.request<WorkspaceEdit>('textDocument/rename', {
    ...place,
    newName: 'Other',
  })
  expect(Object.keys(changes).toSorted()).toEqual([text.uri, parts.uri].toSorted())
})

test('what is closed without being saved is as the disk has it', async () => {
  const text = await client.open('net.weft', net('./parts', 'Pair'))
  expect(await codes(text)).toEqual([])
  const parts = await client.open('parts.weft', block('Twice'))
  await later(text, ['WEFT207'])
  await parts.close()
  await later(text, [])
})

test('a file that an import lacks may be open before it is saved', async () => {
  const text = await client.open('net.weft', net('./unsaved', 'Pair'))
  expect(await codes(text)).toEqual(['WEFT204'])
  await client.open('unsaved.weft', block('Pair'))
  await later(text, [])
})

test('URIs of no file here are left alone, and others are served on', async () => {
  const away = 'file://elsewhere/net.weft'
  await client.open('away.weft', net('./parts', 'Pair'), () => away)
  expect(
    await client.request('textDocument/hover', {
      textDocument: { uri: away },
      position: { line: 0, character: 0 },
    }),
  ).toBeNull()
  expect(await codes(await client.open('net.weft', net('./parts', 'Pair')))).toEqual([])
})

test('files that change on the disk are read again, in a client that refuses to say its settings', async () => {
  const refusing = await startClient(folder, {}, undefined, {
    configuration: true,
    didChangeWatchedFiles: { dynamicRegistration: true },
  })
  const text = await refusing.open('net.weft', net('./parts', 'Pair'))
  expect(await codes(text)).toEqual([])
  expect(refusing.watched).toEqual([expect.stringContaining('**/*.weft')])
  writeFileSync(join(folder, 'parts.weft'), block('Twice'))
  await refusing.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [] })
  await later(text, ['WEFT207'])
  await refusing.close()
})

test('carriage returns and characters of two units are counted as editors count', async () => {
  const written = net('./parts', 'Pair').replace('Pair(base)', 'Pair(bsae)')
  const text = await client.open('net.weft', `/// 🧠🧠\n${written}`.replaceAll('\n', '\r\n'))
  const [found] = await text.diagnostics()
  expect(found?.range.start).toEqual(text.at('bsae').position)
  const [action] = await client.request<CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri: text.uri },
    range: found?.range,
    context: { diagnostics: [found] },
  })
  expect(action?.edit?.changes?.[text.uri]).toEqual([{ range: found?.range, newText: 'base' }])
})

test('imports are completed with the specs of the folder, as the file has to write them', async () => {
  const text = await client.open('nets/net.weft', net('./more', 'More'))
  const items = await client.request<CompletionItem[]>('textDocument/completion', text.at('"|./more'))
  const labels = items.map(({ label }) => label)
  expect(labels).toEqual(expect.arrayContaining(['std/blocks', './more', '../parts']))
  expect(labels).not.toContain('./net')
})

test('every command of a lens is one that the server has', async () => {
  const text = await client.open('net.weft', net('./parts', 'Pair'))
  await text.diagnostics()
  const lenses = await client.request<CodeLens[]>('textDocument/codeLens', {
    textDocument: { uri: text.uri },
  })
  const commands = new Set(lenses.map(({ command }) => command?.command))
  expect([...commands].filter((one) => one !== '')).toEqual(['weft.choose', 'weft.report', 'weft.graph'])
})

const wide = `${net('./parts', 'Pair')}network Wide = Net(base = 16)\n`

const hoverAt = async (text: OpenText): Promise<string> => {
  const found = await client.request<Hover>('textDocument/hover', text.at('Pair|(base)'))
  return (found.contents as { value: string }).value
}

test('an action chooses the network whose numbers are shown, and goes back', async () => {
  const text = await client.open('net.weft', wide)
  await text.diagnostics()
  const actions = async (piece: string, only?: string[]): Promise<CodeAction[]> => {
    const { textDocument, position } = text.at(piece)
    const context = { diagnostics: [], ...(only === undefined ? {} : { only }) }
    return client.request('textDocument/codeAction', {
      textDocument,
      range: { start: position, end: position },
      context,
    })
  }
  const [show] = await actions('Wide| = Net')
  expect(show?.title).toBe('Show the numbers of Wide in the whole file')
  expect(await actions('Wide| = Net', ['quickfix'])).toEqual([])
  await client.request('workspace/executeCommand', show?.command)
  expect(await hoverAt(text)).toContain('16×16×16')
  const [back] = await actions('Wide| = Net')
  expect(back?.title).toBe('Show every network with its defaults')
  await client.request('workspace/executeCommand', back?.command)
  expect(await hoverAt(text)).toContain('8×16×16')
})

test.each([
  [{ network: 'Wdie' }, /Wdie/],
  [{ network: 'Net', arguments: { bsae: '3' } }, /bsae/],
  [{ network: 'Net', arguments: { base: '[3' } }, /never closed/],
])('a choice that has no network says why, and the one before stands', async (asked, why) => {
  const text = await client.open('net.weft', wide)
  await text.diagnostics()
  const choose = async (more: object): Promise<unknown> =>
    client.request('workspace/executeCommand', {
      command: 'weft.choose',
      arguments: [{ uri: text.uri, ...more }],
    })
  await choose({ network: 'Wide' })
  await expect(choose(asked)).rejects.toThrow(why)
  expect(await hoverAt(text)).toContain('for Wide')
})

test('a page is of the network that is asked for, or of none', async () => {
  const text = await client.open('net.weft', wide.replace('network Wide = Net(base = 16)', ''))
  await text.diagnostics()
  const asked = client.request('workspace/executeCommand', {
    command: 'weft.graph',
    arguments: [{ uri: text.uri, network: 'Wide' }],
  })
  await expect(asked).rejects.toThrow(/Wide/)
})

test('why outputs are not renamed is said', async () => {
  const text = await client.open('net.weft', wide)
  const renaming = client.request('textDocument/rename', { ...text.at('logi|ts'), newName: 'other' })
  await expect(renaming).rejects.toThrow(/`logits` .*output/)
})
