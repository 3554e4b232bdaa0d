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

/** Text of plans of version 2, for what has to do with nnU-Net itself; those of version 1, which are a pickle, are a problem of their own. */
export function readPlansText(path: string): string | Problem {
  return beginsAsPickle(path)
    ? problem('plans-of-version-1', { path })
    : readText(path, path, 'the plans', mostBytes)
}

/** A pickle of protocol 2 or later begins with 0x80, which no JSON does. */
function beginsAsPickle(path: string): boolean {
  if (path.endsWith('.pkl')) return true
  try {
    const file = openSync(path, 'r')
    try {
      const first = new Uint8Array(1)
      return readSync(file, first) === 1 && first[0] === 0x80
    } finally {
      closeSync(file)
    }
  } catch {
    // Reading the text says what is wrong with the file.
    return false
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
