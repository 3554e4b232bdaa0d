// Colours of series and classes, one set for light and one for dark surfaces.

/**
 * After Okabe and Ito, "Color Universal Design" (2008), which people with each kind of colour blindness tell apart;
 * darkened for light surfaces and lightened for dark ones until lines have a contrast of at least 3 to 1.
 */
export const seriesColours: readonly { readonly light: string; readonly dark: string }[] = [
  { light: '#0a6cb3', dark: '#5cb2ef' },
  { light: '#cf5a00', dark: '#ff9450' },
  { light: '#00845e', dark: '#35c79c' },
  { light: '#b3508b', dark: '#e79cc9' },
  { light: '#a37800', dark: '#efbf3d' },
  { light: '#2f93c4', dark: '#a3daff' },
  { light: '#857c00', dark: '#e6df62' },
  { light: '#5b5f66', dark: '#b4b9c2' },
]

/** Dashes of the first eight series, the second eight, the third: colour alone carries no more than eight. */
const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 2]]

/** CSS colour of a series on the page's surface, whichever that is. */
export function seriesColour(index: number): string {
  return `var(--series-${index % seriesColours.length})`
}

/** CSS colour of a class on an image, which is dark in every mode. */
export function overlayColour(index: number): string {
  return seriesColours[index % seriesColours.length]?.dark ?? 'white'
}

/** Dash pattern of a series; empty where the line is solid. */
export function seriesDash(index: number): readonly number[] {
  return dashes[Math.floor(index / seriesColours.length) % dashes.length] ?? []
}

/** The custom properties that `seriesColour` names. */
export function seriesProperties(mode: 'light' | 'dark'): string {
  return seriesColours.map((colour, k) => `--series-${k}: ${colour[mode]};`).join(' ')
}

/** The surfaces that lines are drawn on. */
export const surfaces = { light: '#ffffff', dark: '#171a21' } as const
