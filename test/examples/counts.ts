// Every figure that the examples have to count: the expected side of `counts.test.ts`.
import type { Figure } from './figure.ts'
import { e2enetFigures } from './figures/e2enet.ts'
import { monaiFigures } from './figures/monai.ts'
import { nnunetFigures } from './figures/nnunet.ts'
import { unetFigures } from './figures/unet.ts'

/** The systems that the examples cover: no measured record of theirs is left out. */
export const systems: readonly string[] = [
  '3D U-Net 2016',
  'E2ENet',
  'MONAI BasicUNet',
  'MONAI BasicUNetPlusPlus',
  'MONAI DynUNet',
  'MONAI UNet',
  'U-Net 2015',
  'U-Net 2D (4uiiurz1)',
  'U-Net 2D (Keras, UNet++ repo)',
  'U-Net 2D (milesial)',
  'UNet++ 2D (Keras official)',
  'UNet++ 2D NestedUNet (4uiiurz1)',
  'UNet++ 3D (nnU-Net based)',
  'V-Net',
  'nnU-Net v1',
  'nnU-Net v2 PlainConvUNet',
  'nnU-Net v2 ResidualEncoderUNet',
]

export const figures: readonly Figure[] = [
  ...e2enetFigures,
  ...monaiFigures,
  ...nnunetFigures,
  ...unetFigures,
]
