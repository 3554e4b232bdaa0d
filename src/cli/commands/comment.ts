// weft comment: what a change does to the networks of some files, as a comment for its pull request.
import type { CommandMaker } from './command.ts'
import { withProject } from './network-options.ts'
import type { CommentArgs } from './run-comment.ts'

export const commentCommand: CommandMaker<CommentArgs> = (terminal, choose) => ({
  command: 'comment <files..>',
  describe: 'What a change does to the networks of the files, for its pull request',
  builder: (yargs) =>
    withProject(yargs)
      .positional('files', {
        describe: 'the .weft files; of one that is gone, the networks that it had',
        type: 'string',
        array: true,
        demandOption: true,
      })
      .option('from', {
        describe: 'the Git revision that the change is made to',
        type: 'string',
        requiresArg: true,
        demandOption: 'say what to compare with: --from REVISION',
      })
      .option('out', { alias: 'o', describe: 'write to this file', type: 'string', requiresArg: true })
      .example('weft comment nets/*.weft --from origin/main', 'Markdown on stdout')
      .epilogue(
        'Exit status: 0 nothing differs, 2 networks differ or a budget is exceeded, 1 some file has a mistake, which the comment says.\ndocs/automation.md has the pipeline around it.',
      ),
  handler: (args) => choose(async () => (await import('./run-comment.ts')).runComment(args, terminal)),
})
