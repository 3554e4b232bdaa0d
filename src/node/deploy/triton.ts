// A model as a model repository of Triton Inference Server: each network for its ONNX Runtime backend, and the pipeline for its Python backend,
// which asks the networks for scores of tiles. The layout is that of Triton's documentation, user_guide/model_repository and
// user_guide/model_configuration.
import { join } from 'node:path'
import { fileNameOf, type Deployment } from '../../deployed/deployment.ts'
import { copiedFile, textAsFile } from './installed.ts'
import type { EmittedMembers } from './members.ts'
import type { DeployedPart, DeployOptions } from './target.ts'

/** What the server is told of as its model repository. */
const repository = 'models'

const tritonName = (model: Pick<Deployment, 'origin' | 'network'>): string => fileNameOf(model, '_')

/** Where a network lies; its model is called by the whole's name and the member. */
export const tritonMember = (member: string, model: Pick<Deployment, 'origin' | 'network'>): string =>
  `${repository}/${tritonName(model)}_${member}/1/model.onnx`

export function tritonParts({ deployment }: EmittedMembers, { programs }: DeployOptions): DeployedPart {
  const { channels, outputs, pipeline, members, input, output } = deployment
  const name = tritonName(deployment)
  const place = `${repository}/${name}`
  const networks = members.map(({ file }) => {
    const [, network = ''] = file.split('/')
    const text = configuration(network, 'onnxruntime', {
      input: [{ name: input, type: 'TYPE_FP32', dims: [1, channels.length, ...pipeline.patch] }],
      output: [{ name: output, type: 'TYPE_FP32', dims: [1, outputs.length, ...pipeline.patch] }],
    })
    return textAsFile(`${repository}/${network}/config.pbtxt`, text)
  })
  const whole = configuration(name, 'python', {
    input: [
      { name: 'image', type: 'TYPE_FP32', dims: [channels.length, -1, -1, -1] },
      { name: 'spacing', type: 'TYPE_FP64', dims: [3] },
    ],
    output: [{ name: 'labels', type: 'TYPE_UINT8', dims: [-1, -1, -1] }],
  })
  return {
    files: [
      ...networks,
      textAsFile(`${place}/config.pbtxt`, whole),
      copiedFile(`${place}/1/model.py`, join(programs, 'model.py')),
      copiedFile(`${place}/1/segment.py`, join(programs, 'segment.py')),
      textAsFile(`${place}/1/pipeline.json`, `${JSON.stringify(deployment, undefined, 2)}\n`),
    ],
  }
}

interface TensorConfiguration {
  readonly name: string
  readonly type: `TYPE_${string}`
  /** −1 where it is free. */
  readonly dims: readonly number[]
}

interface Tensors {
  readonly input: readonly TensorConfiguration[]
  readonly output: readonly TensorConfiguration[]
}

/** `config.pbtxt`; extents stand as they are, without a batch that the server would add. */
function configuration(name: string, backend: string, { input, output }: Tensors): string {
  return `name: "${name}"
backend: "${backend}"
max_batch_size: 0
${tensorsText('input', input)}${tensorsText('output', output)}`
}

const tensorsText = (kind: string, tensors: readonly TensorConfiguration[]): string =>
  `${kind} [\n${tensors.map(({ name, type, dims }) => `  {\n    name: "${name}"\n    data_type: ${type}\n    dims: [ ${dims.join(', ')} ]\n  }`).join(',\n')}\n]\n`
