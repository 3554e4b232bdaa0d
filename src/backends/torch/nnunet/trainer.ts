// The trainer as Python: what differs from nnU-Net's own, and nothing else.
import { activationOf } from '../../../compiler/semantics/declarations/losses.ts'
import type { Recipe } from '../../../compiler/semantics/declarations/train.ts'
import { docstring } from '../docstring.ts'
import { atom, call, layout, list, literalText, stringText, tuple, type Python } from '../python.ts'
import { lossText, type LossText } from './loss.ts'
import { configureLines, isPoly, ratesOf, scheduleText, type Rates } from './rates.ts'
import type { Setting, StatedRecipe } from './setting.ts'

export interface TrainerOptions {
  readonly network: string
  readonly version: string
  readonly doc: string | undefined
  readonly training: StatedRecipe | undefined
  readonly isSparse: boolean
  /** Whether the package has weights to begin with. */
  readonly hasWeights: boolean
  /** What writes the folder again; `--set` may follow. */
  readonly command: string
  /** Settings of the recipe that nnU-Net goes about in its own way. */
  readonly leftOut: readonly string[]
}

/** What the parts of the text share. */
interface Parts extends TrainerOptions {
  readonly setting: Setting
  readonly rates: Rates | undefined
  readonly loss: LossText | undefined
  /** Whether a step does anything that nnU-Net's does not. */
  readonly hasOwnStep: boolean
}

/** nnU-Net's, which it does not keep anywhere. */
const usualClip = 12

export function trainerText(setting: Setting, options: TrainerOptions): string {
  const { training, isSparse } = options
  const rates = training === undefined ? undefined : ratesOf(training.recipe, training.stated)
  const scale = setting.isDeep ? 1 : (setting.outputs[0]?.weight ?? 1)
  const loss = training === undefined ? undefined : lossText(training.recipe.loss, scale)
  const hasOwnStep = isSparse || rates?.warmup !== undefined || clipOf(training?.recipe) !== usualClip
  const parts: Parts = { ...options, setting, rates, loss, hasOwnStep }
  const definitions = [
    ...(loss?.definitions ?? []),
    ...(rates === undefined ? [] : [scheduleText(rates)].filter((one) => one !== undefined)),
    fitText(parts),
    classText(parts),
  ]
  const head = [...headLines(parts), '', ...importLines(parts, definitions), '', ...constantLines(parts)]
  return `${head.join('\n')}\n\n\n${definitions.join('\n\n\n')}\n`
}

const clipOf = (recipe: Recipe | undefined): number => recipe?.clip ?? usualClip

function headLines({ network, version, training, setting, leftOut }: Parts): readonly string[] {
  const by = training === undefined ? '' : ` by the recipe ${training.recipe.name}`
  const [first = '', ...rest] = docstring(
    [
      `${setting.trainer}, written by Weft ${version}: ${network} trained inside nnU-Net${by}.`,
      ...(leftOut.length === 0 ? [] : [`As nnU-Net has it, not as the recipe: ${leftOut.join(', ')}.`]),
      'Needs nnunetv2 2.8 or newer, and this folder in the environment variable nnUNet_extTrainer.',
    ],
    0,
  )
  return [first, ...rest]
}

// ---------------------------------------------------------------- imports, constants

function importLines(parts: Parts, definitions: readonly string[]): readonly string[] {
  const { setting, network, isSparse, hasWeights, loss, rates, training } = parts
  const text = definitions.join('\n')
  const third = [
    ...(loss?.imports ?? []),
    ...(training !== undefined && setting.isDeep
      ? ['from nnunetv2.training.loss.deep_supervision import DeepSupervisionWrapper']
      : []),
    ...(rates !== undefined && isPoly(rates)
      ? ['from nnunetv2.training.lr_scheduler.polylr import PolyLRScheduler']
      : []),
    'from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer',
    `from torch import ${/\bTensor\b/.test(text) ? 'Tensor, ' : ''}nn`,
    ...(isSparse ? ['from torch._dynamo import OptimizedModule'] : []),
    imported(setting.package, isSparse ? [network, 'Topology'].sort() : [network]),
    ...(hasWeights ? [`from ${setting.package}.weights import load`] : []),
  ]
  return [
    ...(/\bmath\./.test(text) ? ['import math'] : []),
    'import sys',
    '',
    'import torch',
    ...(/\bF\./.test(text) ? ['import torch.nn.functional as F'] : []),
    ...third.toSorted(byModule),
  ]
}

