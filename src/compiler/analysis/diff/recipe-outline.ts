// What changed in training recipes, in words.
import type { RecipeChange } from './document.ts'
import { namedItem } from './outline.ts'
import { code, item, type Chapter } from './phrases.ts'

/** A chapter for each recipe of both sides, then one for those of one side alone. */
export function recipeChapters(recipes: readonly RecipeChange[]): Chapter[] {
  const pairs = recipes.filter(({ before, after }) => before !== null && after !== null)
  const lone = recipes.filter((one) => !pairs.includes(one))
  const chapters = pairs.map(({ before, after, settings }): Chapter => ({
    title: `training recipe ${before === after ? after : `${before} → ${after}`}`,
    items: settings.map(namedItem),
  }))
  const items = lone.map(({ before, after }) =>
    item(before === null ? '+' : '-', [code(after ?? before ?? '')]),
  )
  return items.length === 0 ? chapters : [...chapters, { title: 'training recipes', items }]
}
