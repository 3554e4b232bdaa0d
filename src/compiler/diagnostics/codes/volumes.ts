// Volumes in other files than NIfTI: NRRD, MetaImage and series of DICOM slices, which a library reads: 890-892.
import { code } from '../define.ts'

export const volumeCodes = {
  'volume-library-absent': code<{ path: string; library: string; reason: string }>({
    code: 'WEFT890',
    severity: 'error',
    message: ({ path, library, reason }) =>
      `${path} is read by ${library}, which cannot be loaded: ${reason}`,
    help: ({ library }) => `install it: npm install ${library}; or convert the file to NIfTI`,
    explanation: `NIfTI is read by Weft alone. NRRD, MetaImage and DICOM are read by ITK, compiled to WebAssembly, an optional dependency that is
loaded when the first such file is met.
`,
  }),
  'volume-malformed': code<{ path: string; format: string; reason: string }>({
    code: 'WEFT891',
    severity: 'error',
    message: ({ path, format, reason }) => `${path} cannot be read as ${format}: ${reason}`,
    help: () => 'copy it again if it may be damaged; else convert it to NIfTI with the program that wrote it',
    explanation: `Of NRRD and MetaImage files (\`.nrrd\`, \`.mha\`, and \`.mhd\` with its data beside it) volumes with one number a voxel are read, as ITK
reads them. What nothing is known of is refused: sizes of voxels that the header leaves out, several numbers a voxel, a fourth axis. So is
what ITK would misread here: elements of the type MET_LONG or MET_ULONG, whose size depends on the machine that wrote them.
`,
  }),
  'series-unsupported': code<{ path: string; reason: string }>({
    code: 'WEFT892',
    severity: 'error',
    message: ({ path, reason }) => `the slices in ${path} are not one volume: ${reason}`,
    help: () =>
      'leave one complete series in the folder; a tilted or uneven one has to be resampled to a regular grid first',
    explanation: `A folder of DICOM slices is one channel of a case: a single series, whose slices have the same rows and columns, lie behind one another along
their normal at equal distances, and are there once each. A tenth of a voxel is allowed for rounding. Slices are sorted by where they lie,
not by their names or numbers, and each is scaled by its own slope and intercept. A series that was taken with a tilted gantry, or that
lacks a slice, is no regular grid: readers that straighten it put structures at wrong places.

    imagesTs/liver_012_0000/    // a folder of slices in place of liver_012_0000.nii.gz
`,
  }),
} as const
