// What pages are put together from, piece by piece.
import { decode } from 'fast-png'
import { describe, expect, test } from 'vitest'
import { columnRanges, extremes, lastOfEach, samplesOf, smoothed } from '../../src/pages/downsample.ts'
import type { Samples } from '../../src/pages/downsample.ts'
import { escapeText, markup } from '../../src/pages/markup.ts'
import { compact, duration, percent, tick } from '../../src/pages/numbers.ts'
import { outlinePaths } from '../../src/pages/outline.ts'
import { seriesColour, seriesColours, seriesDash, surfaces } from '../../src/pages/palette.ts'
import { greyPng } from '../../src/pages/png.ts'

function samples(values: readonly number[]): Samples {
  return samplesOf(
    values.map((value, k) => [k + 1, value] as const),
    ([x]) => x,
    ([, y]) => y,
  )
}

describe('downsampling', () => {
  const noise = samples(
    Array.from({ length: 100_000 }, (_, k) => (k === 54_321 ? 9 : k === 77_777 ? -9 : Math.sin(k * 1.7))),
  )

  test('keeps at most four points of each column, both ends, and every column its extremes', () => {
    const kept = extremes(noise, 300)
    expect(kept.length).toBeLessThanOrEqual(1200)
    expect(kept[0]?.[0]).toBe(1)
    expect(kept.at(-1)?.[0]).toBe(100_000)
    expect(kept).toContainEqual([54_322, 9])
    expect(kept).toContainEqual([77_778, -9])
    for (const [start, end] of columnRanges(noise.x, 300)) {
      const all = noise.y.subarray(start, end)
      const [low, high] = [noise.x[start] ?? 0, noise.x[end - 1] ?? 0]
      const values = kept.flatMap(([x, y]) => (x >= low && x <= high && y !== null ? [y] : []))
      expect([Math.min(...values), Math.max(...values)]).toEqual([Math.min(...all), Math.max(...all)])
    }
    const positions = kept.map(([x]) => x)
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b))
  })

  test('leaves short series as they are, and gaps as gaps', () => {
    expect(extremes(samples([3, NaN, 1]), 300)).toEqual([
      [1, 3],
      [2, null],
      [3, 1],
    ])
    const broken = samples(Array.from({ length: 5000 }, (_, k) => (k === 2500 ? NaN : k)))
    expect(extremes(broken, 50)).toContainEqual([2501, null])
    expect(extremes(samples([]), 50)).toEqual([])
  })

  test('takes the first state and the last of each column', () => {
    const states = Array.from({ length: 1000 }, (_, k) => [k, `state ${k}`] as const)
    const kept = lastOfEach(states, 10)
    expect(kept).toHaveLength(11)
    expect(kept[0]).toEqual([0, 'state 0'])
    expect(kept.at(-1)).toEqual([999, 'state 999'])
  })

  test('smooths without a pull to 0 at the start, and over gaps', () => {
    expect([...smoothed(samples([4, 4, 4, 4]), 10).y]).toEqual([4, 4, 4, 4])
    // Weights 1 and 1/2 after one step of a span of 3.
    expect([...smoothed(samples([0, NaN, 3]), 3).y]).toEqual([0, NaN, 2])
  })
})

describe('outlines', () => {
  test('go around regions and their holes', () => {
    const ring = Uint8Array.of(1, 1, 1, 1, 0, 1, 1, 1, 1)
    expect(outlinePaths(ring, 3, 3).get(1)).toBe('M0 0h3v3h-3zM2 1h-1v1h1z')
  })

  test('enclose exactly the pixels of each class', () => {
    const [width, height] = [23, 17]
    const labels = Uint8Array.from({ length: width * height }, (_, k) => (k * k * 31 + k * 7) % 3)
    for (const [value, path] of outlinePaths(labels, width, height)) {
      const area = areaOf(path)
      expect(area).toBe(labels.filter((one) => one === value).length)
    }
    expect([...outlinePaths(labels, width, height).keys()].sort((a, b) => a - b)).toEqual(
      [...new Set(labels)].filter((one) => one > 0).sort((a, b) => a - b),
    )
  })
})

/** Area of closed rectilinear loops, holes against the others' direction: the shoelace formula. */
function areaOf(path: string): number {
  let area = 0
  for (const loop of path.split('z').filter((one) => one !== '')) {
    let [x, y] = [0, 0]
    const corners: [number, number][] = []
    for (const [, command, numbers = ''] of loop.matchAll(/([Mhv])(-?\d+(?: \d+)?)/g)) {
      const [a = 0, b = 0] = numbers.split(' ').map(Number)
      if (command === 'M') [x, y] = [a, b]
      else if (command === 'h') x += a
      else y += a
      corners.push([x, y])
    }
    corners.forEach(([x0, y0], k) => {
      const [x1, y1] = corners[(k + 1) % corners.length] ?? [0, 0]
      area += (x0 * y1 - x1 * y0) / 2
    })
  }
  return area
}

test('grey pictures come back as they went in', () => {
  for (const width of [1, 2, 3, 64]) {
    const data = Uint8Array.from({ length: width * 5 }, (_, k) => (k * 37) % 256)
    const uri = greyPng(data, width, 5)
    const prefix = 'data:image/png;base64,'
    expect(uri.startsWith(prefix)).toBe(true)
    const decoded = decode(Buffer.from(uri.slice(prefix.length), 'base64'))
    expect([decoded.width, decoded.height, decoded.channels]).toEqual([width, 5, 1])
    expect([...decoded.data]).toEqual([...data])
  }
})

describe('markup', () => {
  test('escapes what is put in, but not what is markup already', () => {
    const inner = markup`<b>${'<&>'}</b>`
    expect(markup`<p title="${'"\''}">${[inner, 3, null, false, undefined, 'a']}</p>`.text).toBe(
      '<p title="&quot;&#39;"><b>&lt;&amp;&gt;</b>3a</p>',
    )
  })

  test('shows what HTML cannot hold', () => {
    expect(escapeText('a\u0000b\u001Bc\n\td')).toBe('a\uFFFDb\uFFFDc\n\td')
  })
})

describe('colours', () => {
  test('of lines have a contrast of 3 to 1 at least, on light and on dark', () => {
    for (const colour of seriesColours) {
      expect(contrast(colour.light, surfaces.light), colour.light).toBeGreaterThan(3)
      expect(contrast(colour.dark, surfaces.dark), colour.dark).toBeGreaterThan(3)
    }
  })

  test('repeat with another dash', () => {
    const looks = Array.from({ length: 24 }, (_, k) => `${seriesColour(k)} ${seriesDash(k).join()}`)
    expect(new Set(looks).size).toBe(24)
  })
})

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

test('numbers are written as people read them', () => {
  expect([0.01234, 1e-5, 1234.5, 2.5e7, 0, -0.5, NaN, Infinity].map(compact)).toEqual([
    '0.0123',
    '1e-5',
    '1,235',
    '2.5e7',
    '0',
    '-0.5',
    'NaN',
    '∞',
  ])
  expect([0, 0.2, 3000, 12_000, 250_000, 1_500_000].map(tick)).toEqual([
    '0',
    '0.2',
    '3,000',
    '12k',
    '250k',
    '1.5M',
  ])
  expect([0.42, 9.99, 42, 59.7, 303, 11_520, 187_200].map(duration)).toEqual([
    '0.42 s',
    '10 s',
    '42 s',
    '1 min',
    '5 min 3 s',
    '3 h 12 min',
    '2 d 4 h',
  ])
  expect([0, 0.004, 0.374, 1].map(percent)).toEqual(['0%', '0.4%', '37%', '100%'])
})
