// What the pipeline knows of a network.

/** One tile, `channels × patch`, to its scores, `classes × patch`: logits. The tile may be filled anew after; the scores hold until the next. */
export type Network = (tile: Float32Array) => Promise<Float32Array>
