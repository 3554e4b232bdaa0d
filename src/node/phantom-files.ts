// Phantoms as files: a dataset in nnU-Net's raw layout, with cases to predict and their labels apart.
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { LabelledCase } from '../data/case.ts'
import { volumeBytes } from '../data/nifti-volume.ts'
import { pngBytes } from '../data/picture.ts'
import { describePhantoms, isFlat, phantomCase, phantomNames, type PhantomSettings } from '../data/phantom.ts'
import { reasonOf } from './spec-files.ts'
import { textFile, writeFiles, type FileToWrite } from './write-file.ts'

interface Layout {
  readonly folder: string
  /** Cases beyond those to train on, in `imagesTs` and `labelsTs`. */
  readonly tests: number
  onCase?(done: number, all: number): void
}

const endingOf = (settings: PhantomSettings): string => (isFlat(settings) ? '.png' : '.nii.gz')

/** Writes the dataset into a folder that holds nothing yet; `dataset.json` comes last. */
export async function writePhantoms(settings: PhantomSettings, layout: Layout): Promise<Problem | undefined> {
  const { folder, tests, onCase } = layout
  const refused = prepare(folder)
  if (refused !== undefined) return refused
  const names = phantomNames({ ...settings, cases: settings.cases + tests })
  for (const [at, name] of names.entries()) {
    const made = phantomCase(settings, name)
    const part = at < settings.cases ? 'Tr' : 'Ts'
    const failed = writeFiles(
      isFlat(settings) ? pictureFiles(made, folder, part) : volumeFiles(made, folder, part),
    )
    if (failed !== undefined) return failed
    onCase?.(at + 1, names.length)
    // Signals are heard between turns only.
    await new Promise(setImmediate)
  }
  return writeFiles([textFile(join(folder, 'dataset.json'), descriptionText(settings))])
}

function prepare(folder: string): Problem | undefined {
  try {
    mkdirSync(folder, { recursive: true })
    if (readdirSync(folder).length > 0) return problem('file-exists', { path: folder })
    for (const part of ['imagesTr', 'labelsTr', 'imagesTs', 'labelsTs']) mkdirSync(join(folder, part))
    return undefined
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error
    if (error.code === 'EEXIST') return problem('file-exists', { path: folder })
    return problem('file-unwritable', { path: folder, reason: reasonOf(String(error.code)) })
  }
}

type Part = 'Tr' | 'Ts'

/** One channel as grey, three as colours in one file, any other number as a file each. */
function pictureFiles({ name, image, labels }: LabelledCase, folder: string, part: Part): FileToWrite[] {
  const [, height, width] = image.geometry.extents
  const count = height * width
  const together = image.channels === 3 ? 3 : 1
  const pictures = Array.from({ length: image.channels / together }, (_, file) => {
    const pixels = Uint8Array.from(
      { length: together * count },
      (_value, at) =>
        image.data[(file * together + (at % together)) * count + Math.floor(at / together)] ?? 0,
    )
    const path = join(folder, `images${part}`, `${name}_${String(file).padStart(4, '0')}.png`)
    return { path, chunks: () => [pngBytes(pixels, { height, width, channels: together })] }
  })
  const path = join(folder, `labels${part}`, `${name}.png`)
  const own = pngBytes(labels.data, { height, width, channels: 1 })
  return [...pictures, { path, chunks: () => [own] }]
}

function volumeFiles({ name, image, labels }: LabelledCase, folder: string, part: Part): FileToWrite[] {
  const count = labels.data.length
  const channels = Array.from({ length: image.channels }, (_, channel) =>
    packed(
      join(folder, `images${part}`, `${name}_${String(channel).padStart(4, '0')}.nii.gz`),
      volumeBytes(image.geometry, image.data.subarray(channel * count, (channel + 1) * count)),
    ),
  )
  return [
    ...channels,
    packed(join(folder, `labels${part}`, `${name}.nii.gz`), volumeBytes(labels.geometry, labels.data)),
  ]
}

const packed = (path: string, bytes: Uint8Array): FileToWrite => ({ path, chunks: () => [gzipSync(bytes)] })

function descriptionText(settings: PhantomSettings): string {
  const { channels, classes, regions, ignore, name } = describePhantoms(settings)
  const labelsOf = (label: number): number | readonly number[] => regions?.[label - 1]?.labels ?? label
  const description = {
    name,
    channel_names: Object.fromEntries(channels.map((channel, at) => [at, channel])),
    labels: {
      ...Object.fromEntries(classes.map((one, label) => [one, labelsOf(label)])),
      ...(ignore === undefined ? {} : { ignore }),
    },
    ...(regions === undefined ? {} : { regions_class_order: regions.map(({ written }) => written) }),
    numTraining: settings.cases,
    file_ending: endingOf(settings),
  }
  return `${JSON.stringify(description, undefined, 2)}\n`
}
