// The Primus family of MIC-DKFZ/dynamic-network-architectures 0.4.4, architectures/primus.py, as applications of `std/primus`. Defaults of
// arguments are theirs.
import { unless, type Application, type Construction, type Given } from './construction.ts'
import { count, flag, perStage, real } from './taken.ts'
import { importedName } from './torch-modules.ts'
import { listText } from './values.ts'

/** What a version begins with where plans say nothing. */
interface Version {
  readonly scale: number | undefined
  readonly attentionNorm: boolean
  readonly drop: number
  embed(construction: Construction): string | undefined
}

const plainVersion = { scale: undefined, attentionNorm: false, drop: 0 }

export const primuses: Readonly<Record<string, (construction: Construction) => Application>> = {
  Primus: (one) => primus(one, { ...plainVersion, embed: () => undefined }),
  PrimusV2: (one) =>
    primus(one, { ...plainVersion, embed: () => 'ResidualEmbed(widths = [32, 32, 64, 128])' }),
  PrimusV3: (one) => primus(one, { scale: 0.1, attentionNorm: true, drop: 0.2, embed: embedOfV3 }),
}

function primus(construction: Construction, version: Version): Application {
  const { args, patch } = construction
  const width = count(args, 'embed_dim')
  const [depth, heads] = [count(args, 'eva_depth', 24), count(args, 'eva_numheads', 16)]
  const hidden = Math.trunc(width * real(args, 'mlp_ratio', 8 / 3))
  const embed = version.embed(construction)
  const token = tokenSide(construction, embed)
  const scale = scaleOf(construction, version)
  const drop = real(args, 'drop_path_rate', version.drop)
  const isNormed = flag(args, 'scale_attn_inner', version.attentionNorm)
  checkFixed(construction)
  const given: Given = [
    ['patch', listText(patch)],
    ...unless(width === 864, 'width', String(width)),
    ...unless(depth === 16, 'depth', String(depth)),
    ...unless(heads === 12, 'heads', String(heads)),
    ...unless(token === 8, 'token', String(token)),
    ...unless(embed === undefined, 'embed', embed ?? ''),
    ...unless(hidden === Math.floor((8 * width) / 3), 'hidden', String(hidden)),
    ...unless(isNormed, 'norm', 'identity'),
    ...unless(scale === 0.1, 'scale', String(scale)),
    ...unless(drop === 0, 'drop', String(drop)),
  ]
  return {
    network: 'Primus',
    library: 'std/primus',
    uses: embed === undefined ? [] : ['ResidualEmbed'],
    arguments: given,
    outputCount: 1,
  }
}

/** What the scales of residuals begin with; 0 where there are none. */
function scaleOf({ args }: Construction, version: Version): number {
  const given = args.take('init_values')
  const scale = given === undefined ? version.scale : given
  if (scale === null || scale === undefined) return 0
  if (typeof scale === 'number' && scale !== 0) return scale
  args.object('init_values', scale, 'it must be null or a number that is not 0')
  return 0
}

/** Tokens are cubes of 2, 4, 8, … voxels; residual embeddings halve three times. */
function tokenSide({ args, patch }: Construction, embed: string | undefined): number {
  if (patch.length !== 3) args.object('input_shape', patch, 'Primus is for patches of three axes')
  const [side = 8, ...others] = perStage(args, 'patch_embed_size', 3)
  const isCube = others.every((one) => one === side) && Number.isInteger(Math.log2(side)) && side > 1
  if (!isCube)
    args.object('patch_embed_size', [side, ...others], 'tokens have to be cubes of 2, 4, 8, … voxels')
  if (embed !== undefined && side !== 8)
    args.object('patch_embed_size', [side, ...others], 'this version halves its input three times')
  const extents = args.take('input_shape')
  if (JSON.stringify(extents) !== JSON.stringify(patch))
    args.object('input_shape', extents, `it has to be the patch, ${listText(patch)}`)
  return side
}

/** `ResidualEmbed(…)` with one block on each level. */
function embedOfV3(construction: Construction): string {
  const { args } = construction
  const widths = perStage(
    { ...args, take: (key) => args.take(key) ?? [32, 64, 256, 1024] },
    'ch_per_level',
    4,
  )
  const depths = args.take('depth_per_level') ?? [1, 1, 1]
  if (JSON.stringify(depths) !== '[1,1,1]')
    args.object('depth_per_level', depths, 'a level has one block here')
  if (args.take('nonlin') === null) args.object('nonlin', null, 'an activation is needed')
  const act = importedName(construction, 'nonlin') ?? 'torch.nn.LeakyReLU'
  if (!/^torch\.nn\.(?:.*\.)?(LeakyReLU|ReLU)$/.test(act))
    args.object('nonlin', act, 'it has to be LeakyReLU or ReLU of torch.nn')
  const block = act.endsWith('LeakyReLU') ? 'leaky_relu(0.01)' : 'relu'
  const skips = flag(args, 'add_skips', true)
  return `ResidualEmbed(widths = ${listText(widths)}, act = ${block}, skips = ${skips})`
}

/** Arguments of which one value has a counterpart. */
function checkFixed(construction: Construction): void {
  const { args } = construction
  const fixed: readonly (readonly [key: string, expected: unknown, reason: string])[] = [
    ['num_register_tokens', 0, 'tokens of the network itself have no counterpart'],
    ['use_rot_pos_emb', true, 'attention is turned here'],
    ['use_abs_pos_embed', true, 'every token has a learned place here'],
    ['patch_drop_rate', 0, 'tokens that are left out have no counterpart; it is for pretraining'],
    ['proj_drop_rate', 0, 'this dropout has no counterpart'],
    ['attn_drop_rate', 0, 'this dropout has no counterpart'],
    ['rope_kwargs', null, 'its tables are those of the defaults'],
  ]
  for (const [key, expected, reason] of fixed) {
    const value = args.take(key) ?? expected
    if (value !== expected) args.object(key, value, reason)
  }
  const named = { decoder_norm: 'LayerNormNd', decoder_act: 'GELU', rope_impl: 'RotaryEmbeddingCat' }
  for (const [key, expected] of Object.entries(named)) {
    const value = importedName(construction, key)
    if (value !== undefined && value.split('.').at(-1) !== expected)
      args.object(key, value, `it has to be ${expected}`)
  }
}
