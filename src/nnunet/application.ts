// An architecture of plans as an application of a network of the library, with the arguments that differ from its defaults.
import type { Application, Construction } from './construction.ts'
import { genericUNet, genericUNetOf } from './generic-unet.ts'
import type { Configuration } from './plans.ts'
import { primuses } from './primuses.ts'
import { argumentsOf, type Objection } from './taken.ts'
import { unets } from './unets.ts'

/** By the class. */
const classes: Readonly<Record<string, (construction: Construction) => Application>> = {
  ...unets,
  ...primuses,
}

/** The application, or everything that has no counterpart. */
export function applicationOf({
  patch,
  architecture,
}: Pick<Configuration, 'patch' | 'architecture'>): Application | readonly Objection[] {
  const { className, kwargs, imports } = architecture
  const name = className.split('.').at(-1) ?? ''
  const application =
    className === genericUNet
      ? genericUNetOf
      : className.startsWith('dynamic_network_architectures.') && Object.hasOwn(classes, name)
        ? classes[name]
        : undefined
  if (application === undefined)
    return [
      {
        key: 'network_class_name',
        value: className,
        reason: `it is none of the classes that have a counterpart: ${Object.keys(classes).join(', ')} of dynamic_network_architectures`,
      },
    ]
  const absent = imports.find((key) => !Object.hasOwn(kwargs, key))
  if (absent !== undefined)
    return [{ key: '_kw_requires_import', value: absent, reason: '`arch_kwargs` has no such argument' }]
  const objections: Objection[] = []
  const args = argumentsOf(kwargs, objections)
  const made = application({ args, objections, imports: new Set(imports), patch })
  for (const left of args.left()) args.object(left, args.take(left), `${name} has no such argument`)
  return objections.length > 0 ? objections : made
}
