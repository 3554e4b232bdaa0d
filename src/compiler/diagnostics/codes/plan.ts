// 826-828: datasets that nothing can be planned for.
import { formatBytes } from '../../text/numbers.ts'
import { code } from '../define.ts'

export const planCodes = {
  'plan-no-room': code<{ within: number; patch: readonly number[]; stages: number; bytes: number }>({
    code: 'WEFT826',
    severity: 'error',
    message: ({ within, patch, stages, bytes }) =>
      stages < 2
        ? `the volumes are too small for a U-Net: at the target spacing a patch has ${patch.join(' x ')} voxels, and no axis can be halved`
        : `no network has room within ${formatBytes(within)}: that of the smallest patch, ${patch.join(' x ')}, takes ${formatBytes(bytes)} for two patches`,
    help: ({ stages }) =>
      stages < 2
        ? 'an axis is halved from 8 voxels on (12 where it is the only one); look at the spacings that the fingerprint has'
        : 'give more with --within, or plan for fewer bytes a number with --dtype f16',
    explanation: `\`weft plan\` makes the patch smaller until the training of two patches at once has room, as nnU-Net does; nothing is smaller than a network of
two stages.

    weft plan Dataset004_Hippocampus --within 64MiB     // WEFT826
`,
  }),
  'plan-without-labels': code<{ dataset: string; cases: number }>({
    code: 'WEFT827',
    severity: 'error',
    message: ({ dataset, cases }) =>
      `none of the ${cases} cases of ${dataset} has a labelled voxel: there are no intensities to plan by`,
    help: () => 'look at labelsTr: the labels there are 0 throughout',
    explanation: `The fingerprint of a dataset has the statistics of the intensities where something is labelled; CT is normalised by them.
`,
  }),
  'plan-reader': code<{ path: string; reader: string; known: readonly string[] }>({
    code: 'WEFT828',
    severity: 'error',
    message: ({ path, reader }) =>
      `${path} asks for the reader ${reader}, which is none of those that are known`,
    help: ({ known }) => `leave out \`overwrite_image_reader_writer\`, or name one of ${known.join(', ')}`,
    explanation: `Readers decide in which order the axes of a file come, and so what nnU-Net plans.

    "overwrite_image_reader_writer": "MyReader"     // WEFT828, with --reference nnunet
`,
  }),
} as const
