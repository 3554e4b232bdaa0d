// Augmentation as recipes ask for it: what may be done to a patch before a training step, every default filled in.

/** One kind of change. `chance` is the probability that a patch is changed this way; flips are drawn for each axis. */
export type Augmentation =
  | { readonly kind: 'flip'; readonly chance: number }
  /** About each axis by an angle between `-degrees` and `degrees`. */
  | { readonly kind: 'rotate'; readonly degrees: number; readonly chance: number }
  /** Structures appear larger or smaller by a factor between `from` and `to`. */
  | { readonly kind: 'scale'; readonly from: number; readonly to: number; readonly chance: number }
  /** Gaussian, of a standard deviation between 0 and `std`. */
  | { readonly kind: 'noise'; readonly std: number; readonly chance: number }
  /** Intensities times a factor between `from` and `to`. */
  | { readonly kind: 'brightness'; readonly from: number; readonly to: number; readonly chance: number }
  /** Distances to the mean times a factor between `from` and `to`. */
  | { readonly kind: 'contrast'; readonly from: number; readonly to: number; readonly chance: number }
  /** Intensities, scaled to 0 to 1, to a power between `from` and `to`. */
  | { readonly kind: 'gamma'; readonly from: number; readonly to: number; readonly chance: number }
