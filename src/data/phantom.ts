// Phantoms: made-up cases with known labels, to try a network before there are data. Ellipsoids of each class, a smooth bias, noise.
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { suggest } from '../compiler/text/suggest.ts'
import { normal, uniform } from '../weights/normal.ts'
import { stream, type Stream } from '../weights/streams.ts'
import type { DatasetDescription, Extents, Geometry, LabelledCase } from './case.ts'

export interface PhantomSettings {
  readonly cases: number
  /** Depth, height, width; depth 1 for pictures, whose intensities are whole numbers from 0 to 255. */
  readonly extents: Extents
  /** Without the background. */
  readonly classes: number
  readonly channels: number
  /** Standard deviation, where the intensities of two classes lie about 1 apart. */
  readonly noise: number
  /** 1 for ellipsoids that lie within one another, each a region of its own label and those of all within it; 0 for none. */
  readonly nested: number
  /** Share of the planes whose voxels have the label to ignore. */
  readonly unlabelled: number
  readonly seed: number
}

const defaults: PhantomSettings = {
  cases: 24,
  extents: [32, 32, 32],
  classes: 2,
  channels: 1,
  noise: 0.1,
  nested: 0,
  unlabelled: 0,
  seed: 1,
}

const prefix = 'phantom:'
export const isPhantom = (data: string): boolean => data === 'phantom' || data.startsWith(prefix)

/** What each setting may be. */
const ranges: Readonly<
  Record<Exclude<keyof PhantomSettings, 'extents'>, readonly [least: number, greatest: number]>
> = {
  cases: [1, 10_000],
  classes: [1, 8],
  channels: [1, 16],
  noise: [0, 10],
  nested: [0, 1],
  unlabelled: [0, 0.9],
  seed: [0, 2 ** 31 - 1],
}
const leastExtent = 8
const greatestExtent = 1024

/** `phantom:cases=24,extents=32x32x32,classes=2,channels=1,noise=0.1,nested=0,unlabelled=0,seed=1`, each setting at most once, all with defaults. */
export function parsePhantom(data: string): PhantomSettings | Problem {
  const malformed = (reason: string): Problem => problem('phantom-setting', { setting: data, reason })
  const text = data.startsWith(prefix) ? data.slice(prefix.length) : ''
  const found: Record<string, number | Extents> = {}
  for (const part of text === '' ? [] : text.split(',')) {
    const [name = '', value, ...rest] = part.split('=')
    if (value === undefined || rest.length > 0) return malformed(`\`${part}\` is not of the form name=value`)
    if (!Object.hasOwn(defaults, name)) return malformed(unknownSetting(name))
    if (name in found) return malformed(`\`${name}\` is given twice`)
    const read = name === 'extents' ? readExtents(value) : readNumber(name as keyof typeof ranges, value)
    if (typeof read === 'string') return malformed(read)
    found[name] = read
  }
  return { ...defaults, ...found }
}

function unknownSetting(name: string): string {
  const nearest = suggest(name, Object.keys(defaults))
  const hint = nearest === undefined ? Object.keys(defaults).join(', ') : `did you mean \`${nearest}\`?`
  return `there is no setting \`${name}\` (${hint})`
}

function readNumber(name: keyof typeof ranges, value: string): number | string {
  const [least, greatest] = ranges[name]
  const isWhole = name !== 'noise' && name !== 'unlabelled'
  const form = isWhole ? /^\d+$/ : /^\d+(?:\.\d+)?(?:e-?\d+)?$/
  const number = Number(value)
  if (form.test(value) && number >= least && number <= greatest) return number
  return `\`${name}\` is ${isWhole ? 'a whole number' : 'a number'} from ${least} to ${greatest}, not ${value}`
}

function readExtents(value: string): Extents | string {
  const all = value.split('x').map((part) => (/^\d+$/.test(part) ? Number(part) : 0))
  const areRight = all.every((extent) => extent >= leastExtent && extent <= greatestExtent)
  const [a = 0, b = 0, c = 0] = all
  if (areRight && all.length === 3) return [a, b, c]
  if (areRight && all.length === 2) return [1, a, b]
  return `\`extents\` are three whole numbers, or two for pictures, from ${leastExtent} to ${greatestExtent}, like 32x32x32, not ${value}`
}

export function describePhantoms(settings: PhantomSettings): DatasetDescription {
  const { classes, channels, nested, unlabelled } = settings
  const labels = Array.from({ length: classes }, (_, k) => k + 1)
  const regions = labels.map((label) => ({ labels: labels.slice(label - 1), written: label }))
  return {
    name: 'phantoms',
    channels: Array.from({ length: channels }, (_, k) => `made-up ${k}`),
    classes: ['background', ...labels.map((label) => `ellipsoid ${label}`)],
    ...(nested === 1 && classes > 1 ? { regions } : {}),
    ...(unlabelled > 0 ? { ignore: classes + 1 } : {}),
  }
}

export function phantomNames({ cases }: PhantomSettings): readonly string[] {
  return Array.from({ length: cases }, (_, k) => `phantom_${String(k + 1).padStart(3, '0')}`)
}

