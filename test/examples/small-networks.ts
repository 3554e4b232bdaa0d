// Each network of each example, at a size that the reference interpreter takes a second or two for.
const small3d = { base: '4', patch: '[32, 64, 64]' }
/** With fewer channels the masks of the sparse ones leave no way to the output. */
const thin3d = { base: '3', patch: '[32, 64, 64]' }
const tiny3d = { base: '2', patch: '[32, 64, 64]' }

/** With their arguments. */
export const smallNetworks: readonly (readonly [
  file: string,
  network: string,
  args: Readonly<Record<string, string>>,
])[] = [
  ['basic-unet', 'BasicUNet', { widths: '[4, 4, 6, 8, 10]', last_width: '5', patch: '[32, 32, 32]' }],
  ['basic-unet', 'BasicUNetPlusPlus', { widths: '[4, 4, 6, 8, 10]', last_width: '5', patch: '[32, 48]' }],
  ['dynunet', 'DynUNet', { filters: '[3, 4, 5, 6, 7, 8]', patch: '[64, 64, 64]' }],
  ['e2enet', 'E2ENet', small3d],
  ['e2enet', 'E2ENet313', thin3d],
  ['e2enet', 'E2ENet331', thin3d],
  ['e2enet', 'E2ENetNoShift', thin3d],
  ['e2enet', 'E2ENetNoDSFF', small3d],
  ['e2enet', 'E2ENetPlus', small3d],
  ['monai-unet', 'MonaiUNet', { widths: '[4, 6, 8, 10]', patch: '[24, 32, 32]' }],
  ['nnunet', 'NNUNetV1', small3d],
  ['nnunet', 'NNUNetSmall', tiny3d],
  ['nnunet', 'NNUNet', small3d],
  ['nnunet', 'NNUNet2D', { base: '2', patch: '[256, 512]' }],
  // Deep networks need more than two voxels at the bottom: an instance norm over two gives ±1 whatever they are.
  ['nnunet-resenc', 'ResEncUNet', { base: '2', patch: '[64, 64, 64]' }],
  ['unet', 'UNet', { base: '4', size: '[204, 188]' }],
  ['unet', 'UNetReleased', { base: '4', size: '[188, 188]' }],
  ['unet', 'UNetKeras', { base: '4' }],
  ['unet', 'WideUNet', { base: '5' }],
  ['unet', 'UNetMilesial', { base: '4', size: '[64, 96]' }],
  ['unet', 'UNetMilesial', { base: '4', size: '[64, 96]', bilinear: 'true' }],
  ['unet', 'UNetBilinear', { base: '4' }],
  ['unet3d', 'UNet3D', { base: '2', size: '[92, 92, 92]' }],
  ['unet3d', 'UNet3DBN', { base: '2', size: '[92, 92, 92]' }],
  ['unetpp', 'UNetPlusPlus', { base: '4', size: '[32, 48]' }],
  ['unetpp', 'UNetPlusPlusKeras', { base: '4', size: '[32, 48]' }],
  ['unetpp3d', 'UNetPlusPlus3D', { base: '1', patch: '[32, 64, 64]' }],
  ['vnet', 'VNet', { base: '4', patch: '[16, 32, 32]' }],
]
