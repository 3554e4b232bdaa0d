// The colours of a picture by what they are for: as custom properties of a page, and as plain colours where the picture is
// a file of its own.
import { seriesColours, surfaces } from '../palette.ts'

interface Role {
  readonly property: 'fill' | 'stroke'
  readonly light: string
  readonly dark: string
  /** The page's custom property. */
  readonly variable: string
}

const ink = { light: '#1b1f27', dark: '#e7eaf0' }
const muted = { light: '#5a6270', dark: '#a2aab8' }
const line = { light: '#8a93a3', dark: '#6d7688' }
const series = (index: number): Pick<Role, 'light' | 'dark' | 'variable'> => ({
  ...(seriesColours[index] ?? ink),
  variable: `--series-${index}`,
})

/** Where a box costs much, its shade is strong. */
const shadeIndex = 4

const roles = {
  surface: { property: 'fill', ...surfaces, variable: '--surface' },
  ground: { property: 'stroke', ...surfaces, variable: '--surface' },
  text: { property: 'fill', ...ink, variable: '--text' },
  muted: { property: 'fill', ...muted, variable: '--muted' },
  border: { property: 'stroke', ...line, variable: '--mark' },
  strong: { property: 'stroke', ...ink, variable: '--text' },
  shade: { property: 'fill', ...series(shadeIndex) },
  flow: { property: 'stroke', ...line, variable: '--mark' },
  'flow-head': { property: 'fill', ...line, variable: '--mark' },
} as const satisfies Readonly<Record<string, Role>>

export type RoleName = keyof typeof roles | `edge${number}` | `head${number}`

function roleOf(name: RoleName): Role {
  const numbered = /^(edge|head)(\d+)$/.exec(name)
  if (numbered === null) return roles[name as keyof typeof roles]
  return { property: numbered[1] === 'edge' ? 'stroke' : 'fill', ...series(Number(numbered[2])) }
}

const numbered = seriesColours.flatMap((_, k): RoleName[] => [`edge${k}`, `head${k}`])
const names: readonly RoleName[] = [...(Object.keys(roles) as (keyof typeof roles)[]), ...numbered]

/** The class of a role, and its light colour for programs that read no style sheets. */
export function paint(role: RoleName): {
  readonly class: string
  readonly property: string
  readonly colour: string
} {
  const { property, light } = roleOf(role)
  return { class: `g-${role}`, property, colour: light }
}

/** For the style sheet of a page that shows pictures. */
export const pictureColours = names
  .map((name) => {
    const { property, variable } = roleOf(name)
    return `.graph .g-${name} { ${property}: var(${variable}); }`
  })
  .join('\n')

/** For the style sheet inside a picture: what differs on dark screens. */
export const darkColours = names
  .map((name) => {
    const { property, dark } = roleOf(name)
    return `.g-${name} { ${property}: ${dark}; }`
  })
  .join(' ')
