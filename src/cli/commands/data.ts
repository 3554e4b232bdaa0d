// weft data: made-up cases as files, to try training, prediction and evaluation, here or in another program.
import type { CommandMaker } from './command.ts'
import type { DataArgs } from './run-data.ts'

const mostTests = 10_000

export const dataCommand: CommandMaker<DataArgs> = (terminal, choose) => ({
  command: 'data <source>',
  describe: 'Write a dataset of made-up cases in nnU-Net’s layout',
  builder: (yargs) =>
    yargs
      .positional('source', {
        describe:
          'phantom, or phantom:cases=24,extents=32x32x32,classes=2,channels=1,noise=0.1,nested=0,unlabelled=0,seed=1; extents=64x64 for pictures',
        type: 'string',
        demandOption: true,
      })
      .option('out', {
        alias: 'o',
        describe: 'the folder; it may hold nothing yet',
        type: 'string',
        demandOption: true,
        requiresArg: true,
      })
      .option('tests', {
        describe: 'cases to predict: images in imagesTs, labels in labelsTs',
        type: 'number',
        default: 4,
        requiresArg: true,
      })
      .check(
        ({ tests }) =>
          (Number.isInteger(tests) && tests >= 0 && tests <= mostTests) ||
          `--tests takes a whole number from 0 to ${mostTests}`,
      )
      .example('weft data phantom --out Dataset900_Phantom', '24 cases with labels, and 4 to predict')
      .example('weft data phantom:cases=8,extents=24x24x24 --tests 2 --out small', 'fewer and smaller ones')
      .example('weft data phantom:extents=64x64,channels=3 -o pictures', 'PNG, three colours in a file')
      .example('weft train net.weft --data Dataset900_Phantom --out runs/first', 'what it is for'),
  handler: (args) => choose(async () => (await import('./run-data.ts')).runData(args, terminal)),
})