/** The case of a name; it depends on the settings and the name only. */
export function phantomCase(settings: PhantomSettings, name: string): LabelledCase {
  const { extents, channels, seed } = settings
  const geometry = geometryOf(extents)
  const random = stream(seed, 'phantom', name)
  const labels = new Uint8Array(extents[0] * extents[1] * extents[2])
  for (const [k, ellipsoid] of ellipsoids(settings, random).entries())
    paint(labels, ellipsoid, extents, k + 1)
  const data = new Float32Array(channels * labels.length)
  for (let channel = 0; channel < channels; channel++)
    fillChannel(data.subarray(channel * labels.length, (channel + 1) * labels.length), labels, settings, {
      channel,
      random,
    })
  if (isFlat(settings)) toBytes(data, settings)
  hideLabels(labels, settings, random)
  return { name, image: { geometry, channels, data }, labels: { geometry, data: labels } }
}

const geometryOf = (extents: Extents): Geometry => ({
  extents,
  spacing: [1, 1, 1],
  affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0],
})

interface Ellipsoid {
  readonly centre: readonly number[]
  readonly radii: readonly number[]
}

/** Of each class; those within one another have the same middle, and are each smaller by a third. */
function ellipsoids({ extents, classes, nested }: PhantomSettings, random: Stream): readonly Ellipsoid[] {
  if (nested === 0) return Array.from({ length: classes }, () => drawEllipsoid(extents, random))
  const { centre, radii } = drawEllipsoid(extents, random)
  // The outermost is larger than one that stands alone, as far as there is room.
  const widest = radii.map((radius, k) => Math.min(1.5 * radius, (extents[k] ?? 1) / 3))
  return Array.from({ length: classes }, (_, k) => ({
    centre,
    radii: widest.map((radius) => radius * (2 / 3) ** k),
  }))
}

/** Inside of the volume; radii from an eighth to a quarter of its extents. */
function drawEllipsoid(extents: Extents, random: Stream): Ellipsoid {
  const radii = extents.map((extent) => extent * (0.125 + 0.125 * uniform(random)))
  const centre = extents.map((extent, k) => {
    const radius = radii[k] ?? 0
    return radius + uniform(random) * (extent - 1 - 2 * radius)
  })
  return { centre, radii }
}

/** A later class lies over an earlier one. */
function paint(labels: Uint8Array, { centre, radii }: Ellipsoid, extents: Extents, label: number): void {
  const [depth, height, width] = extents
  const [cz = 0, cy = 0, cx = 0] = centre
  const [rz = 1, ry = 1, rx = 1] = radii
  let at = 0
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++, at++) {
        const distance = ((z - cz) / rz) ** 2 + ((y - cy) / ry) ** 2 + ((x - cx) / rx) ** 2
        if (distance <= 1) labels[at] = label
      }
}

/** Each class is 1 brighter than the one before, in every other channel darker; the bias is linear, up to 0.2 each way along an axis. */
function fillChannel(
  out: Float32Array,
  labels: Uint8Array,
  { extents, noise }: PhantomSettings,
  { channel, random }: { readonly channel: number; readonly random: Stream },
): void {
  const [depth, height, width] = extents
  const slope = extents.map((extent) => ((uniform(random) - 0.5) * 0.4) / extent)
  const [sz = 0, sy = 0, sx = 0] = slope
  const sign = channel % 2 === 0 ? 1 : -1
  let at = 0
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++, at++) {
        const bias = sz * (z - depth / 2) + sy * (y - height / 2) + sx * (x - width / 2)
        out[at] = sign * (labels[at] ?? 0) + bias + noise * normal(random)
      }
}

/** Gives the label to ignore to planes; to rows of an image that is one plane. */
function hideLabels(
  labels: Uint8Array,
  { extents, classes, unlabelled }: PhantomSettings,
  random: Stream,
): void {
  if (unlabelled === 0) return
  const [depth, height, width] = extents
  const size = depth > 1 ? height * width : width
  for (let at = 0; at < labels.length; at += size)
    if (uniform(random) < unlabelled) labels.fill(classes + 1, at, at + size)
}

export const isFlat = ({ extents }: PhantomSettings): boolean => extents[0] === 1

/** Intensities as a camera has them: those of all classes in both directions lie between 0 and 255, what is beyond is cut off. */
function toBytes(data: Float32Array, { classes, channels }: PhantomSettings): void {
  const range = channels > 1 ? 2 * classes : classes
  const middle = channels > 1 ? 0 : classes / 2
  for (let at = 0; at < data.length; at++)
    data[at] = Math.min(255, Math.max(0, Math.round(128 + (180 / range) * ((data[at] ?? 0) - middle))))
}

/** All cases of a text such as `phantom:cases=8`. */
export function phantoms(data: string): readonly LabelledCase[] | Problem {
  const settings = parsePhantom(data)
  return isProblem(settings) ? settings : phantomNames(settings).map((name) => phantomCase(settings, name))
}
