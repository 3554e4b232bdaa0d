// The optimiser and the learning rate of a recipe as Python.
import type { Optimizer, Recipe, Schedule } from '../../../compiler/semantics/declarations/train.ts'
import { docstring } from '../docstring.ts'
import { atom, call, layout, literalText, named, tuple, type Python } from '../python.ts'

/** Of nnU-Net, where a recipe has no schedule. */
const usual: Schedule = { kind: 'poly', power: 0.9 }

export interface Rates {
  readonly schedule: Schedule
  readonly warmup: Recipe['warmup']
}

export const ratesOf = ({ schedule, warmup }: Recipe, stated: readonly string[]): Rates => ({
  schedule: stated.includes('schedule') ? schedule : usual,
  warmup,
})

/** What nnU-Net's own scheduler says needs no class of ours. */
export const isPoly = ({ schedule, warmup }: Rates): boolean =>
  schedule.kind === 'poly' && warmup === undefined

/** The method `configure_optimizers`. */
export function configureLines(optimizer: Optimizer, rates: Rates): readonly string[] {
  return [
    '    def configure_optimizers(self):',
    ...layout(optimizerCode(optimizer), 8, 'optimizer = '),
    ...layout(schedulerCode(rates), 8, 'schedule = '),
    '        return optimizer, schedule',
  ]
}

function optimizerCode(optimizer: Optimizer): Python {
  const weights = [
    atom('self.network.parameters()'),
    named('lr', atom('self.initial_lr')),
    named('weight_decay', atom('self.weight_decay')),
  ]
  if (optimizer.kind === 'sgd')
    return call(
      'torch.optim.SGD',
      ...weights,
      named('momentum', atom(literalText(optimizer.momentum))),
      named('nesterov', atom(literalText(optimizer.nesterov))),
    )
  const { beta1, beta2, eps } = optimizer
  return call(
    optimizer.kind === 'adam' ? 'torch.optim.Adam' : 'torch.optim.AdamW',
    ...weights,
    named('betas', tuple(atom(literalText(beta1)), atom(literalText(beta2)))),
    named('eps', atom(literalText(eps))),
  )
}

function schedulerCode(rates: Rates): Python {
  const { schedule } = rates
  if (!isPoly(rates) || schedule.kind !== 'poly')
    return call(
      'Schedule',
      atom('optimizer'),
      atom('self.initial_lr'),
      atom('self.num_epochs'),
      atom('self.num_iterations_per_epoch'),
    )
  return call(
    'PolyLRScheduler',
    atom('optimizer'),
    atom('self.initial_lr'),
    atom('self.num_epochs'),
    atom(literalText(schedule.power)),
  )
}

/** The class `Schedule`; undefined where nnU-Net has one that does the same. */
export function scheduleText(rates: Rates): string | undefined {
  if (isPoly(rates)) return undefined
  const { schedule, warmup } = rates
  const rises = warmup !== undefined
  const steps = warmup?.unit === 'epochs' ? `${warmup.count} * steps` : `${warmup?.count}`
  const about = `${sayings[schedule.kind]}, set when an epoch begins${rises ? '; before that it rises along a line, step by step' : ''}.`
  return [
    'class Schedule:',
    ...docstring([about], 4),
    '',
    '    def __init__(',
    '        self, optimizer: torch.optim.Optimizer, lr: float, epochs: int, steps: int',
    '    ) -> None:',
    '        self.optimizer, self.lr = optimizer, lr',
    '        self.steps, self.total = steps, epochs * steps',
    ...(rises ? [`        self.rising = ${steps}`] : []),
    '',
    '    def step(self, epoch: int) -> None:',
    '        self._set(self.rate(epoch * self.steps))',
    ...(rises ? warmUpLines : []),
    '',
    '    def rate(self, done: int) -> float:',
    '        """Of the step that follows `done` ones."""',
    ...(rises
      ? ['        if done < self.rising:', '            return self.lr * (done + 1) / self.rising']
      : []),
    ...laterLines(
      schedule,
      rises ? '(done - self.rising) / (self.total - self.rising)' : 'done / self.total',
    ),
    '',
    '    def _set(self, rate: float) -> None:',
    '        for group in self.optimizer.param_groups:',
    '            group["lr"] = rate',
  ].join('\n')
}

const warmUpLines: readonly string[] = [
  '',
  '    def warm_up(self, done: int) -> None:',
  '        """Before every step: what rises does not wait for an epoch."""',
  '        if done < self.rising:',
  '            self._set(self.rate(done))',
]

const sayings: Readonly<Record<Schedule['kind'], string>> = {
  constant: 'A constant learning rate',
  poly: 'A learning rate that falls with a power of what is left',
  cosine: 'A learning rate that falls along half a cosine',
}

function laterLines(schedule: Schedule, share: string): readonly string[] {
  if (schedule.kind === 'constant') return ['        return self.lr']
  const first = `        share = ${share}`
  if (schedule.kind === 'poly')
    return [first, `        return self.lr * (1 - share) ** ${literalText(schedule.power)}`]
  const to = literalText(schedule.to)
  return [
    first,
    schedule.to === 0
      ? '        return self.lr * (1 + math.cos(math.pi * share)) / 2'
      : `        return ${to} + (self.lr - ${to}) * (1 + math.cos(math.pi * share)) / 2`,
  ]
}
