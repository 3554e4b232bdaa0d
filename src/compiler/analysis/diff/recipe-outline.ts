// What changed in training recipes, in words; and with it all that a comparison has to tell.
import type { DiffDocument, RecipeChange } from './document.ts'
import { namedItem, outlineOf } from './outline.ts'
import { code, item, type Chapter } from './phrases.ts'

/** The architecture's chapters, then those of training. */
export function allChapters({ architecture, recipes }: DiffDocument): Chapter[] {
  return [...outlineOf(architecture), ...recipeChapters(recipes)]
}

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
