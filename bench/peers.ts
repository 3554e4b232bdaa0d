// The counting of PyTorch beside ours, in turns: FlopCounterMode over fake tensors, which needs no forward pass either.
import { interleaved, median, medianOf, type Benchmark, type Finding, type Found } from './measure.ts'
import { commandPath, examplePath, torchPeerPath } from './paths.ts'
import { nodeMs, once, output, processMs } from './processes.ts'
import { hasTorch, noTorch, python } from './torch.ts'

/** What nnunet_torch.py prints. */
interface TorchCount {
  readonly torch: string
  readonly coldMs: number
  readonly warmMs: number
  readonly flops: number
  readonly parameters: number
}

const torchCount = (): TorchCount => JSON.parse(output(python, [torchPeerPath])) as TorchCount

function ratio(what: string, theirs: readonly number[], ours: readonly number[]): Finding {
  return { what, value: median(theirs) / median(ours), unit: '×' }
}

/** Both count the same network, or the comparison means nothing. */
function agree(theirs: TorchCount): string {
  const ours = once('example', 'nnunet', 'NNUNetV1')
  if (theirs.flops / 2 !== ours.macs || theirs.parameters !== ours.parameters) {
    throw new Error(
      `PyTorch counts ${theirs.flops / 2} MACs and ${theirs.parameters} parameters, Weft ${ours.macs} and ${ours.parameters}`,
    )
  }
  return `Both count ${ours.macs} MACs (PyTorch: ${theirs.flops} FLOPs) and ${ours.parameters} parameters. PyTorch ${theirs.torch}.`
}

function compare(times: number): Found {
  const agreed = agree(torchCount())
  const theirs: TorchCount[] = []
  const ours: ReturnType<typeof once>[] = []
  const processes = interleaved(times, [
    () => processMs(python, [torchPeerPath, '--once']),
    () => nodeMs(commandPath, 'cost', examplePath('nnunet'), '--network', 'NNUNetV1'),
  ])
  for (let turn = 0; turn < times; turn++) {
    theirs.push(torchCount())
    ours.push(once('example', 'nnunet', 'NNUNetV1'))
  }
  const pairs = [
    { what: 'whole process', torch: processes[0] ?? [], weft: processes[1] ?? [] },
    {
      what: 'count alone, first run',
      torch: theirs.map((one) => one.coldMs),
      weft: ours.map((one) => one.coldMs),
    },
    {
      what: 'count alone, warm',
      torch: theirs.map((one) => one.warmMs),
      weft: ours.map((one) => one.warmMs),
    },
  ]
  const findings = pairs.flatMap(({ what, torch, weft }) => [
    medianOf(`PyTorch, ${what}`, torch),
    medianOf(`Weft, ${what}`, weft),
    ratio(`PyTorch against Weft, ${what}`, torch, weft),
  ])
  return {
    findings,
    notes: [
      agreed,
      'PyTorch builds its module and counts over it; Weft reads the text of nnunet.weft and counts.',
    ],
  }
}

export const peers: Benchmark = {
  name: 'peers',
  title: 'nnU-Net (version 1, 1×128×128×128) beside PyTorch: FakeTensorMode and FlopCounterMode',
  run: ({ quick }) => (hasTorch() ? compare(quick ? 3 : 9) : { findings: [], notes: [noTorch] }),
}