function imported(module: string, names: readonly string[]): string {
  const line = `from ${module} import ${names.join(', ')}`
  return line.length <= 88
    ? line
    : `from ${module} import (\n${names.map((one) => `    ${one},\n`).join('')})`
}

/** As `ruff` sorts imports: by module, whatever the case. */
function byModule(a: string, b: string): number {
  const [left, right] = [a.split(' ')[1] ?? '', b.split(' ')[1] ?? '']
  return left < right ? -1 : 1
}

function constantLines({ setting, training, command }: Parts): readonly string[] {
  const { patch, channels, classes, outputs, isDeep, idle } = setting
  const extents = outputs.map(({ extents: one }) => literal(one))
  return [
    '# What the network was compiled for.',
    `PATCH = ${literalText(patch)}`,
    `IN_CHANNELS = ${channels}`,
    `CLASSES = ${classes}`,
    ...assigned('COMMAND', stringText(command)),
    ...(isDeep
      ? [
          `# Extents of ${outputs.map(({ name }) => name).join(', ')}.`,
          ...layout(list(...extents), 0, 'OUTPUTS = '),
        ]
      : []),
    ...(isDeep && training !== undefined
      ? layout(list(...outputs.map(({ weight }) => atom(literalText(weight)))), 0, 'WEIGHTS = ')
      : []),
    ...(idle.length === 0
      ? []
      : [
          '# What no supervised output is computed from.',
          ...layout(list(...idle.map((key) => atom(stringText(key)))), 0, 'IDLE = '),
        ]),
    '',
    '# nnU-Net forgets the modules of this folder once it has found a trainer. What reads',
    '# them later, as torch.compile does, is given them again.',
    ...assigned('PACKAGE', stringText(setting.package)),
    'MODULES = {',
    '    name: module',
    '    for name, module in sys.modules.items()',
    '    if name == __name__ or name.split(".")[0] == PACKAGE',
    '}',
  ]
}

/** A text that is too long for its line stands on one of its own, where it fits there. */
function assigned(name: string, text: string): readonly string[] {
  const isLong = name.length + 3 + text.length > 88 && text.length + 4 <= 88
  return isLong ? [`${name} = (`, `    ${text}`, ')'] : [`${name} = ${text}`]
}

const literal = (values: readonly number[]): Python => tuple(...values.map((one) => atom(literalText(one))))

// ---------------------------------------------------------------- what the network takes

function fitText({ setting, network }: Parts): string {
  const { parameters } = setting
  const rows = [
    ['patch', parameters.patch, 'patch', 'PATCH'],
    ['input channels', parameters.channels, 'channels', 'IN_CHANNELS'],
    ['outputs per voxel', parameters.classes, 'classes', 'CLASSES'],
  ] as const
  return [
    'def refuse_misfits(patch: tuple[int, ...], channels: int, classes: int) -> None:',
    '    """Says how to compile the network for what plans and dataset ask for."""',
    '    asked = [',
    ...rows.flatMap(([what, parameter, given, own]) =>
      layout(
        tuple(
          atom(stringText(what)),
          atom(parameter === undefined ? 'None' : stringText(parameter)),
          atom(given),
          atom(own),
        ),
        8,
        '',
        ',',
      ),
    ),
    '    ]',
    '    misfits = [one for one in asked if one[2] != one[3]]',
    '    if not misfits:',
    '        return',
    '    found = "; ".join(f"{what}: {given}, not {own}" for what, _, given, own in misfits)',
    '    sets = " ".join(',
    '        f"--set \'{name}={list(given) if isinstance(given, tuple) else given}\'"',
    '        for _, name, given, _ in misfits',
    '        if name is not None',
    '    )',
    '    texts = [what for what, name, _, _ in misfits if name is None]',
    '    edit = f"; change the spec for its {\', \'.join(texts)}" if texts else ""',
    '    raise ValueError(',
    `        f"nnU-Net asks ${network} for what it was not compiled for ({found}). "`,
    '        f"Compile it again: {COMMAND} {sets}{edit}"',
    '    )',
  ].join('\n')
}

// ---------------------------------------------------------------- the class

const body = ' '.repeat(8)

