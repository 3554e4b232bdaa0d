// The extension: starts the server that lies beside it, and shows the pages that it makes.
import { join } from 'node:path'
import * as vscode from 'vscode'
import { LanguageClient, TransportKind } from 'vscode-languageclient/node'

/** @type {LanguageClient | undefined} */
let client

/** @param {vscode.ExtensionContext} context */
export async function activate(context) {
  const module = join(context.extensionPath, 'dist', 'server.mjs')
  client = new LanguageClient(
    'weft',
    'Weft',
    { module, transport: TransportKind.stdio },
    {
      documentSelector: [{ scheme: 'file', language: 'weft' }],
      initializationOptions: { pages: 'returned' },
      synchronize: {
        configurationSection: 'weft',
      },
      middleware: {
        // What a lens of a report or a picture gives is a page, which VS Code shows itself.
        executeCommand: async (command, args, next) => {
          /** @type {unknown} */
          const result = await next(command, args)
          if (isPage(result)) show(result)
          return result
        },
        workspace: {
          configuration: async (params, token, next) => {
            /** @type {unknown} */
            const found = await next(params, token)
            return Array.isArray(found) ? found.map(withPages) : []
          },
        },
      },
    },
  )
  context.subscriptions.push(
    vscode.commands.registerCommand('weft.openReport', () => ask('weft.report')),
    vscode.commands.registerCommand('weft.openGraph', () => ask('weft.graph')),
    vscode.commands.registerCommand('weft.chooseNetwork', choose),
    vscode.commands.registerCommand('weft.showDefaults', () => ask('weft.choose', { network: null })),
  )
  await client.start()
}

export async function deactivate() {
  await client?.stop()
}

/** The section of the settings, with what is no setting of the user's. */
const withPages = (/** @type {object} */ section) => ({ ...section, pages: 'returned' })

/** The server's commands are commands of VS Code under their own names. */
function ask(/** @type {string} */ command, /** @type {object} */ more = {}) {
  const editor = vscode.window.activeTextEditor
  if (editor === undefined) return undefined
  const network = networkAbove(editor.document, editor.selection.active)
  return vscode.commands.executeCommand(command, { uri: editor.document.uri.toString(), network, ...more })
}

/** The names of the networks of a text, each with where it begins. */
function networksOf(/** @type {vscode.TextDocument} */ document) {
  return [...document.getText().matchAll(/^network (\w+)/gm)].map((found) => ({
    name: found[1],
    at: found.index,
  }))
}

function networkAbove(/** @type {vscode.TextDocument} */ document, /** @type {vscode.Position} */ position) {
  const offset = document.offsetAt(position)
  return networksOf(document).findLast(({ at }) => at <= offset)?.name
}

/** Asks for a network and for arguments as they stand in a call: `S = 90%, patch = [64, 64, 64]`. */
async function choose() {
  const editor = vscode.window.activeTextEditor
  if (editor === undefined) return
  const names = networksOf(editor.document).map(({ name }) => name ?? '')
  const network = await vscode.window.showQuickPick(names, { title: 'Whose numbers are shown in this file' })
  if (network === undefined) return
  const written = await vscode.window.showInputBox({
    title: `Arguments of ${network}`,
    prompt: 'As in a call; what is not named has its default',
    placeHolder: 'S = 90%, patch = [64, 64, 64]',
  })
  if (written !== undefined) await ask('weft.choose', { network, arguments: argumentsOf(written) })
}

/**
 * Commas inside brackets do not part arguments.
 * @returns {Record<string, string>}
 */
function argumentsOf(/** @type {string} */ written) {
  const parts = written.match(/(?:\[[^\]]*\](?:\s*\])*|\([^)]*\)|[^,[(])+/g) ?? []
  const pairs = parts.map((part) => /^\s*(\w+)\s*=\s*(.+?)\s*$/s.exec(part))
  /** @type {Record<string, string>} */
  const found = {}
  for (const pair of pairs) if (pair?.[1] !== undefined && pair[2] !== undefined) found[pair[1]] = pair[2]
  return found
}

/** @returns {value is { title: string, html: string }} */
function isPage(/** @type {unknown} */ value) {
  return typeof value === 'object' && value !== null && 'html' in value && 'title' in value
}

function show(/** @type {{ title: string, html: string }} */ { title, html }) {
  const panel = vscode.window.createWebviewPanel('weft', title, vscode.ViewColumn.Beside, {
    enableScripts: true,
  })
  panel.webview.html = html
}
