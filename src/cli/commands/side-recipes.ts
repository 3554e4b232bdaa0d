// The training recipes that a comparison holds beside a network: those of its file, or the one that a run was trained by.
import { compileRecipe, compileRecipes } from '../../compiler/compile.ts'
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts'
import { isProblem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Spec } from '../../compiler/input-extents.ts'
import type { Recipe } from '../../compiler/semantics/declarations/train.ts'
import { openRun } from '../../node/runs/run-folder.ts'

export interface FoundRecipes {
  readonly recipes: readonly Recipe[]
  /** Why some are left out. */
  readonly errors: readonly Diagnostic[]
}

export function recipesOfNetwork({ entry, host }: Spec, network: string): FoundRecipes {
  const { recipes, diagnostics } = compileRecipes(entry, host, { network })
  return { recipes, errors: diagnostics.filter((one) => one.severity === 'error') }
}

/** With the numbers that the run was given in place of the recipe's own. */
export function recipeOfRun({ entry, host, options }: Spec, folder: string): FoundRecipes {
  const { recipe } = compileRecipe(entry, host, options)
  const run = openRun(folder)
  return {
    recipes: recipe === undefined || isProblem(run) ? [] : [{ ...recipe, ...run.description.instead }],
    errors: [],
  }
}
