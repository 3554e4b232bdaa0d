// What every command file gives to the command line.
import type { CommandModule } from 'yargs'
import type { ExitCode } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'

/** Makes the command; its handler ends by saying the exit status. */
export type CommandMaker<Args> = (
  terminal: Terminal,
  finish: (code: ExitCode) => void,
) => CommandModule<object, Args>
