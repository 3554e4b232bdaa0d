// Blocks of `name = value` settings: each name has a vocabulary of words and a reader of its values.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { Setting } from '../../syntax/ast.ts'
import { suggest } from '../../text/suggest.ts'
import { evaluate } from '../values/evaluation.ts'
import { report } from '../values/session.ts'
import { showValue } from '../values/show.ts'
import type { Env, Value } from '../values/values.ts'

export interface SettingSpec<T> {
  /** Words that bare names and calls mean here: `grow = random`, `drop = l1(rate = 0.5)`. */
  readonly words: readonly string[]
  /** What the value must be, in words. */
  readonly expected: string
  /** Units that may follow the value. */
  readonly units?: readonly string[]
  read(value: Value, unit?: string): T | undefined
}

/** What people read of a setting. */
export type SettingDoc = Pick<SettingSpec<unknown>, 'words' | 'expected' | 'units'>

export type SettingTable<S extends object> = { readonly [K in keyof S]-?: SettingSpec<S[K]> }

/**
 * Reads settings against a table; unknown names, repeated names, wrong values and wrong units are reported. Names `readElsewhere` are
 * settings too, whose values the caller reads itself.
 */
export function readSettings<S extends object>(
  owner: string,
  table: SettingTable<S>,
  settings: readonly Setting[],
  env: Env,
  readElsewhere: readonly string[] = [],
): Partial<S> {
  const found: Partial<S> = {}
  const specs = table as Readonly<Record<string, SettingSpec<unknown>>>
  const seen = new Map<string, Setting>()
  for (const setting of settings) {
    const name = setting.name.name
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined
    const before = seen.get(name)
    seen.set(name, setting)
    const elsewhere = readElsewhere.includes(name)
    if (spec === undefined && !elsewhere) {
      const known = [...readElsewhere, ...Object.keys(specs)]
      report(
        env,
        setting.name.span,
        problem('unknown-setting', { owner, name, known, suggestion: suggest(name, known) }),
      )
    } else if (before !== undefined) {
      report(env, setting.span, problem('setting-given-twice', { owner, name }), [
        { span: before.span, message: 'first set here' },
      ])
    } else if (spec !== undefined) readSetting(name, spec, setting, found, env)
  }
  return found
}

function readSetting(
  name: string,
  spec: SettingSpec<unknown>,
  setting: Setting,
  found: Record<string, unknown>,
  env: Env,
): void {
  const unit = setting.unit
  if (unit !== undefined && spec.units?.includes(unit.name) !== true) {
    report(env, unit.span, problem('wrong-unit', { name, unit: unit.name, units: spec.units ?? [] }))
  }
  const value = evaluate(setting.value, env, new Set(spec.words))
  if (value.kind === 'invalid') return
  const read = spec.read(value, unit?.name)
  if (read === undefined)
    report(
      env,
      setting.value.span,
      problem('wrong-setting', { name, expected: spec.expected, value: showValue(value) }),
    )
  else found[name] = read
}
