// Spec files of a Git revision: read from the repository's own objects, never from the working tree.
import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { decode, maxFileBytes, type Located } from './spec-files.ts'

/** Where a file stands in a revision; the file need not be there today. Its project is chosen as `locate` chooses it. */
export function locateAtRevision(file: string, revision: string, project?: string): Located | Problem {
  const path = realPathOf(file)
  const repository = git(dirname(path), ['rev-parse', '--show-toplevel'])
  if (repository.kind === 'absent') return problem('git-unusable', { path: file, reason: repository.reason })
  if (repository.kind === 'failed')
    return problem('git-unusable', { path: file, reason: 'it is in no Git repository' })
  const top = realPathOf(line(repository.bytes))
  const commit = git(top, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])
  if (commit.kind !== 'done') return problem('git-revision-unknown', { revision, repository: top })
  const here = realPathOf('.')
  const root = realPathOf(project ?? (isBeneath(here, path) ? here : dirname(path)))
  if (!isBeneath(root, path)) return problem('file-outside-project', { path: file, root: project ?? root })
  if (root !== top && !isBeneath(top, root) && !isBeneath(root, top))
    return problem('file-outside-project', { path: file, root: top })
  const host = { read: reader(top, root, line(commit.bytes), revision) }
  const entry = slashed(relative(root, path))
  const text = host.read(entry)
  if (text === undefined) return problem('file-missing', { path: `${revision}:${file}` })
  return isProblem(text) ? text : { host, entry, root }
}

type Read = (path: string) => string | Problem | undefined

function reader(top: string, root: string, commit: string, revision: string): Read {
  return (path) => {
    const inRepository = slashed(relative(top, join(root, path)))
    // What is not in the repository has no revisions.
    if (inRepository === '..' || inRepository.startsWith('../')) return undefined
    const object = `${commit}:${inRepository}`
    const shown = `${revision}:${path}`
    const content = git(top, ['cat-file', 'blob', object])
    if (content.kind === 'done' && content.bytes.length <= maxFileBytes) return decode(content.bytes, shown)
    const size = git(top, ['cat-file', '-s', object])
    if (size.kind !== 'done') return undefined
    const bytes = Number(line(size.bytes))
    return bytes > maxFileBytes
      ? problem('file-too-many-bytes', { path: shown, bytes, limit: maxFileBytes })
      : problem('file-is-directory', { path: shown, specs: `${shown.replace(/\/+$/, '')}/*.weft` })
  }
}

type Answer =
  | { readonly kind: 'done'; readonly bytes: Uint8Array }
  | { readonly kind: 'failed' }
  | { readonly kind: 'absent'; readonly reason: string }

/** Without a shell, without a pager; nothing of the repository's configuration may run. */
function git(folder: string, args: readonly string[]): Answer {
  const { error, status, stdout } = spawnSync(
    'git',
    ['--no-pager', '-c', 'core.fsmonitor=false', '-C', folder, ...args],
    { stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 4 * maxFileBytes },
  )
  const isLarge = error !== undefined && 'code' in error && error.code === 'ENOBUFS'
  if (error !== undefined && !isLarge) return { kind: 'absent', reason: 'the command git cannot be run' }
  return status === 0 && !isLarge ? { kind: 'done', bytes: stdout } : { kind: 'failed' }
}

function line(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/\r?\n$/, '')
}

/** Behind symbolic links as far as the path exists. */
function realPathOf(path: string): string {
  const absolute = resolve(path)
  if (existsSync(absolute)) return realpathSync(absolute)
  const folder = dirname(absolute)
  return folder === absolute ? absolute : join(realPathOf(folder), basename(absolute))
}

function isBeneath(root: string, path: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : root + sep)
}

function slashed(path: string): string {
  return path.split(sep).join('/')
}
