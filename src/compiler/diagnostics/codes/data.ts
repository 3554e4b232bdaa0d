// Data: images, labels and datasets as training and prediction read them: 834-840, 842-859 and 885-889.
import { code, didYouMean } from '../define.ts'

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`
const giga = (bytes: number): string => `${Number((bytes / 1e9).toPrecision(3))} GB`
const files = (count: number, paths: readonly string[]): string => {
  const more = count > paths.length ? ` and ${counted(count - paths.length, 'other')}` : ''
  return `${counted(count, 'file')} (${paths.join(', ')}${more})`
}
/** With as many digits as show that it is past the limit. */
const degreesPast = (degrees: number, limit: number): string => {
  const digits = [0, 1, 2, 3, 4, 5].find((count) => Number(degrees.toFixed(count)) > limit)
  return digits === undefined ? String(degrees) : degrees.toFixed(digits)
}
/** So many names are shown. */
const listedNames = 5
const listed = (names: readonly string[]): string => {
  const more = names.length > listedNames ? ` and ${names.length - listedNames} more` : ''
  return `${names.slice(0, listedNames).join(', ')}${more}`
}
const joined = (numbers: readonly number[]): string => numbers.join('x')

export const dataCodes = {
  'nifti-malformed': code<{ path: string; reason: string }>({
    code: 'WEFT834',
    severity: 'error',
    message: ({ path, reason }) => `${path} is not a NIfTI volume: ${reason}`,
    help: () => 'name a NIfTI file, .nii or .nii.gz',
    explanation: `Images and labels are read from files of NIfTI-1 or NIfTI-2 in one piece (\`.nii\`, or \`.nii.gz\` packed by gzip), of any size.
Pairs of \`.hdr\` and \`.img\` have to be converted first. So have files whose header says no size of voxels (\`pixdim\` of 0 or NaN and no
sform): one millimetre would be made up.
`,
  }),
  'nifti-truncated': code<{ path: string; bytes: number; needed: number; isMost?: true }>({
    code: 'WEFT835',
    severity: 'error',
    message: ({ path, bytes, needed, isMost }) =>
      `${path} is cut off: its header asks for ${needed} bytes, and there are ${isMost === true ? 'at most ' : ''}${bytes}`,
    help: () => 'copy or download it again',
    explanation: `The extents and the number type in a NIfTI header say how many bytes follow. A file with fewer is damaged; missing voxels are
never made up. Of a packed file that is far too small, the bytes are those that gzip could pack into it at most: it is not unpacked first.
`,
  }),
  'nifti-dtype': code<{ path: string; dtype: string }>({
    code: 'WEFT836',
    severity: 'error',
    message: ({ path, dtype }) => `${path} holds ${dtype}, which is not a real number per voxel`,
    help: () => 'convert it to integers or floating point numbers of 8 to 64 bits',
    explanation: `Voxels may be signed or unsigned integers of 8, 16, 32 or 64 bits, or floating point numbers of 32 or 64 bits. Complex
numbers and colours have no single intensity.
`,
  }),
  'nifti-not-volume': code<{ path: string; extents: readonly number[] }>({
    code: 'WEFT837',
    severity: 'error',
    message: ({ path, extents }) => `${path} has extents ${joined(extents)}, and a volume has three`,
    help: () =>
      'write each channel or time point to a file of its own: CASE_0000.nii.gz, CASE_0001.nii.gz, …',
    explanation: `Each file holds one channel of one case. A fourth axis with more than one entry (channels, time) has to be split into files.
Trailing extents of 1 are left out, and a file with two extents is a volume of one slice.
`,
  }),
  'nifti-not-finite': code<{ path: string; count: number; total: number }>({
    code: 'WEFT838',
    severity: 'error',
    message: ({ path, count, total }) => `${path} has ${count} of ${total} voxels that are NaN or infinite`,
    help: () => 'replace them, for example by the value of air',
    explanation: `One such voxel makes the mean of its image, and with it every normalised voxel, not a number.
`,
  }),
  'nifti-oblique': code<{ path: string; degrees: number; limit: number }>({
    code: 'WEFT839',
    severity: 'error',
    message: ({ path, degrees, limit }) =>
      `the axes of ${path} lie ${degreesPast(degrees, limit)} degrees off the scanner's, more than ${limit}: which is which cannot be told`,
    help: () =>
      'train with `orientation = nearest` to take the nearest order however oblique it is, or `as_stored` to keep that of the file (`weft train --orientation`)',
    explanation: `Volumes are turned by swaps and flips of axes so that all of a dataset have the same orientation (left to right, posterior to
anterior, inferior to superior). Which axis is which follows from the affine of the file; near 45 degrees that is a guess, and two volumes
that are hardly turned against each other may get different orders.

Oblique acquisitions, such as short-axis views of the heart, need one of two other policies, by the setting \`orientation\` of a recipe or by
\`weft train --orientation\`. A run remembers its policy, and \`weft predict\` and \`weft evaluate\` follow it.

    orientation = nearest      // the nearest order, however oblique
    orientation = as_stored    // the order of the file, as nnU-Net: all files have to be stored alike

Nothing is resampled.
`,
  }),
  'picture-malformed': code<{ path: string; reason: string }>({
    code: 'WEFT887',
    severity: 'error',
    message: ({ path, reason }) => `${path} cannot be read as a picture: ${reason}`,
    help: () => 'save it as PNG of 8 or 16 bits, or as TIFF without a palette, in strips',
    explanation: `Pictures of two axes are read from PNG (1, 8 or 16 bits; a palette of an image is turned into its colours) and from TIFF of one page
(8 or 16 bits without sign, or floating point of 32 or 64; uncompressed, LZW or deflate). What would be taken for something else is refused:
channels that lie in planes, colours in tiles, signed numbers, white as 0, palettes of TIFF.
`,
  }),
  'picture-channels': code<{ path: string; found: number; what: 'labels' | 'the dataset'; expected: number }>(
    {
      code: 'WEFT888',
      severity: 'error',
      message: ({ path, found, what, expected }) => {
        const verb = path.includes(', ') ? 'have' : 'has'
        const others = what === 'labels' ? 'labels have' : 'the dataset declares'
        return `${path} ${verb} ${counted(found, 'channel')}, and ${others} ${expected}`
      },
      help: ({ what }) =>
        what === 'labels'
          ? 'save the numbers of the classes as grey values: a palette makes colours of them'
          : 'name each channel in dataset.json: red, green and blue are three, alpha is one more',
      explanation: `A picture may hold one channel, as grey values, or red, green and blue, with alpha as a fourth. Those of a case's files, one after the
other, are the channels that \`channel_names\` declares, as in nnU-Net. Labels are grey values: 0 for the background, then 1, 2, …

    "channel_names": { "0": "R", "1": "G", "2": "B" },
    "file_ending": ".png"

    imagesTr/road_012_0000.png    // red, green and blue
    labelsTr/road_012.png         // grey: 0 and 1
`,
    },
  ),
  'geometry-differs': code<{ path: string; other: string; what: string; found: string; expected: string }>({
    code: 'WEFT840',
    severity: 'error',
    message: ({ path, other, what, found, expected }) =>
      `${path} has ${what} ${found}, and ${other}, of the same case, ${expected}`,
    help: () =>
      'all channels and the labels of a case must lie on the same voxels: resample them to one grid',
    explanation: `Channels and labels of a case are compared voxel by voxel. Their extents must be equal, and their affines must put each voxel
at the same place, within a tenth of a voxel. Nothing is resampled.
`,
  }),
  'dataset-malformed': code<{ path: string; reason: string }>({
    code: 'WEFT842',
    severity: 'error',
    message: ({ path, reason }) => `${path} does not describe a dataset: ${reason}`,
    help: () =>
      "a dataset is a folder in nnU-Net's raw layout: dataset.json, imagesTr/CASE_0000.nii.gz, labelsTr/CASE.nii.gz",
    explanation: `\`dataset.json\` names the channels and the classes of all cases.

    {
      "channel_names": { "0": "T1", "1": "T2" },
      "labels": { "background": 0, "tumour": 1 },
      "numTraining": 200,
      "file_ending": ".nii.gz"
    }

Classes are numbered from 0, which is the background, without gaps. The older form (\`modality\`, and labels as \`{ "0": "background" }\`)
is read too, with its list of training cases: paths from the folder of \`dataset.json\`, the image's without the channel's number.

    "training": [{ "image": "./imagesTr/liver_012.nii.gz", "label": "./labelsTr/liver_012.nii.gz" }]

The files at these places are the case's, wherever in the folder they lie. Paths that lead out of it are refused.
`,
  }),
  'dataset-unsupported': code<{ path: string; feature: string; reason: string }>({
    code: 'WEFT843',
    severity: 'error',
    message: ({ path, feature, reason }) => `${path} asks for ${feature}: ${reason}`,
    explanation: `What a dataset declares is done or refused, never left out: other file formats need a reader.
`,
  }),
  'dataset-file-missing': code<{ path: string; what: string; name: string }>({
    code: 'WEFT844',
    severity: 'error',
    message: ({ path, what, name }) => `case \`${name}\` lacks ${what}: there is no ${path}`,
    help: () => 'images are CASE_0000.nii.gz, CASE_0001.nii.gz, … (one file per channel), labels CASE.nii.gz',
    explanation: `Each case has one image per channel, numbered by four digits, and for training one file of labels.

    imagesTr/liver_012_0000.nii.gz
    labelsTr/liver_012.nii.gz
`,
  }),
  'labels-undeclared': code<{
    path: string
    found: readonly { readonly value: number; readonly voxels: number }[]
    classes: number
    /** There are more values than `found` has. */
    isMore?: true
    /** All of them are nearly whole, and the file stores numbers that a slope scales. */
    scaled?: { readonly slope: number; readonly off: number }
  }>({
    code: 'WEFT845',
    severity: 'error',
    message: ({ path, found, classes, isMore }) => {
      const shown = found.slice(0, 5).map(({ value, voxels }) => `${value} in ${counted(voxels, 'voxel')}`)
      const least = isMore === true ? 'at least ' : ''
      const more = found.length > 5 ? ` and ${least}${counted(found.length - 5, 'more value')}` : ''
      return `${path} has labels outside the ${classes} declared classes (0 to ${classes - 1}): ${shown.join(', ')}${more}`
    },
    help: ({ scaled }) =>
      scaled === undefined
        ? 'declare the class in dataset.json, or change the labels'
        : `they lie within ${scaled.off.toPrecision(1)} of whole numbers: the file stores them as integers that its scl_slope of ${Number(scaled.slope.toPrecision(4))} scales. Save the labels as integers without a slope, in nibabel by \`Nifti1Image(np.rint(labels).astype(np.uint8), affine)\``,
    explanation: `Labels are whole numbers from 0 (background) to the last declared class. Other values, also those between two whole numbers,
which interpolation leaves behind, are refused: nothing says which class they mean. So are values that a slope leaves beside whole
numbers (0.99998): a program that saves labels as floating point numbers in integers scales them, and nnU-Net refuses them too.
`,
  }),
  'dataset-empty': code<{ path: string; wanted: string; others: readonly string[] }>({
    code: 'WEFT846',
    severity: 'error',
    message: ({ path, wanted, others }) =>
      `${path} holds no images: ${wanted}${others.length === 0 ? '' : `, and there ${others.length === 1 ? 'is' : 'are'} ${listed(others)}`}`,
    help: ({ others }) =>
      others.length === 0 ? undefined : 'rename them, with the number of the channel: liver_012_0000.nii.gz',
    explanation: `Cases are found by the names of their first channels.

    imagesTr/liver_012_0000.nii.gz    // case liver_012
`,
  }),
  'files-ignored': code<{ path: string; files: readonly string[] }>({
    code: 'WEFT885',
    severity: 'warning',
    message: ({ path, files: found }) =>
      `${path} holds ${counted(found.length, 'file')} that belong${found.length === 1 ? 's' : ''} to no case and ${found.length === 1 ? 'is' : 'are'} left out: ${listed(found)}`,
    help: () =>
      'images are CASE_0000.nii.gz, CASE_0001.nii.gz, …: one file per channel, numbered by four digits',
    explanation: `Cases are found by the names of their files. What is called otherwise may be a note, or a case whose name lacks the number of the
channel: nothing is done with it, and it is said, so that no case is missing without a word. Names that begin with a dot are hidden files,
which are left out silently. In a dataset the names end as \`file_ending\` of dataset.json says.

    imagesTs/liver_012_0000.nii.gz    // case liver_012
    imagesTs/liver_013.nii.gz         // WEFT885
`,
  }),
  'case-twice': code<{ path: string; other: string; name: string; channel: number }>({
    code: 'WEFT886',
    severity: 'error',
    message: ({ path, other, name, channel }) =>
      `case \`${name}\` has channel ${channel} twice: ${path} and ${other}`,
    help: () => 'move one of them away',
    explanation: `A folder of images may hold packed and unpacked files, but each channel of a case once: nothing says which of the two is meant.

    imagesTs/liver_012_0000.nii
    imagesTs/liver_012_0000.nii.gz    // WEFT886
`,
  }),
  'channels-extra': code<{ path: string; name: string; declared: number }>({
    code: 'WEFT847',
    severity: 'error',
    message: ({ path, name, declared }) =>
      `case \`${name}\` has the file ${path}, beyond the ${declared} declared channels`,
    help: () => 'declare the channel in dataset.json, or move the file away',
    explanation: `All cases have the channels that \`channel_names\` declares. A file that no channel belongs to is more likely a forgotten
declaration than an image to leave out.
`,
  }),
  'case-unknown': code<{ name: string; folder: string; suggestion: string | undefined }>({
    code: 'WEFT848',
    severity: 'error',
    message: ({ name, folder }) => `${folder} has no case \`${name}\``,
    help: ({ suggestion }) => didYouMean(suggestion),
    explanation: `Cases are called by the names of their files without channel and ending: \`liver_012\` for \`liver_012_0000.nii.gz\`.
`,
  }),
  'spacings-differ': code<{
    axis: string
    least: number
    greatest: number
    cases: readonly [string, string]
  }>({
    code: 'WEFT849',
    severity: 'warning',
    message: ({ axis, least, greatest, cases }) =>
      `voxels are ${least} mm along ${axis} in \`${cases[0]}\` and ${greatest} mm in \`${cases[1]}\`; nothing is resampled`,
    help: () =>
      'a network learns sizes in voxels: have them resampled, `spacing = median` in the recipe, or say that they shall stay, `spacing = as_stored`',
    explanation: `A network sees voxels, not millimetres. Where the spacing of a dataset's volumes differs much, the same organ has different
sizes for it. nnU-Net resamples every case to the median spacing, and so does a recipe with \`spacing = median\`.
`,
  }),
  'class-absent': code<{ name: string; labels: readonly number[]; cases: number }>({
    code: 'WEFT850',
    severity: 'warning',
    message: ({ name, labels, cases }) =>
      `class \`${name}\` (${labels.join(', ')}) is declared, and none of ${counted(cases, 'training case')} has a voxel of it`,
    help: () => 'check the labels, or take the class out of dataset.json',
    explanation: `A class that no training case has cannot be learned, and its Dice is not defined.
`,
  }),
  'ct-without-foreground': code<{ channel: string }>({
    code: 'WEFT851',
    severity: 'error',
    message: ({ channel }) =>
      `channel \`${channel}\` is normalised by the intensities of labelled voxels, and no training case has one`,
    help: () => 'check the labels',
    explanation: `Channels named CT are clipped to the 0.5th and 99.5th percentile of the intensities of all labelled (foreground) voxels of the
training cases, then shifted and scaled by the mean and the standard deviation of those, as nnU-Net does: CT numbers mean the same in
every image. Other channels are normalised by their own image.
`,
  }),
  'split-impossible': code<{ cases: number; validation: number }>({
    code: 'WEFT852',
    severity: 'error',
    message: ({ cases, validation }) =>
      `${counted(cases, 'case')} cannot be split with ${validation} of them for validation: training needs one too`,
    help: () => 'keep fewer cases for validation',
    explanation: `Cases for validation are set aside from training: a share below 1 or a number of cases. At least one case must remain to train
on, and a share above 0 sets at least one aside.
`,
  }),
  'phantom-setting': code<{ setting: string; reason: string }>({
    code: 'WEFT853',
    severity: 'error',
    message: ({ setting, reason }) => `\`${setting}\` does not describe phantoms: ${reason}`,
    help: () =>
      'for example phantom:cases=24,extents=32x32x32,classes=2,channels=1,noise=0.1,nested=0,unlabelled=0,seed=1',
    explanation: `Phantoms are made-up volumes: ellipsoids of known classes with their own intensities, a smooth bias and noise. They need no files,
so a network can be tried before there are data.

    phantom:                            // all defaults
    phantom:cases=8,extents=16x32x32    // depth x height x width
`,
  }),
  'patch-pads': code<{ patch: readonly number[]; cases: number; name: string; extents: readonly number[] }>({
    code: 'WEFT854',
    severity: 'warning',
    message: ({ patch, cases, name, extents }) =>
      `the patch ${joined(patch)} is larger than ${counted(cases, 'volume')} (\`${name}\` is ${joined(extents)}), which are padded with zeros`,
    help: () => 'a smaller patch costs less and sees the same',
    explanation: `Where a patch is larger than a volume, the volume stands in its middle with zeros around it: the mean, after normalisation.
`,
  }),
  'volume-too-large': code<{ path: string; extents: readonly number[]; bytes: number; limit: number }>({
    code: 'WEFT855',
    severity: 'error',
    message: ({ path, extents, bytes, limit }) =>
      `the image of ${path}, ${joined(extents)} voxels, takes ${giga(bytes)} in memory, and this machine has ${giga(limit)}`,
    help: () => 'crop or resample it, or use a machine with more memory',
    explanation: `Files are read piece by piece and may be of any size, but an image is in memory as a whole: 4 bytes for each voxel of each
channel, whatever type the file has.
`,
  }),
  'nifti-bytes-beyond': code<{ count: number; paths: readonly string[]; found: string }>({
    code: 'WEFT856',
    severity: 'warning',
    message: ({ count, paths, found }) =>
      `${files(count, paths)} ${count === 1 ? 'holds more than its header asks' : 'hold more than their headers ask'} for, which is not read: the first has ${found}`,
    help: () => 'check that extents and number type in the header are right',
    explanation: `The extents and the number type in a NIfTI header say how many bytes there are. Reading ends 64 KiB after them; what else the
file holds, or its gzip data would unpack to, is left alone, and the checksum at the end of the gzip data is then not verified.
`,
  }),
  'nifti-forms-differ': code<{ count: number; paths: readonly string[]; found: string }>({
    code: 'WEFT857',
    severity: 'warning',
    message: ({ count, paths, found }) =>
      `sform and qform turn the axes differently in ${files(count, paths)}: the first has ${found}; the sform is taken`,
    help: () => 'write both forms anew from the one that is right: other programs take the qform',
    explanation: `A NIfTI file can place its voxels in two ways. They may mean two spaces, but where they disagree on which axis is which, or
in which direction it counts, programs that take one or the other mirror the image. Weft and nibabel take the sform, ITK (and nnU-Net's
SimpleITK reader) the qform in some cases. Letters are where i, j and k lead: R or L, A or P, S or I.
`,
  }),
  'nifti-spacing': code<{ count: number; paths: readonly string[]; found: string }>({
    code: 'WEFT858',
    severity: 'warning',
    message: ({ count, paths, found }) =>
      `the header disagrees with itself on the size of voxels in ${files(count, paths)}: the first has ${found}`,
    help: () =>
      'the sizes in `pixdim` are taken where they are sizes, as nnU-Net does; write the header anew if they are wrong',
    explanation: `The size of a voxel stands in \`pixdim\` and, once more, in the lengths of the sform's columns. nnU-Net, nibabel's \`get_zooms\` and
ITK take \`pixdim\`; so does Weft, and the directions and the origin from the sform. A negative size counts without its sign, and one that is 0 or NaN is
taken from the sform. Millilitres and surface distances depend on it.
`,
  }),
  'nifti-unplaced': code<{ count: number; paths: readonly string[]; found: string }>({
    code: 'WEFT859',
    severity: 'warning',
    message: ({ count, paths, found }) =>
      `nothing says which side is left in ${files(count, paths)}: ${found}`,
    help: () =>
      'give all files of a dataset their forms, or leave volumes as they are stored (`orientation = as_stored`)',
    explanation: `Without a form a NIfTI file says how large its voxels are and not how they lie, and readers differ: nibabel and FSL have i lead to the
left and j to the front, around an origin in the middle; ITK has i lead to the left and j to the back; by the standard's method 1 i leads
to the right. Weft takes nibabel's reading. An NRRD file without a space, or a MetaImage file without a matrix, is taken as ITK takes it. In
a dataset where only some files have lost their forms, left and right may differ between cases.

Beside another file of the same case only extents and spacing are compared, and the voxels are taken one by one.
`,
  }),
} as const
