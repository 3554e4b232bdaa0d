// Emitted PyTorch beside the official classes: training steps from the same weights, in turns; and how long writing takes.
import { join } from 'node:path'
import { inFolder } from './folders.ts'
import { interleaved, median, medianOf, type Benchmark, type Finding, type Found } from './measure.ts'
import { commandPath, emittedStepPath, examplePath } from './paths.ts'
import { nodeMs, output } from './processes.ts'
import { python } from './torch.ts'

interface Subject {
  readonly peer: 'nnunet' | 'resenc' | 'e2enet'
  readonly example: string
  readonly network: string
  readonly map: string
  readonly patch: readonly number[]
  readonly arguments?: readonly string[]
  /** Time of ours over that of the official class. */
  readonly target: number
}

const pools = '[[1, 2, 2], [2, 2, 2], [2, 2, 2], [2, 2, 2], [2, 2, 2]]'
const subjects: readonly Subject[] = [
  {
    peer: 'nnunet',
    example: 'nnunet',
    network: 'NNUNet',
    map: 'nnunet-v2',
    patch: [64, 64, 64],
    target: 1.02,
  },
  {
    peer: 'resenc',
    example: 'nnunet-resenc',
    network: 'ResEncUNet',
    map: 'nnunet-resenc',
    patch: [64, 64, 64],
    target: 1.02,
  },
  {
    peer: 'e2enet',
    example: 'e2enet',
    network: 'E2ENet',
    map: 'e2enet',
    patch: [32, 64, 64],
    arguments: ['--set', `pools=${pools}`],
    target: 0.8,
  },
]

/** What emitted_step.py prints. */
interface Steps {
  readonly torch: string
  readonly parameters: readonly [ours: number, theirs: number]
  /** Of the outputs, in standard deviations. */
  readonly difference: number
  readonly ours: readonly Parts[]
  readonly theirs: readonly Parts[]
}

/** Milliseconds; masks that change or are applied belong to the update. */
interface Parts {
  readonly forward: number
  readonly backward: number
  readonly update: number
}

const whole = ({ forward, backward, update }: Parts): number => forward + backward + update

const modules: Readonly<Record<Subject['peer'], string>> = {
  nnunet: 'dynamic_network_architectures',
  resenc: 'dynamic_network_architectures',
  e2enet: 'batchgenerators',
}

/** Why a subject has no peer here. */
function missing({ peer, network }: Subject): string | undefined {
  if (peer === 'e2enet' && process.env['E2ENET'] === undefined)
    return `Skipped: ${network} needs E2ENET, a checkout of boqian333/E2ENet-Medical.`
  try {
    output(python, ['-c', `import torch, ${modules[peer]}`])
    return undefined
  } catch {
    return `Skipped: \`${python} -c "import torch, ${modules[peer]}"\` fails here, so that ${network} has no peer. WEFT_PYTHON names another Python.`
  }
}

function steps(subject: Subject, turns: number): Promise<Found> {
  return inFolder((folder) => {
    const { peer, example, network, map, patch, arguments: given = [] } = subject
    const [state, emitted] = [join(folder, 'state.pth'), join(folder, 'emitted')]
    const extents = ['--patch', ...patch.map(String)]
    output(python, [emittedStepPath, 'state', peer, ...extents, '--out', state])
    const chosen = ['--network', network, '--set', `patch=[${patch.join(', ')}]`, ...given]
    const options = [...chosen, '--weights', state, '--rename', map, '--target', 'torch', '-o', emitted]
    output(process.execPath, [commandPath, 'compile', examplePath(example), ...options])
    const asked = ['step', peer, ...extents, '--package', emitted, '--turns', String(turns)]
    const printed = output(python, [emittedStepPath, ...asked])
      .trim()
      .split('\n')
    return compared(subject, JSON.parse(printed.at(-1) ?? '') as Steps)
  })
}

/** The median of the ratios within each turn. */
function ratioOf({ ours, theirs }: Steps, part: (parts: Parts) => number): number {
  return median(
    ours.map((one, turn) => part(one) / part(theirs[turn] ?? { forward: NaN, backward: NaN, update: NaN })),
  )
}

function compared({ network, patch, target }: Subject, found: Steps): Found {
  const title = `${network} 1×${patch.join('×')}`
  const findings: Finding[] = [
    medianOf(`${title}, emitted`, found.ours.map(whole)),
    medianOf(`${title}, official class`, found.theirs.map(whole)),
    { what: `${title}, emitted against official`, value: ratioOf(found, whole), unit: '×', target },
    ...(['forward', 'backward', 'update'] as const).map((part) => ({
      what: `${title}, ${part}`,
      value: ratioOf(found, (parts) => parts[part]),
      unit: '×' as const,
    })),
  ]
  const [ours, theirs] = found.parameters
  if (ours !== theirs) throw new Error(`${title}: ${ours} parameters against ${theirs}`)
  return {
    findings,
    notes: [
      `${title}: the same ${ours} parameters; outputs differ by ${found.difference.toExponential(1)} deviations at most. PyTorch ${found.torch}.`,
    ],
  }
}

function emission(times: number): Promise<Finding[]> {
  return inFolder((folder) => {
    const network = [examplePath('nnunet-resenc'), '--network', 'ResEncXL']
    let turn = 0
    const [compiling = [], costing = []] = interleaved(times, [
      () =>
        nodeMs(commandPath, 'compile', ...network, '--target', 'torch', '-o', join(folder, `xl_${++turn}`)),
      () => nodeMs(commandPath, 'cost', ...network),
    ])
    return [
      medianOf('ResEncXL, weft compile --target torch', compiling, 1000),
      { what: 'ResEncXL, against weft cost', value: median(compiling) / median(costing), unit: '×' },
    ]
  })
}

async function measure(turns: number): Promise<Found> {
  const all: Found[] = [{ findings: await emission(turns), notes: [] }]
  for (const subject of subjects) {
    const reason = missing(subject)
    all.push(reason === undefined ? await steps(subject, turns) : { findings: [], notes: [reason] })
  }
  return {
    findings: all.flatMap(({ findings }) => findings),
    notes: [
      ...all.flatMap(({ notes }) => notes),
      'A step: forward with deep supervision, cross entropy, gradients, clipping, SGD with Nesterov momentum; E2ENet with the masks of S = 0.8, the',
      'same on both sides: ours by its topology, theirs by the `apply_mask` of its authors after every step. 2 threads, one process, in turns.',
    ],
  }
}

export const torchPackage: Benchmark = {
  name: 'torch',
  title: 'Emitted PyTorch beside the official classes: training steps',
  run: ({ quick }) => measure(quick ? 3 : 7),
}
