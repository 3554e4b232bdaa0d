// The image and the structures in it, by NiiVue, where the browser has WebGL 2. Without it everything else goes on.
import { overlayColour } from '../../palette.ts'
import { ids } from '../parts.ts'
import { element, showIn } from './elements.ts'

/** The part of NiiVue's interface that is used. */
interface Layer {
  setColormapLabel(map: {
    readonly R: readonly number[]
    readonly G: readonly number[]
    readonly B: readonly number[]
    readonly A: readonly number[]
    readonly I: readonly number[]
  }): void
}

interface Niivue {
  readonly volumes: readonly Layer[]
  readonly scene: { crosshairPos: ArrayLike<number> }
  onLocationChange: () => void
  attachToCanvas(canvas: HTMLCanvasElement): Promise<unknown>
  addVolume(layer: Layer): void
  removeVolume(layer: Layer): void
  setSliceType(type: number): void
  setOpacity(layer: number, opacity: number): void
  updateGLVolume(): void
  drawScene(): void
}

interface Library {
  readonly Niivue: new (options: object) => Niivue
  readonly NVImage: { loadFromFile(options: { readonly file: File; readonly name: string }): Promise<Layer> }
}

export interface Viewer {
  /** In place of what is shown. */
  showImage(file: File): Promise<void>
  /** Over the image. */
  showLabels(file: File): Promise<void>
  /** Labels that are seen. */
  setShown(labels: ReadonlySet<number>): void
}

/** Resolves to nothing where there is no WebGL 2; the page says so then. */
export async function openViewer(): Promise<Viewer | undefined> {
  const canvas = element(ids.canvas, HTMLCanvasElement)
  if (document.createElement('canvas').getContext('webgl2') === null) {
    showIn(
      ids.noView,
      'Images cannot be shown: this browser has no WebGL 2. They can be segmented and saved all the same.',
    )
    return undefined
  }
  const { Niivue, NVImage } = (await import(new URL('niivue/niivue.js', document.baseURI).href)) as Library
  const niivue = new Niivue(settings)
  await niivue.attachToCanvas(canvas)
  niivue.setSliceType(3)
  connect(niivue)
  let labels: Layer | undefined
  const load = async (file: File): Promise<Layer> => {
    const layer = await NVImage.loadFromFile({ file, name: file.name })
    niivue.addVolume(layer)
    return layer
  }
  return {
    async showImage(file) {
      for (const layer of niivue.volumes.toReversed()) niivue.removeVolume(layer)
      labels = undefined
      await load(file)
      showIn(ids.noView, '')
      for (const one of controls()) one.disabled = false
    },
    async showLabels(file) {
      if (labels !== undefined) niivue.removeVolume(labels)
      labels = await load(file)
      niivue.setOpacity(1, Number(element(ids.opacity, HTMLInputElement).value))
    },
    setShown(shown) {
      labels?.setColormapLabel(colours(shown))
      niivue.updateGLVolume()
    },
  }
}

/** Voxels as they are: between labels nothing is in the middle. */
const settings = {
  dragAndDropEnabled: false,
  isNearestInterpolation: true,
  isColorbar: false,
  backColor: [0, 0, 0, 1],
  crosshairColor: [1, 1, 1, 0.6],
  crosshairWidth: 0.2,
  crosshairWidthUnit: 'percent',
  logLevel: 'error',
} as const

const axes = [0, 1, 2] as const

const controls = (): readonly (HTMLInputElement | HTMLSelectElement)[] => [
  element(ids.layout, HTMLSelectElement),
  element(ids.opacity, HTMLInputElement),
  ...axes.map((axis) => element(ids.place(axis), HTMLInputElement)),
]

/** The controls beside the canvas do all that the mouse does on it, so that a keyboard is enough. */
function connect(niivue: Niivue): void {
  const layout = element(ids.layout, HTMLSelectElement)
  layout.addEventListener('change', () => niivue.setSliceType(Number(layout.value)))
  const opacity = element(ids.opacity, HTMLInputElement)
  opacity.addEventListener('input', () => {
    if (niivue.volumes.length > 1) niivue.setOpacity(1, Number(opacity.value))
  })
  const places = axes.map((axis) => element(ids.place(axis), HTMLInputElement))
  for (const one of places)
    one.addEventListener('input', () => {
      niivue.scene.crosshairPos = places.map(({ value }) => Number(value))
      niivue.drawScene()
    })
  niivue.onLocationChange = () => {
    for (const [axis, one] of places.entries()) one.value = String(niivue.scene.crosshairPos[axis] ?? 0.5)
  }
}

/** By label; what is not shown is transparent. */
function colours(shown: ReadonlySet<number>): Parameters<Layer['setColormapLabel']>[0] {
  const labels = [0, ...Array.from({ length: Math.max(0, ...shown) }, (_, k) => k + 1)]
  const part = (at: number) => (label: number) =>
    Number.parseInt(overlayColour(label - 1 + 8).slice(at, at + 2), 16)
  return {
    R: labels.map(part(1)),
    G: labels.map(part(3)),
    B: labels.map(part(5)),
    A: labels.map((label) => (shown.has(label) ? 255 : 0)),
    I: labels,
  }
}