function classText(parts: Parts): string {
  const { setting, doc, training, network } = parts
  const about = [
    training === undefined
      ? `nnU-Net's own training of ${network}.`
      : `${network}, by the recipe ${training.recipe.name}.`,
    ...(doc === undefined ? [] : [doc]),
  ]
  const members = [
    initLines(parts),
    networkLines(parts),
    ...(parts.isSparse ? [initializeLines(parts)] : []),
    ...(setting.isDeep ? [scaleLines] : [silentLines]),
    ...(training === undefined ? [] : [lossLines(parts)]),
    ...(training === undefined || parts.rates === undefined
      ? []
      : [configureLines(training.recipe.optimizer, parts.rates)]),
    ...(parts.isSparse ? [startLines] : []),
    ...(parts.rates?.warmup === undefined ? [] : [epochLines]),
    ...(parts.hasOwnStep ? [stepLines(parts)] : []),
  ]
  return [
    `class ${setting.trainer}(nnUNetTrainer):`,
    ...docstring(about, 4),
    '',
    members.map((lines) => lines.join('\n')).join('\n\n'),
  ].join('\n')
}

function initLines({ training, setting }: Parts): readonly string[] {
  const settings = training === undefined ? [] : recipeLines(training)
  return [
    '    def __init__(',
    '        self,',
    '        plans: dict,',
    '        configuration: str,',
    '        fold: int,',
    '        dataset_json: dict,',
    '        device: torch.device = torch.device("cuda"),',
    '    ) -> None:',
    `${body}super().__init__(plans, configuration, fold, dataset_json, device)`,
    ...settings.map((line) => `${body}${line}`),
    ...(setting.isDeep ? [] : [`${body}self.enable_deep_supervision = False`]),
  ]
}

/** Only what the block says itself: all else is nnU-Net's. */
function recipeLines({ recipe, stated }: StatedRecipe): readonly string[] {
  const { optimizer, steps, epochs, batch, foreground } = recipe
  const lines = [
    ['optimizer', `self.initial_lr = ${literalText(optimizer.lr)}`],
    ['optimizer', `self.weight_decay = ${literalText(optimizer.weightDecay)}`],
    ['epochs', `self.num_epochs = ${epochs}`],
    ['steps', `self.num_iterations_per_epoch = ${steps}`],
    ['batch', `self.configuration_manager.configuration["batch_size"] = ${batch}`],
    ['foreground', `self.oversample_foreground_percent = ${literalText(foreground)}`],
  ] as const
  return lines.filter(([name]) => stated.includes(name)).map(([, line]) => line)
}

function networkLines({ setting, network, hasWeights }: Parts): readonly string[] {
  const { idle, outputs } = setting
  const flag = outputs.length > 1 ? [atom('deep_supervision=enable_deep_supervision')] : []
  const made = (start: string): readonly string[] => layout(call(network, ...flag), 8, start)
  return [
    '    @staticmethod',
    '    def build_network_architecture(',
    '        plans_manager,',
    '        configuration_manager,',
    '        num_input_channels: int,',
    '        num_output_channels: int,',
    '        enable_deep_supervision: bool = True,',
    '    ) -> nn.Module:',
    `${body}patch = tuple(configuration_manager.patch_size)`,
    `${body}refuse_misfits(patch, num_input_channels, num_output_channels)`,
    `${body}sys.modules.update(MODULES)`,
    ...(idle.length === 0 && !hasWeights
      ? made('return ')
      : [
          ...made('network = '),
          ...(hasWeights ? [`${body}network.load_state_dict(load())`] : []),
          ...(idle.length === 0
            ? []
            : [`${body}for key in IDLE:`, `${body}    network.get_parameter(key).requires_grad_(False)`]),
          `${body}return network`,
        ]),
  ]
}

/** The topology travels with the optimiser's state, so that nnU-Net saves and loads it in its checkpoints. */
const initializeLines = ({ hasWeights }: Parts): readonly string[] => [
  '    def initialize(self) -> None:',
  '        super().initialize()',
  '        network = self.network.module if self.is_ddp else self.network',
  '        if isinstance(network, OptimizedModule):',
  '            network = network._orig_mod',
  '        steps = self.num_epochs * self.num_iterations_per_epoch',
  `        self.topology = Topology(network, steps${hasWeights ? ', from_weights=True' : ''})`,
  '        # Checkpoints have the state of the optimiser; in it they have the topology.',
  '        self.optimizer.register_state_dict_post_hook(self._save_topology)',
  '        self.optimizer.register_load_state_dict_pre_hook(self._load_topology)',
  '',
  '    def _save_topology(self, _, state: dict) -> None:',
  '        state["topology"] = self.topology.state_dict()',
  '',
  '    def _load_topology(self, _, state: dict) -> None:',
  '        self.topology.load_state_dict(state["topology"])',
]

