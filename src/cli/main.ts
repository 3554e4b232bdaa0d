#!/usr/bin/env node
// The `weft` command: reads the arguments, runs one command, sets the exit status.
import { problem } from '../compiler/diagnostics/diagnostic.ts'
import { reasonOf } from '../node/spec-files.ts'
import { fail } from './display.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { reportInternalError } from './internal-error.ts'
import { processTerminal, StreamError, type Terminal } from './terminal.ts'
import { runCommandLine } from './command-line.ts'

async function main(terminal: Terminal): Promise<ExitCode> {
  try {
    if (!isSomewhere()) return fail(problem('no-current-directory', {}), 'weft', terminal)
    return await runCommandLine(process.argv.slice(2), terminal)
  } catch (error) {
    return failed(error, terminal)
  }
}

/** The directory that a shell is in may have been removed. */
function isSomewhere(): boolean {
  try {
    return process.cwd() !== ''
  } catch {
    return false
  }
}

function failed(error: unknown, terminal: Terminal): ExitCode {
  // A reader that stops early (`weft cost net.weft | head`) is no error.
  if (error instanceof StreamError && error.code === 'EPIPE') return exitCodes.clean
  try {
    if (error instanceof StreamError)
      return fail(
        problem('file-unwritable', { path: error.stream, reason: reasonOf(error.code) }),
        error.stream,
        terminal,
      )
    reportInternalError(error, terminal)
    return exitCodes.internal
  } catch (second) {
    // Nobody is left to tell.
    if (!(second instanceof StreamError)) throw second
    return error instanceof StreamError ? exitCodes.error : exitCodes.internal
  }
}

const terminal = processTerminal()
process.on('uncaughtException', (error) => process.exit(failed(error, terminal)))
process.exitCode = await main(terminal)
