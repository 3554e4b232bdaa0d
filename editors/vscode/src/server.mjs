// The server as the extension starts it: a process of its own, over standard input and output.
import { serveStdio } from '../../../src/lsp/stdio.ts'
import manifest from '../package.json'

serveStdio(`weft ${manifest.version}`)
