// The ornament at the head of pages.
import { markup } from './markup.ts'
import { seriesColour } from './palette.ts'

/** Threads over and under each other. */
export const weave = markup`<svg class="weave" viewBox="0 -2 400 14" preserveAspectRatio="none" aria-hidden="true" fill="none" stroke-width="1.6">
${[0, 1, 2].map(
  (k) =>
    markup`<path stroke="${seriesColour(k)}" stroke-opacity="0.75" vector-effect="non-scaling-stroke" d="M0 ${k * 3 + 2}${Array.from(
      { length: 20 },
      (_, wave) => `q5 ${(wave + k) % 2 === 0 ? -5 : 5} 10 0t10 0`,
    ).join('')}"/>`,
)}
</svg>`
