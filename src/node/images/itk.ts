// ITK as WebAssembly, where it is installed: an optional dependency that is loaded when the first file is met that only it reads. Its types
// are written out here, since they are not there either where it is absent.
import { problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'

const library: string = '@itk-wasm/image-io'

/** What the library has read: axes in ITK's order, fastest first, and places in its space, to the left, posterior and superior. */
export interface ItkImage {
  readonly imageType: {
    readonly dimension: number
    readonly components: number
    readonly componentType: string
  }
  readonly origin: readonly number[]
  readonly spacing: readonly number[]
  /** Row-major; a column for each axis. */
  readonly direction: ArrayLike<number>
  readonly size: readonly number[]
  /** Empty where only the header was asked for. */
  readonly data: ItkNumbers
  /** Of DICOM the tags, by `0020|0032`. */
  readonly metadata: ReadonlyMap<string, unknown>
}

export type ItkNumbers = Exclude<NodeJS.TypedArray, Uint8ClampedArray>

export type ItkFormat = 'NRRD' | 'MetaImage' | 'DICOM'

/** Which of its functions reads a format. */
const readers = {
  NRRD: 'nrrdReadImageNode',
  MetaImage: 'metaReadImageNode',
  DICOM: 'gdcmReadImageNode',
} as const satisfies Record<ItkFormat, string>

type Read = (
  path: string,
  options: { readonly informationOnly: boolean },
) => Promise<{ readonly couldRead?: boolean; readonly image?: ItkImage }>

export interface Itk {
  /** The image of a file, by its absolute path, or why there is none. */
  read(path: string, what: 'header' | 'voxels'): Promise<ItkImage | { readonly reason: string }>
}

/** The library for a file; the problem names the file. */
export async function loadItk(format: ItkFormat, path: string): Promise<Itk | Problem> {
  try {
    const module = (await import(library)) as Readonly<Record<string, unknown>>
    const read = module[readers[format]]
    if (typeof read !== 'function') throw new Error(`it has no ${readers[format]}`)
    return { read: (file, what) => imageOf(read as Read, file, what) }
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    return problem('volume-library-absent', { path, library, reason })
  }
}

async function imageOf(read: Read, path: string, what: 'header' | 'voxels'): ReturnType<Itk['read']> {
  const { result, said } = await overheard(async () => read(path, { informationOnly: what === 'header' }))
  if (result?.couldRead === true && result.image !== undefined) return result.image
  return { reason: reasonIn(said) }
}

/**
 * Exceptions within the library come out as bare numbers, while what they say goes to the console: it is listened to while the library reads,
 * and nothing of it reaches the terminal.
 */
async function overheard<T>(
  action: () => Promise<T>,
): Promise<{ readonly result: T | undefined; readonly said: readonly string[] }> {
  const said: string[] = []
  const { log, error, warn } = console
  const listen = (...words: readonly unknown[]): void => void said.push(words.map(String).join(' '))
  Object.assign(console, { log: listen, error: listen, warn: listen })
  try {
    return { result: await action(), said }
  } catch (thrown) {
    return { result: undefined, said: [...said, ...(thrown instanceof Error ? [thrown.message] : [])] }
  } finally {
    Object.assign(console, { log, error, warn })
  }
}

/** What surrounds the library's words. */
const wrapping = /^(?:std(?:out|err):|Exception while running pipeline:|Build module in Debug mode.*)\s*/

/** On one line, without control characters. */
function reasonIn(said: readonly string[]): string {
  const words = said
    .flatMap((text) => text.split('\n'))
    .map((line) =>
      line
        .replace(wrapping, '')
        .replaceAll(/[\s\p{Cc}]+/gu, ' ')
        .trim(),
    )
    .filter((line) => line !== '')
  return words.length === 0 ? 'it is cut off, or of no kind that ITK knows' : words.join('; ')
}
