// Plans of nnU-Net, read and written: 979, 984, 990-994, 996 and 999.
import { code, didYouMean } from '../define.ts'

export const nnunetCodes = {
  'plans-malformed': code<{ path: string; reason: string }>({
    code: 'WEFT990',
    severity: 'error',
    message: ({ path, reason }) => `${path} is not plans of nnU-Net: ${reason}`,
    help: () =>
      'name the nnUNetPlans.json of a dataset (in nnUNet_preprocessed) or of a trained model (plans.json in its folder), or the *_plans_2D.pkl or *_plans_3D.pkl of version 1',
    explanation: `Plans are the JSON file that \`nnUNetv2_plan_experiment\` writes: an object with \`configurations\`. Each configuration has
\`patch_size\` and \`architecture\`, or, to release 2.2, \`UNet_class_name\` with its lists, of its own or from the one that it \`inherits_from\`. Plans of version 1 are a pickle of a dict with \`plans_per_stage\`, \`base_num_features\`,
\`num_classes\` and \`num_modalities\`: it is read as data, and what numpy's numbers, lists and dicts do not make stays unbuilt.
`,
  }),
  'plans-inheritance': code<{
    path: string
    reason: string
    known: readonly string[]
    suggestion: string | undefined
  }>({
    code: 'WEFT984',
    severity: 'error',
    message: ({ path, reason }) => `${path}: ${reason}`,
    help: ({ known, suggestion }) =>
      didYouMean(suggestion) ??
      (known.length === 0
        ? 'correct `inherits_from` in the file: the last parent inherits from none'
        : `correct \`inherits_from\` in the file: it has ${known.join(', ')}`),
    explanation: `A configuration with \`inherits_from\` has everything that the configuration of that name has and it does not say itself. The parent may inherit
too; the chain ends with one that inherits from none.
`,
  }),
  'plans-no-configuration': code<{
    path: string
    configuration: string
    known: readonly string[]
    suggestion: string | undefined
  }>({
    code: 'WEFT991',
    severity: 'error',
    message: ({ path, configuration }) => `${path} has no configuration \`${configuration}\``,
    help: ({ known, suggestion }) => didYouMean(suggestion) ?? `it has ${known.join(', ')}`,
    explanation: `\`-c\` names configurations as nnU-Net does: \`2d\`, \`3d_fullres\`, \`3d_lowres\`, \`3d_cascade_fullres\`, and those that were added by
hand. Without it all of them are imported.
`,
  }),
  'plans-unsupported': code<{
    path: string
    configuration: string
    key: string
    value: string
    reason: string
  }>({
    code: 'WEFT992',
    severity: 'error',
    message: ({ path, configuration, key, value, reason }) =>
      `${path}: configuration \`${configuration}\` has \`${key}\` = ${value}: ${reason}`,
    help: () =>
      'change it, import the other configurations with -c, or write the network as a spec of its own',
    explanation: `A spec that is made of plans has the parameters and MACs of what nnU-Net builds, to the unit, so that whatever has no exact
counterpart is an error. There are counterparts of \`PlainConvUNet\`, \`ResidualEncoderUNet\`, \`ResidualUNet\` and the \`Primus\` family of
dynamic_network_architectures, of norms, activations and dropout, and of version 1's \`Generic_UNet\`; docs/nnunet.md has the list.
A class of somebody else's is Python that plans only name: its network is written by hand, as those in \`examples/\` are.
`,
  }),
  'plans-of-version-1': code<{ path: string }>({
    code: 'WEFT993',
    severity: 'error',
    message: ({ path }) => `${path} is a pickle, as nnU-Net of version 1 wrote its plans`,
    help: () =>
      'convert the dataset with `nnUNetv2_convert_old_nnUNet_dataset` and plan it anew; `weft import plans` makes a spec of these',
    explanation: `Version 2 cannot read plans of version 1: it plans such datasets anew, with other patches and strides than before. So nothing is
trained inside nnU-Net by them, and no configuration is added to them. \`weft import plans\` reads them, to cost and compare what was trained with
version 1: the pickle as data, none of it is run.
`,
  }),
  'plans-inexpressible': code<{ network: string; reason: string }>({
    code: 'WEFT994',
    severity: 'error',
    message: ({ network, reason }) => `\`${network}\` is no network that nnU-Net's plans can name: ${reason}`,
    help: () =>
      'train it inside nnU-Net as it is, by a trainer of its own: `weft compile FILE --recipe NAME --target nnunet -o FOLDER`',
    explanation: `Plans name a class of dynamic_network_architectures and its arguments: \`PlainConvUNet\`, \`ResidualEncoderUNet\`, \`ResidualUNet\` or one of the \`Primus\` family. What is
exported is read in again and compared with the network operator by operator, parameter by parameter, so that it is either the same network or this
error, which says where the likeliest of them differs. Names do not matter, nor does how weights begin: nnU-Net begins them itself.
`,
  }),
  'plans-configuration-taken': code<{ path: string; configuration: string }>({
    code: 'WEFT979',
    severity: 'error',
    message: ({ path, configuration }) => `${path} has a configuration \`${configuration}\` already`,
    help: () => 'give the new one a name of its own with --configuration',
    explanation: `nnU-Net keeps what it has trained under the name of the configuration, so that one which changes under its name would make
trained models unusable. To replace a configuration that nothing was trained by, remove it from the file first.
`,
  }),
  'plans-do-not-fit': code<{ path: string; configuration: string; reason: string }>({
    code: 'WEFT999',
    severity: 'error',
    message: ({ path, configuration, reason }) =>
      `the network does not fit \`${configuration}\` of ${path}, from which the new configuration inherits: ${reason}`,
    help: () =>
      'choose another parent with --inherits-from, or give the network what the parent has with --set',
    explanation: `A configuration that is added to plans has an architecture and a patch of its own and inherits all else: spacing, normalisation,
resampling, the preprocessed data. So the network's input must have the parent's channels and axes.
`,
  }),
  'plans-misfit': code<{
    network: string
    by: string
    patch: readonly number[]
    channels: number
    classes: number | undefined
  }>({
    code: 'WEFT996',
    severity: 'error',
    message: ({ network, by, patch, channels, classes }) =>
      `\`${network}\` does not become what \`${by}\` asks for: an input of ${[channels, ...patch].join('×')}${classes === undefined ? '' : `, ${classes} channels of the output`}`,
    help: ({ patch }) =>
      `with --set, give the arguments that have to go with them, such as strides: the patch of the plans can be halved ${patch.map(halvings).join(', ')} times along its axes`,
    explanation: `With --plans a network is compiled for the patch, the channels and the classes that nnU-Net will give it: the parameters of the spec
whose values these are take them. What depends on them, such as the strides of a U-Net, is for whoever compiles to say.

    weft compile e2enet.weft --recipe amos --target nnunet -o trainer --plans nnUNetPlans.json -c 3d_fullres      // patch = [40, 56, 40]
    weft compile e2enet.weft … --set 'pools=[[2, 2, 2] for i in 1..3]'                                            // divides by 2³
`,
  }),
} as const

/** How often a side divides by 2. */
function halvings(side: number): number {
  return side > 0 && side % 2 === 0 ? 1 + halvings(side / 2) : 0
}
