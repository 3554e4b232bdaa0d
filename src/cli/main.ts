#!/usr/bin/env node
// The `weft` command: reads the arguments, runs one command, sets the exit status.
import { exitCodes } from './exit-codes.ts'
import { reportInternalError } from './internal-error.ts'
import { quietPipes } from './pipes.ts'
import { processTerminal } from './terminal.ts'
import { runCommandLine } from './command-line.ts'

quietPipes()
const terminal = processTerminal()
try {
  process.exitCode = await runCommandLine(process.argv.slice(2), terminal)
} catch (error) {
  process.exitCode = exitCodes.internal
  reportInternalError(error, terminal)
}
