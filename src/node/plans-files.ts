// Plans of nnU-Net from the disk, with the description of the dataset that lies beside them.
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { readHeads, type Heads } from '../nnunet/heads.ts'
import { readPlans, type Plans } from '../nnunet/plans.ts'
import { readPlansV1 } from '../nnunet/plans-v1.ts'
import { readBytes, readText } from './spec-files.ts'

/** Plans list every training case nowhere: even those of large datasets are small. Descriptions may list all cases. */
const mostBytes = 64 * 2 ** 20

/** Reads plans of either version. */
export function openPlans(path: string): Plans | Problem {
  if (beginsAsPickle(path)) {
    const bytes = readBytes(path, path, 'the plans', mostBytes)
    return isProblem(bytes) ? bytes : readPlansV1(bytes, path)
  }
  const text = readPlansText(path)
  return isProblem(text) ? text : readPlans(text, path)
}

/** Checkpoints lie beside the plans they were trained by. */
const checkpoint =
  'it is a zip archive, as torch.save writes checkpoints; the plans of a trained model are plans.json in its folder'

/** Text of plans of version 2, for what has to do with nnU-Net itself; those of version 1, which are a pickle, are a problem of their own. */
export function readPlansText(path: string): string | Problem {
  if (beginsAsPickle(path)) return problem('plans-of-version-1', { path })
  return firstBytes(path, 2) === 'PK'
    ? problem('plans-malformed', { path, reason: checkpoint })
    : readText(path, path, 'the plans', mostBytes)
}

/** A pickle of protocol 2 or later begins with 0x80, which no JSON does. */
const beginsAsPickle = (path: string): boolean => path.endsWith('.pkl') || firstBytes(path, 1) === '\u0080'

/** As characters of one byte; empty where the file cannot be read, which reading its text tells. */
function firstBytes(path: string, count: number): string {
  try {
    const file = openSync(path, 'r')
    try {
      const bytes = new Uint8Array(count)
      return String.fromCharCode(...bytes.subarray(0, readSync(file, bytes)))
    } finally {
      closeSync(file)
    }
  } catch {
    return ''
  }
}

/** Reads a dataset.json as networks see it. */
export function openHeads(path: string): Heads | Problem {
  const text = readText(path, path, 'the description of the dataset', mostBytes)
  return isProblem(text) ? text : readHeads(text, path)
}

/** nnU-Net keeps `dataset.json` beside the plans, both where it plans and where it trains. */
export function descriptionBeside(plans: string): string | undefined {
  const path = join(dirname(plans), 'dataset.json')
  return existsSync(path) ? path : undefined
}
