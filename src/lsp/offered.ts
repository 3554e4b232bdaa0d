// What the server tells a client that it can do.
import { CodeActionKind, TextDocumentSyncKind, type InitializeResult } from 'vscode-languageserver'
import { tokenModifiers, tokenTypes } from './semantic-tokens.ts'

export const offered: InitializeResult['capabilities'] = {
  textDocumentSync: TextDocumentSyncKind.Incremental,
  hoverProvider: true,
  completionProvider: { triggerCharacters: ['(', ',', '=', '"', '{', '>', ' '] },
  signatureHelpProvider: { triggerCharacters: ['(', ','], retriggerCharacters: [','] },
  definitionProvider: true,
  referencesProvider: true,
  renameProvider: { prepareProvider: true },
  documentSymbolProvider: true,
  foldingRangeProvider: true,
  documentFormattingProvider: true,
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
  codeLensProvider: {},
  inlayHintProvider: true,
  semanticTokensProvider: {
    legend: { tokenTypes: [...tokenTypes], tokenModifiers: [...tokenModifiers] },
    full: true,
  },
  executeCommandProvider: { commands: ['weft.choose', 'weft.graph', 'weft.report'] },
}
