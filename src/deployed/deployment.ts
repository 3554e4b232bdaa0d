// `pipeline.json` of a deployed model: what it is, which files its networks are in, and what is done with volumes. It is the same for every
// target; docs/deploy.md explains it.
import type { Pipeline } from '../data/pipeline/pipeline.ts'
import type { WeftModel } from '../json/generated/weft-model-1.ts'

export interface Deployment extends Pick<
  WeftModel,
  'weft' | 'network' | 'origin' | 'channels' | 'outputs' | 'ending' | 'reader'
> {
  readonly format: 1
  readonly pipeline: Pipeline
  /** ONNX files of the networks whose scores are averaged; one tile at a time goes in. */
  readonly members: readonly { readonly file: string; readonly bytes: number }[]
  /** Names of the tensors: `[1, channels, …patch]` in, `[1, outputs, …patch]` out. */
  readonly input: string
  readonly output: string
  /** What one network takes while it runs: its weights and the most that is live of its values. */
  readonly networkBytes: number
  /** Everything that was written with it, so that another deployment into the same folder can take its place. */
  readonly files: readonly string[]
}

export const deploymentFile = 'pipeline.json'

type Named = Pick<Deployment, 'origin' | 'network'>

/** What a person calls the model: `Hippocampus` of `Dataset004_Hippocampus`, otherwise the network's name. */
export function titleOf({ origin, network }: Named): string {
  const title =
    origin.dataset
      ?.replace(/^Dataset\d+_/, '')
      .replaceAll('_', ' ')
      .trim() ?? ''
  return title === '' ? network : title
}

/** What machines call it: letters of ASCII and digits of the title, else of the network's name, with `joint` between words. */
export function fileNameOf(model: Named, joint: string): string {
  const wordsIn = (text: string): string =>
    text
      .toLowerCase()
      .match(/[a-z0-9]+/g)
      ?.join(joint) ?? ''
  return [wordsIn(titleOf(model)), wordsIn(model.network), 'model'].find((name) => name !== '') ?? ''
}
