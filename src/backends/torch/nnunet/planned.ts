// The second way into nnU-Net: plans name the network's class, and the stock trainer trains it.
import type { AddedConfiguration } from '../../../nnunet/added-configuration.ts'
import { atom, call, layout, tuple } from '../python.ts'
import type { Setting } from './setting.ts'

const ratio = (above: readonly number[], below: readonly number[]): readonly number[] =>
  above.map((extent, axis) => extent / (below[axis] ?? 1))

/** nnU-Net counts stages, of which the last gives no output: there is one stride more than outputs. */
export function addedConfiguration(setting: Setting, parent: string): AddedConfiguration {
  const { patch, outputs } = setting
  const extents = [patch, ...outputs.map((one) => one.extents)]
  const strides = outputs.map(({ extents: own }, k) => ratio(extents[k] ?? own, own))
  return {
    name: `${parent}_${setting.package.replace(/^weft_/, '')}`,
    parent,
    className: `${setting.package}.planned.Planned`,
    strides: [...strides, patch.map(() => 1)],
  }
}

/** `planned.py` of the package. */
export function plannedText({ channels, classes, outputs }: Setting, network: string): string {
  const isDeep = outputs.length > 1
  const made = call('super().__init__', ...(isDeep ? [atom('deep_supervision=deep_supervision')] : []))
  const asked = tuple(atom('input_channels'), atom('num_classes'))
  const lines = [
    '"""The network under the argument names by which nnU-Net builds what plans name."""',
    '',
    ...(isDeep ? [] : ['from types import SimpleNamespace', '']),
    `from .network import ${network}`,
    '',
    '',
    `class Planned(${network}):`,
    '    """nnU-Net takes the extents of targets from `strides`; the network has its own."""',
    '',
    '    def __init__(',
    '        self,',
    '        input_channels: int,',
    '        num_classes: int,',
    '        strides: list[list[float]],',
    '        deep_supervision: bool = True,',
    '    ) -> None:',
    ...layout(asked, 8, 'if ', ` != (${channels}, ${classes}):`),
    '            raise ValueError(',
    `                f"${network} was compiled for ${channels} and ${classes} channels in and out, "`,
    '                f"and is asked for {input_channels} and {num_classes}"',
    '            )',
    ...layout(made, 8),
    ...(isDeep
      ? []
      : [
          '        # nnU-Net sets a flag there, which says nothing here: there is one output.',
          '        if not hasattr(self, "decoder"):',
          '            self.decoder = SimpleNamespace()',
        ]),
  ]
  return `${lines.join('\n')}\n`
}
