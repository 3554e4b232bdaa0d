// What a client sets: which numbers are shown and where. Whatever it sends, there are settings.
import type { HintSettings } from './inlay-hints.ts'

export interface Settings {
  readonly inlayHints: HintSettings
  readonly codeLens: boolean
  /** Shown in every document that declares it, instead of the network at the place. */
  readonly network?: string
  /** Its arguments, as Weft expressions. */
  readonly arguments: Readonly<Record<string, string>>
  /** After the last key, in milliseconds: at least so long. */
  readonly delay: number
  /** `shown`: the server opens pages in a browser; `returned`: the editor shows them. */
  readonly pages: 'shown' | 'returned'
}

export const defaultSettings: Settings = {
  inlayHints: { shapes: true, costs: true },
  codeLens: true,
  arguments: {},
  delay: 20,
  pages: 'shown',
}

const longestPause = 500

/**
 * How long nothing is typed before a document is elaborated, in milliseconds. A step of that keeps what the next key asks for waiting: where
 * one took long, the pause is as long, so that nobody who types faster than that waits for one.
 */
export const pauseBefore = (delay: number, heldUp: number): number =>
  Math.max(delay, Math.min(heldUp, longestPause))

/** What a client that cannot be asked tells unasked: `{ weft: … }`. */
export const sectionOf = (pushed: unknown): unknown =>
  typeof pushed === 'object' && pushed !== null && 'weft' in pushed ? pushed.weft : undefined

/** Settings as a client has them, where they are what they should be; else the defaults. */
export function settingsOf(given: unknown): Settings {
  if (typeof given !== 'object' || given === null) return defaultSettings
  const {
    inlayHints,
    codeLens,
    network,
    arguments: args,
    delay,
    pages,
  } = given as Readonly<Record<string, unknown>>
  const hints = (typeof inlayHints === 'object' && inlayHints !== null ? inlayHints : {}) as Readonly<
    Record<string, unknown>
  >
  const all = inlayHints !== false
  return {
    inlayHints: { shapes: all && hints['shapes'] !== false, costs: all && hints['costs'] !== false },
    codeLens: codeLens !== false,
    ...(typeof network === 'string' && network !== '' ? { network } : {}),
    arguments: argumentTexts(args),
    delay: typeof delay === 'number' && delay >= 0 ? delay : defaultSettings.delay,
    pages: pages === 'returned' ? 'returned' : 'shown',
  }
}

/** The arguments of a network as expressions, of a client that may send numbers. */
export function argumentTexts(given: unknown): Readonly<Record<string, string>> {
  if (typeof given !== 'object' || given === null) return {}
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]))
}
