// What every command file gives to the command line.
import type { CommandModule } from 'yargs'
import type { ExitCode } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'

/** What a command does, once its arguments are read; gives the exit status. */
export type Action = () => ExitCode | Promise<ExitCode>

/** Makes the command. Its handler only chooses the action, which runs when yargs is done: what it throws is then no usage error. */
export type CommandMaker<Args> = (
  terminal: Terminal,
  choose: (action: Action) => void,
) => CommandModule<object, Args>
