// When a document is elaborated: never while somebody types faster than that takes.
import { expect, test } from 'vitest'
import { pauseBefore } from '../../src/lsp/settings.ts'

test.each([
  ['as the client sets it, where elaboration is quick', 20, 3, 20],
  ['as long as elaboration kept others waiting', 20, 180, 180],
  ['half a second at most, however long that was', 20, 4_000, 500],
  ['longer only where the client asks for it', 900, 4_000, 900],
])('the pause is %s', (_, delay, heldUp, pause) => {
  expect(pauseBefore(delay, heldUp)).toBe(pause)
})
