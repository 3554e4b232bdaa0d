// weft predict: label maps of a folder of images, by a trained network.
import type { CommandMaker } from './command.ts'
import { withInference } from './run-options.ts'
import type { PredictArgs } from './run-predict.ts'

export const predictCommand: CommandMaker<PredictArgs> = (terminal, choose) => ({
  command: 'predict <run>',
  describe: 'Segment a folder of images by a trained network',
  builder: (yargs) =>
    withInference(yargs)
      .option('input', {
        alias: 'i',
        describe: 'folder of images: CASE_0000.nii.gz, one file for each channel, or pictures: CASE_0000.png',
        type: 'string',
        demandOption: true,
        requiresArg: true,
      })
      .option('output', {
        alias: 'o',
        describe:
          'folder of the label maps, CASE.nii.gz or CASE.png; it is made, and files of these names are replaced',
        type: 'string',
        demandOption: true,
        requiresArg: true,
      })
      .example('weft predict runs/sparse --input imagesTs --output predictions', 'a label map for each case')
      .example(
        'weft predict runs/sparse -i imagesTs -o predictions --checkpoint best --mirror',
        'best epoch, mirror images averaged',
      ),
  handler: (args) => choose(async () => (await import('./run-predict.ts')).runPredict(args, terminal)),
})
