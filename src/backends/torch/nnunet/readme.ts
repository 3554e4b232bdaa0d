// What the folder says of itself: how nnU-Net trains with it.
import type { AddedConfiguration } from '../../../nnunet/added-configuration.ts'
import type { Setting } from './setting.ts'

/** The file by which the folder is known. */
export const markFile = 'README.md'

export interface ReadmeOptions {
  readonly setting: Setting
  readonly network: string
  readonly version: string
  readonly plans: { readonly name: string } | undefined
  readonly added: AddedConfiguration | undefined
}

export function readmeText({ setting, network, version, plans, added }: ReadmeOptions): string {
  const { trainer } = setting
  return `# ${trainer}

${network} for nnU-Net, written by Weft ${version}.

\`\`\`sh
export nnUNet_extTrainer=/path/to/this/folder
nnUNetv2_train DATASET CONFIGURATION FOLD -tr ${trainer}          # --c goes on, -num_gpus 2 trains on two
nnUNetv2_predict -d DATASET -c CONFIGURATION -f FOLD -tr ${trainer} -i IMAGES -o PREDICTIONS
nnUNetv2_export_model_to_zip -d DATASET -c CONFIGURATION -f FOLD -tr ${trainer} -o MODEL.zip
\`\`\`

Whoever predicts with the model needs this folder too, in the same variable.
${plans === undefined || added === undefined ? '' : plannedText(setting, plans.name, added)}`
}

function plannedText({ outputs }: Setting, plans: string, { name }: AddedConfiguration): string {
  const trainer = outputs.length > 1 ? '' : ' -tr nnUNetTrainerNoDeepSupervision'
  return `
nnU-Net's own trainer trains the network by the configuration ${name} of \`${plans}\`, which takes the place of the plans that it was
made of. Python has to find the network's class:

\`\`\`sh
export PYTHONPATH=/path/to/this/folder
cp ${plans} $nnUNet_preprocessed/DATASET/
nnUNetv2_train DATASET ${name} FOLD${trainer}
\`\`\`
`
}
