// Which format the file of a volume has, by its name; a folder is a series of DICOM slices.
import { statSync } from 'node:fs'
import type { Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { openSeries } from './dicom-series.ts'
import { openItkFile } from './itk-file.ts'
import { openNifti } from './nifti-file.ts'
import type { VolumeFile } from './volume-file.ts'

/** What names of files of volumes may end in. */
export const volumeEndings = ['.nii.gz', '.nii', '.nrrd', '.mha', '.mhd'] as const

export async function openVolumeFile(path: string): Promise<VolumeFile | Problem> {
  if (path.endsWith('.nrrd')) return openItkFile(path, 'NRRD')
  if (path.endsWith('.mha') || path.endsWith('.mhd')) return openItkFile(path, 'MetaImage')
  return isFolder(path) ? openSeries(path) : openNifti(path)
}

/** What labels are written as beside an image: in one file each, series as NIfTI. */
export function labelEnding(path: string): '.nii.gz' | '.nii' | '.nrrd' | '.mha' {
  if (path.endsWith('.nrrd')) return '.nrrd'
  if (path.endsWith('.mha') || path.endsWith('.mhd')) return '.mha'
  return path.endsWith('.nii') ? '.nii' : '.nii.gz'
}

export const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
