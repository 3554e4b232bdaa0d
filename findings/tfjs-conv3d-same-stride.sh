#!/usr/bin/env bash
# TensorFlow.js: `conv3d` with padding `same` and a kernel smaller than its stride reads other voxels than `conv2d`.
# Guess: as `conv2d` (and TensorFlow) do, kernel 1 with stride 2 takes positions 0, 2, 4 along each axis.
# In truth: conv3d takes 1, 3, 5 on every JavaScript backend, so that comparing backends with one another shows nothing.
# Why it matters: strided 1x1x1 shortcuts (residual networks) are shifted by one voxel against the network that was trained elsewhere.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 >/dev/null
cat >run.mjs <<'JS'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
tf.env().set('PROD', true)
await tf.setBackend('cpu')
const line = tf.range(0, 6)
const flat = tf.conv2d(tf.reshape(line, [1, 6, 1, 1]), tf.ones([1, 1, 1, 1]), [2, 1], 'same').dataSync()
const deep = tf.conv3d(tf.reshape(line, [1, 6, 1, 1, 1]), tf.ones([1, 1, 1, 1, 1]), [2, 1, 1], 'same').dataSync()
console.log(`@tensorflow/tfjs ${tf.version_core}: same, kernel 1, stride 2 of 0..5: conv2d takes ${[...flat]}, conv3d takes ${[...deep]}`)
process.exit(`${[...flat]}` === '0,2,4' && `${[...deep]}` === '1,3,5' ? 0 : 1)
JS
node run.mjs 2>/dev/null
