// ECharts without a browser: an option in, an inline `<svg>` out, the same bytes each time.
// The one file with all of it: its parts are six hundred files, and finding them takes longer than reading this.
import { init } from 'echarts/dist/echarts.esm.min'
import type { EChartsCoreOption } from 'echarts/core'
import { escapeText, trusted, type Markup } from './markup.ts'

/** What a picture is drawn on. */
export interface Canvas {
  /** Letters, digits and hyphens; unique on the page. */
  readonly id: string
  readonly width: number
  readonly height: number
  /** What the picture shows, for who does not see it. */
  readonly summary: string
  /** Shown only where there is room for it, or only where there is none for the other. */
  readonly room?: 'wide' | 'narrow'
}

/** Where values of the first axes lie, in pixels. */
export type ToPixels = (x: number, y: number) => readonly [x: number, y: number]

/**
 * The picture as one `<svg>` that fills the width it gets. `refined` makes it anew once it is known where values lie, which depends on
 * the ticks that the axes have got.
 */
export function renderOption(
  option: EChartsCoreOption,
  canvas: Canvas,
  refined?: (toPixels: ToPixels) => EChartsCoreOption,
): Markup {
  const { width, height } = canvas
  const instance = init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    instance.setOption(option)
    if (refined !== undefined) {
      const toPixels: ToPixels = (x, y) => {
        const [left = NaN, top = NaN] = instance.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [x, y])
        return [left, top]
      }
      instance.setOption(refined(toPixels), true)
    }
    return trusted(inline(instance.renderToSVGString(), canvas))
  } finally {
    instance.dispose()
  }
}

/**
 * The renderer numbers its pictures per process, in ids and classes, and writes hover rules that would hold for the whole
 * page: ids are renamed after the picture, the rest is left out. It escapes quotes in texts, so that none of a user's reads
 * like the attributes that are looked for.
 */
function inline(svg: string, canvas: Canvas): string {
  const body = svg
    .replace(/^<svg[^>]*>\s*/, '')
    .replace(/^<rect [^>]*fill="none"[^>]*><\/rect>\s*/, '')
    .replace(/<style[^>]*>[\s\S]*?<\/style>\s*/, '')
    .replaceAll(/ class="zr\d+-cls-\d+"/g, '')
    .replaceAll(/ (?:pointer-events="visible"|ecmeta_\w+="[^"]*")/g, '')
    .replaceAll(/(id="|url\(#)zr\d+-/g, `$1${canvas.id}-`)
    .replaceAll('font-family:inherit;', '')
    .replaceAll(/<path d=""[^>]*><\/path>/g, '')
    .replaceAll('<defs >', '<defs>')
    .replaceAll(/>\s*\n\s*</g, '>\n<')
  const label = escapeText(canvas.summary)
  const shown =
    canvas.room === undefined ? '' : ` class="${canvas.room === 'wide' ? 'wide-chart' : 'narrow'}"`
  return `<svg${shown} viewBox="0 0 ${canvas.width} ${canvas.height}" role="img" aria-label="${label}">\n${body.trim()}`
}
