// weft predict: label maps of a folder of images, by a trained network.
import type { Argv } from 'yargs'
import type { CommandMaker } from './command.ts'
import { withInference, type InferenceTexts } from './run-options.ts'
import type { PredictArgs } from './predict-args.ts'

/** Adds `--reference --threads --probabilities --resume`, which are about imported models. */
function withModelInference<T>(
  yargs: Argv<T>,
): Argv<T & Pick<PredictArgs, 'reference' | 'threads' | 'probabilities' | 'resume'>> {
  return yargs
    .option('reference', {
      describe:
        'of an imported model: round in half precision where nnU-Net does, which differs in about one voxel of a thousand',
      choices: ['nnunet'] as const,
      requiresArg: true,
    })
    .option('threads', {
      describe: 'of an imported model: threads of the runtime; by default as many as there are cores',
      type: 'number',
      requiresArg: true,
    })
    .option('probabilities', {
      describe:
        'of an imported model: write CASE.safetensors too, the probabilities of all classes at every voxel',
      type: 'boolean',
    })
    .option('resume', {
      describe:
        'of an imported model: keep the cases that the same model with the same options has made before',
      type: 'boolean',
    })
    .check(
      ({ threads }) =>
        threads === undefined ||
        (Number.isSafeInteger(threads) && threads > 0) ||
        '--threads takes a whole number from 1',
    )
}

const texts: InferenceTexts = {
  run: 'the folder that `weft train` or `weft import model` wrote',
  mirror:
    'average over the mirror images along all axes: 8 times the work for a volume; an imported model has those of its training unless --no-mirror',
}

export const predictCommand: CommandMaker<PredictArgs> = (terminal, choose) => ({
  command: 'predict <run>',
  describe: 'Segment a folder of images by a trained network or an imported model',
  builder: (yargs) =>
    withModelInference(withInference(yargs, texts))
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
      )
      .example('weft predict models/heart -i imagesTs -o predictions', 'all that nnU-Net does, by its model')
      .example('weft predict models/heart -i imagesTs -o predictions --resume', 'go on with what was stopped')
      .epilogue('docs/pipeline.md says what is done with volumes by imported models.'),
  handler: (args) =>
    choose(async () => {
      const { isModelFolder } = await import('../../node/models/is-model-folder.ts')
      return isModelFolder(args.run)
        ? (await import('./run-predict-model.ts')).runPredictModel(args, terminal)
        : (await import('./run-predict.ts')).runPredict(args, terminal)
    }),
})
