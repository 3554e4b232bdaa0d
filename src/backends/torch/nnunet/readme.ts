// What the folder says of itself: how nnU-Net trains with it.
import type { Setting } from './setting.ts'

/** The file by which the folder is known. */
export const markFile = 'README.md'

export function readmeText({ trainer }: Setting, network: string, version: string): string {
  return `# ${trainer}

${network} for nnU-Net, written by Weft ${version}.

\`\`\`sh
export nnUNet_extTrainer=/path/to/this/folder
nnUNetv2_train DATASET CONFIGURATION FOLD -tr ${trainer}          # --c goes on, -num_gpus 2 trains on two
nnUNetv2_predict -d DATASET -c CONFIGURATION -f FOLD -tr ${trainer} -i IMAGES -o PREDICTIONS
nnUNetv2_export_model_to_zip -d DATASET -c CONFIGURATION -f FOLD -tr ${trainer} -o MODEL.zip
\`\`\`

Whoever predicts with the model needs this folder too, in the same variable.
`
}
