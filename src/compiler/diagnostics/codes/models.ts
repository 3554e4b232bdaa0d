// Trained models of nnU-Net, imported, and the volumes that they segment: 879-884, 893, 894 and 898.
import { code } from '../define.ts'

export const modelCodes = {
  'model-malformed': code<{ path: string; reason: string }>({
    code: 'WEFT879',
    severity: 'error',
    message: ({ path, reason }) => `${path} is not a model that can be imported: ${reason}`,
    help: () =>
      'give the folder that nnU-Net trained into, TRAINER__PLANS__CONFIGURATION, with plans.json, dataset.json and fold_0/checkpoint_final.pth, or the zip that nnU-Net exported',
    explanation: `nnU-Net keeps a trained model in \`nnUNet_results/DATASET/TRAINER__PLANS__CONFIGURATION\`: \`plans.json\`, \`dataset.json\`, and a
folder for each fold with its checkpoints. A zip of \`nnUNetv2_export_model_to_zip\` has such folders inside, and is taken as it is.

    weft import model nnUNetTrainer__nnUNetPlans__3d_fullres -o models/heart
    weft predict models/heart -i imagesTs -o predictions
`,
  }),
  'model-choice': code<{ path: string; models: readonly string[]; asked?: string }>({
    code: 'WEFT898',
    severity: 'error',
    message: ({ path, models, asked }) =>
      asked === undefined
        ? `${path} has ${models.length} models: which one?`
        : `${path} has no model, or more than one, that is called ${asked}`,
    help: ({ models }) => `name one by --model: ${models.join(', ')}`,
    explanation: `\`nnUNetv2_export_model_to_zip\` puts all configurations of a dataset into one zip. A model of Weft is one of them: \`--model\` names its
folder in the zip, or how that ends.

    weft import model heart.zip --model 3d_fullres -o models/heart
`,
  }),
  'model-unsupported': code<{ path: string; key: string; value: string; reason: string }>({
    code: 'WEFT880',
    severity: 'error',
    message: ({ path, key, value, reason }) => `${path} has \`${key}\` = ${value}: ${reason}`,
    help: () => 'predict with nnU-Net itself; docs/pipeline.md says what is done here',
    explanation: `What Weft does with volumes is what nnU-Net does, rule by rule. Where a model asks for something else, such as a cascade, a
preprocessor of its own or a reader of pictures, it is refused by name: a result that only resembles nnU-Net's would be worth less than none.
`,
  }),
  'volume-unsupported': code<{ path: string; reader: string; reason: string }>({
    code: 'WEFT881',
    severity: 'error',
    message: ({ path, reader, reason }) => `${path} cannot be read as ${reader} reads it: ${reason}`,
    help: () => 'write it anew as a NIfTI file of three axes with the size of its voxels in `pixdim`',
    explanation: `A model was trained on arrays that one of nnU-Net's readers made. The same file gives the same array and spacing here, or this
error: SimpleITKIO and NibabelIO leave the axes as they are stored, NibabelIOWithReorient turns them towards right, anterior and superior.
`,
  }),
  'model-trainer': code<{ path: string; trainer: string }>({
    code: 'WEFT882',
    severity: 'warning',
    message: ({ path, trainer }) =>
      `${path} was trained by ${trainer}: that its network is the one of the plans is taken from its weights, whose names and shapes fit`,
    help: () => 'compare a prediction with one of nnUNetv2_predict before you rely on it',
    explanation: `A trainer is Python, and may build another network than the plans say. Other names or shapes of weights are an error. An activation
or a norm without weights of its own leaves no trace in a checkpoint.
`,
  }),
  'volume-unfit': code<{ name: string; reason: string }>({
    code: 'WEFT883',
    severity: 'error',
    message: ({ name, reason }) => `case \`${name}\` cannot be segmented: ${reason}`,
    help: () => 'check that these are images of the kind that the model was trained on',
    explanation: `Colours that are normalised by RGBTo01Normalization have to lie between 0 and 255, as in nnU-Net.
`,
  }),
  'predictor-missing': code<{ path: string; isResults: boolean }>({
    code: 'WEFT884',
    severity: 'error',
    message: ({ path }) =>
      `${path} is neither a training run nor an imported model: it has no run.json and no model.json`,
    help: ({ path, isResults }) =>
      isResults
        ? `nnU-Net has trained there; make a model of it: weft import model ${path} --out MODEL`
        : 'give the folder that `weft train … --out` or `weft import model … --out` wrote',
    explanation: `\`weft predict\` takes what Weft has trained, or what nnU-Net has trained and \`weft import model\` has imported. A folder of nnU-Net's
itself is imported once, so that its pickles are read once and its network is known by a spec.

    weft import model nnUNetTrainer__nnUNetPlans__3d_fullres --out models/heart
    weft predict models/heart --input imagesTs --output predictions
`,
  }),
  'fold-missing': code<{ path: string; fold: string; folds: readonly string[] }>({
    code: 'WEFT894',
    severity: 'error',
    message: ({ path, fold, folds }) =>
      `${path} has no fold ${fold}: ${folds.length === 1 ? 'its only one is' : 'it has'} ${folds.join(', ')}`,
    help: ({ folds }) => `give one that it has: --fold ${folds[0]}`,
    explanation: `An imported model has the weights of each fold that \`weft import model\` took; \`weft predict\` averages over all of them. A command
that needs the weights of one network takes those of the first, or of the fold that is named.

    weft compile models/heart --target onnx -o heart.onnx --fold 1
`,
  }),
  'prediction-differs': code<{ path: string; reason: string }>({
    code: 'WEFT893',
    severity: 'error',
    message: ({ path, reason }) => `the prediction of ${path} cannot go on: ${reason}`,
    help: () => 'give another output folder, or leave --resume out to predict all cases anew',
    explanation: `\`prediction.json\` says how the label maps beside it were made: version of Weft, digest of the model, and the options that change a
result. \`weft predict --resume\` keeps a case where all of that is the same, its images too, and its files are as they were written; it
never leaves label maps of two ways of making them in one folder.

    weft predict models/heart -i imagesTs -o predictions
    weft predict models/heart -i imagesTs -o predictions --resume                  // goes on
    weft predict models/heart -i imagesTs -o predictions --resume --overlap 0.25   // WEFT893
`,
  }),
} as const
