// The extension for VS Code: its manifest agrees with the package, and the server in it answers like the command.
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Hover } from 'vscode-languageserver-protocol'
import { bundleExtension } from '../../tools/vscode/build.ts'
import { projectRoot } from '../support/specs.ts'
import { startClient } from './client.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'weft-extension-')))
afterAll(() => rmSync(folder, { recursive: true }))

const manifestOf = (...path: string[]): Record<string, unknown> =>
  JSON.parse(readFileSync(join(projectRoot, ...path, 'package.json'), 'utf8')) as Record<string, unknown>

test('has the version of the package', () => {
  expect(manifestOf('editors', 'vscode')['version']).toBe(manifestOf()['version'])
})

test('has a server of its own, which needs nothing that is installed', async () => {
  await bundleExtension(projectRoot, folder)
  expect(readFileSync(join(folder, 'extension.cjs'), 'utf8')).toContain('weft.openReport')
  const client = await startClient(folder, {}, [join(folder, 'server.mjs'), '--stdio'])
  const text = await client.open(
    'net.weft',
    'network Net {\n  input x: [1, 8, 8]\n  output y = x -> conv(2, 3)\n}\n',
  )
  expect(await text.diagnostics()).toEqual([])
  const hover = await client.request<Hover>('textDocument/hover', text.at('con|v(2'))
  expect((hover.contents as { value: string }).value).toContain('**2×8×8**')
  const page = { command: 'weft.report', arguments: [{ uri: text.uri, network: 'Net' }] }
  expect(await client.request('workspace/executeCommand', page)).toMatchObject({
    uri: expect.stringMatching(/Net-report\.html$/) as string,
  })
  await client.close()
})