/** Pretrained weights come after the topology was drawn. */
const startLines: readonly string[] = [
  '    def on_train_start(self) -> None:',
  '        super().on_train_start()',
  '        self.topology.enforce()',
]

const scaleLines: readonly string[] = [
  '    def _get_deep_supervision_scales(self) -> list[list[float]] | None:',
  '        if not self.enable_deep_supervision:',
  '            return None',
  '        return [[n / side for n, side in zip(one, PATCH)] for one in OUTPUTS]',
]

const silentLines: readonly string[] = [
  '    def set_deep_supervision_enabled(self, enabled: bool) -> None:',
  '        """There is nothing to switch: one output is trained."""',
]

function lossLines({ training, setting, network }: Parts): readonly string[] {
  if (training === undefined) throw new Error('a loss without a recipe')
  const bySoftmax = activationOf(training.recipe.loss) === 'softmax'
  const refusal = bySoftmax
    ? [
        'if self.label_manager.has_regions:',
        '    raise ValueError(',
        `        "the dataset has regions, and the loss of ${network} takes a softmax: give the "`,
        `        "recipe ${training.recipe.name} a loss by a sigmoid, such as "`,
        '        "dice(batch = true, sigmoid = true) + bce, and compile it again"',
        '    )',
      ]
    : [
        'if not self.label_manager.has_regions:',
        '    raise ValueError(',
        '        "the dataset has labels, of which nnU-Net predicts one for each voxel, and the "',
        `        "loss of ${network} takes a sigmoid: declare regions in dataset.json, or give the "`,
        `        "recipe ${training.recipe.name} a loss by a softmax, and compile it again"`,
        '    )',
      ]
  return [
    '    def _build_loss(self) -> nn.Module:',
    ...refusal.map((line) => `${body}${line}`),
    `${body}loss = Loss(self.label_manager.ignore_label, self.is_ddp).to(self.device)`,
    ...(setting.isDeep ? [`${body}return DeepSupervisionWrapper(loss, WEIGHTS)`] : [`${body}return loss`]),
  ]
}

const epochLines: readonly string[] = [
  '    def on_train_epoch_start(self) -> None:',
  '        super().on_train_epoch_start()',
  '        self.steps_done = self.current_epoch * self.num_iterations_per_epoch',
]

function stepLines({ isSparse, rates, training }: Parts): readonly string[] {
  const rises = rates?.warmup !== undefined
  const lines = [
    'data = batch["data"].to(self.device, non_blocking=True)',
    'target = batch["target"]',
    'if isinstance(target, list):',
    '    target = [one.to(self.device, non_blocking=True) for one in target]',
    'else:',
    '    target = target.to(self.device, non_blocking=True)',
    ...(rises ? ['self.lr_scheduler.warm_up(self.steps_done)', 'self.steps_done += 1'] : []),
    ...(isSparse ? ['self.topology.begin_step(self.optimizer)'] : []),
    'self.optimizer.zero_grad(set_to_none=True)',
    'with torch.autocast("cuda", enabled=self.device.type == "cuda"):',
    '    loss = self.loss(self.network(data), target)',
    '# Without one, as on a CPU, a scaler that does nothing.',
    'scaler = self.grad_scaler or torch.amp.GradScaler(enabled=False)',
    'scaler.scale(loss).backward()',
    'scaler.unscale_(self.optimizer)',
    `nn.utils.clip_grad_norm_(self.network.parameters(), ${literalText(clipOf(training?.recipe))})`,
    ...(isSparse ? ['self.topology.mask_gradients()'] : []),
    'scaler.step(self.optimizer)',
    'scaler.update()',
    'return {"loss": loss.detach().cpu().numpy()}',
  ]
  return ['    def train_step(self, batch: dict) -> dict:', ...lines.map((line) => `${body}${line}`)]
}
