// weft import model and weft predict by it: the label map of nnU-Net from its folder, and what is said of folders that are none. The model is one
// that nnU-Net's own trainer made and saved (test/node/models/peers/train.py, `tiny`).
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { openSafetensors } from '../../src/node/safetensors-file.ts'
import { repository } from '../examples/compile-example.ts'
import { workspace, type Outcome } from '../support/run-weft.ts'
import { runWeft } from '../support/warm-weft.ts'
import { zipOf } from '../support/zip.ts'

const tiny = join(repository, 'test/node/models/tiny')

/** A copy of the model and its images. */
function copied(): string {
  const cwd = workspace()
  cpSync(tiny, cwd, { recursive: true })
  return cwd
}

const importing = (cwd: string, ...more: readonly string[]): Outcome =>
  runWeft(['import', 'model', 'model', '-o', 'out', ...more], { cwd })

const predicting = (cwd: string, ...more: readonly string[]): Outcome =>
  runWeft(['predict', 'out', '-i', 'images', '-o', 'found', ...more], { cwd })

/** Changes a file of JSON. */
function edited(path: string, change: (content: Record<string, unknown>) => void): void {
  const content = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  change(content)
  writeFileSync(path, JSON.stringify(content))
}

/** The only configuration of the plans. */
const editedPlans = (cwd: string, change: (configuration: Record<string, unknown>) => void): void =>
  edited(join(cwd, 'model/plans.json'), (plans) =>
    change((plans['configurations'] as Record<string, Record<string, unknown>>)['3d_fullres'] ?? {}),
  )

const voxelsStart = 352
const voxels = (path: string): Uint8Array => gunzipSync(readFileSync(path)).subarray(voxelsStart)

describe('a model', () => {
  test('becomes a folder whose predictions are those of nnU-Net, voxel by voxel', () => {
    const cwd = copied()
    expect(importing(cwd)).toEqual({
      status: 0,
      stdout: 'wrote out  MadeUp3dFullres, 1 fold, channel 0 to background, soft, hard\n',
      stderr: '',
    })
    expect(readdirSync(join(cwd, 'out')).toSorted()).toEqual(['fold_0.safetensors', 'model.json', 'spec'])
    const { status, stdout, stderr } = predicting(cwd, '--reference', 'nnunet')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^model MadeUp3dFullres of Dataset900_MadeUp, fold 0; onnxruntime-node /)
    expect(stdout).toContain('wrote found/case.nii.gz  soft 0.26 ml, hard 0.38 ml\n')
    expect(stdout).toMatch(/predicted 1 case, in half precision, as nnU-Net\n$/)
    const [found, expected] = [join(cwd, 'found/case.nii.gz'), join(cwd, 'nnunet/case.nii.gz')].map(voxels)
    expect(Buffer.compare(found ?? new Uint8Array(), expected ?? new Uint8Array(1))).toBe(0)
  })

  test('stands for its network and the weights of a fold, the first unless another is named', () => {
    const cwd = copied()
    cpSync(join(cwd, 'model/fold_0'), join(cwd, 'model/fold_1'), { recursive: true })
    importing(cwd)
    const marked = readFileSync(join(cwd, 'out/fold_1.safetensors'))
    marked.writeFloatLE(1234.5678, marked.length - 4)
    writeFileSync(join(cwd, 'out/fold_1.safetensors'), marked)
    const exported = (...more: readonly string[]): { readonly said: string; readonly isMarked: boolean } => {
      const { stdout } = runWeft(['compile', 'out', '--target', 'onnx', '-o', 'a.onnx', ...more], { cwd })
      return {
        said: /^weights .*$/m.exec(stdout)?.[0] ?? stdout,
        isMarked: readFileSync(join(cwd, 'a.onnx')).includes(marked.subarray(-4)),
      }
    }
    expect(exported()).toEqual({
      said: 'weights  out, fold 0, the first of 0, 1: --fold chooses another',
      isMarked: false,
    })
    expect(exported('--fold', '1')).toEqual({ said: 'weights  out, fold 1', isMarked: true })
    expect(runWeft(['cost', 'out'], { cwd }).stdout).toMatch(/^MadeUp3dFullres\(in_channels = 1, classes = 3/)
    const { status, stdout } = runWeft(['verify', 'out', '--fold', '1'], { cwd })
    expect({ status, stdout }).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('MadeUp3dFullres, out, fold 1; ') as string,
    })
  })

  test('has nothing to choose but the fold', () => {
    const cwd = copied()
    importing(cwd)
    const refused = (file: string, ...option: readonly string[]): string =>
      runWeft(['compile', file, '--target', 'torch', '-o', 'a', ...option], { cwd }).stderr
    expect(refused('out', '--set', 'base=4')).toMatch(
      /^error\[WEFT871\]: --set cannot be given for out: it is an imported model, with its own copy of the spec for MadeUp3dFullres\n.*\n {2}= help: leave --set out, or give out\/spec\/model.weft instead of the model\n/,
    )
    expect(refused('out', '--weights', 'out/fold_0.safetensors')).toContain(
      'error[WEFT871]: --weights cannot',
    )
    expect(refused('out', '--fold', '7')).toContain('error[WEFT894]: out has no fold 7: its only one is 0\n')
    expect(refused('out/spec/model.weft', '--fold', '0')).toContain(
      'error[WEFT871]: --fold cannot be given for out/spec/model.weft: only an imported model has folds\n',
    )
    expect(readdirSync(cwd)).not.toContain('a')
  })

  test('averages mirror images unless told otherwise', () => {
    const cwd = copied()
    importing(cwd)
    predicting(cwd)
    const mirrored = voxels(join(cwd, 'found/case.nii.gz'))
    expect(predicting(cwd, '--no-mirror').stdout).toMatch(/predicted 1 case, in single precision\n$/)
    const plain = voxels(join(cwd, 'found/case.nii.gz'))
    expect(Buffer.compare(mirrored, plain)).not.toBe(0)
  })

  test('takes images of other formats, and writes what its own dataset was', () => {
    const cwd = copied()
    importing(cwd)
    const image = gunzipSync(readFileSync(join(cwd, 'images/case_0000.nii.gz')))
    writeFileSync(join(cwd, 'images/case_0000.nrrd'), asNrrd(image))
    rmSync(join(cwd, 'images/case_0000.nii.gz'))
    expect(predicting(cwd, '--reference', 'nnunet').stdout).toContain('wrote found/case.nii.gz  soft 0.26 ml, hard 0.38 ml\n')
    const [found, expected] = [join(cwd, 'found/case.nii.gz'), join(cwd, 'nnunet/case.nii.gz')].map(voxels)
    expect(found).toEqual(expected)
    edited(join(cwd, 'out/model.json'), (model) => (model['ending'] = '.mha'))
    expect(predicting(cwd).stdout).toContain('wrote found/case.mha  soft 0.26 ml')
  }) // prettier-ignore

  test('gives the probabilities of nnU-Net, on the axes of the file', () => {
    const cwd = copied()
    importing(cwd)
    predicting(cwd, '--probabilities', '--reference', 'nnunet')
    const [found, expected] = ['found', 'nnunet'].map((folder) => probabilities(join(cwd, folder, 'case.safetensors')))
    expect(found?.shape).toEqual(expected?.shape)
    const differences = (found?.values ?? []).map((value, at) => Math.abs(value - (expected?.values[at] ?? NaN)))
    expect(differences.length).toBeGreaterThan(1000)
    expect(Math.max(...differences)).toBeLessThan(1e-3)
  }) // prettier-ignore

  test('of another trainer is imported with a warning', () => {
    const cwd = copied()
    const path = join(cwd, 'model/fold_0/checkpoint_final.pth')
    writeFileSync(path, withoutChecksums(renamedTrainer(readFileSync(path))))
    const { status, stderr } = importing(cwd)
    expect(status).toBe(0)
    expect(stderr).toContain('warning[WEFT882]: model/plans.json was trained by nnUNetTraineX')
  })
})

function probabilities(path: string): { readonly shape: readonly number[]; readonly values: readonly number[] } {
  const file = openSafetensors(path)
  if (isProblem(file)) throw new Error(file.name)
  const values = file.read('probabilities')
  file.close()
  if (isProblem(values)) throw new Error(values.name)
  return { shape: file.entries.get('probabilities')?.shape ?? [], values: [...values] }
} // prettier-ignore

/** The voxels of a NIfTI file of float32 or int16 as NRRD, the sizes of its voxels too. */
function asNrrd(image: Buffer): Buffer {
  const sizes = [42, 44, 46].map((at) => image.readInt16LE(at))
  const spacings = [80, 84, 88].map((at) => image.readFloatLE(at))
  const type = image.readInt16LE(70) === 16 ? 'float' : 'int16'
  const lines = ['NRRD0004', `type: ${type}`, 'dimension: 3', `sizes: ${sizes.join(' ')}`, `spacings: ${spacings.join(' ')}`, 'encoding: raw', 'endian: little'] // prettier-ignore
  return Buffer.concat([Buffer.from(`${lines.join('\n')}\n\n`), image.subarray(voxelsStart)])
}

/** A name of the same length. */
function renamedTrainer(file: Buffer): Buffer {
  const at = file.lastIndexOf('nnUNetTrainer')
  file.write('nnUNetTraineX', at)
  return file
}

/** As writers that leave checksums out: 0 in every entry of the zip's directory. */
function withoutChecksums(file: Buffer): Buffer {
  for (let at = file.indexOf('PK\u0001\u0002'); at >= 0; at = file.indexOf('PK\u0001\u0002', at + 4))
    file.writeUInt32LE(0, at + 16)
  return file
}

describe('what is no model', () => {
  test('a folder without plans, and one without a fold', () => {
    const cwd = copied()
    const absent = importing(cwd, '--fold', '0', '--fold', '3')
    expect(absent.status).toBe(1)
    expect(absent.stderr).toContain(
      'error[WEFT879]: model is not a model that can be imported: fold_3 has no checkpoint_final.pth; there are folds 0\n',
    )
    rmSync(join(cwd, 'model/fold_0'), { recursive: true })
    expect(importing(cwd).stderr).toContain('it has no fold: no folder is called fold_0 or fold_all')
    rmSync(join(cwd, 'model/plans.json'))
    expect(importing(cwd).stderr).toContain('it has no plans.json')
    expect(readdirSync(cwd)).not.toContain('out')
  })

  test('a zip of several, none of which is named', () => {
    const cwd = workspace()
    const entries = ['a__2d', 'a__3d_lowres'].map((name) => ({
      name: `${name}/plans.json`,
      bytes: Buffer.from('{}'),
    }))
    writeFileSync(join(cwd, 'model'), zipOf(entries))
    expect(importing(cwd).stderr).toMatch(
      /^error\[WEFT898\]: model has 2 models: which one\?\n.*\n {2}= help: name one by --model: a__2d, a__3d_lowres\n/,
    )
    expect(importing(cwd, '--model', '2d').stderr).toContain(
      'error[WEFT879]: model/a__2d is not a model that can be imported: it has no dataset.json\n',
    )
  })

  test('a checkpoint of another network', () => {
    const cwd = copied()
    editedPlans(cwd, ({ architecture }) => {
      const { arch_kwargs: kwargs } = architecture as { arch_kwargs: Record<string, unknown> }
      kwargs['features_per_stage'] = [3, 8]
    })
    const { status, stderr } = importing(cwd)
    expect(status).toBe(1)
    expect(stderr).toContain('error[WEFT913]')
    expect(readdirSync(join(cwd, 'out'))).not.toContain('model.json')
  })

  test('a folder that holds something already', () => {
    const cwd = copied()
    importing(cwd)
    expect(importing(cwd).stderr).toMatch(
      /^error\[WEFT862\]: out holds files already; a model needs .*\n.*\n {2}= help: give another folder\n/,
    )
  })

  test('options of the other kind', () => {
    const cwd = copied()
    expect(importing(cwd, '--model', '2d').stderr).toContain(
      'error[WEFT871]: --model cannot be given for model: it is one model, not a zip of several\n',
    )
    expect(importing(cwd, '--dataset', 'x').stderr).toContain('--dataset goes with `weft import plans`')
    expect(runWeft(['import', 'model', 'model'], { cwd }).stderr).toContain('a model needs a folder: --out')
    expect(runWeft(['import', 'plans', 'model/plans.json', '--fold', '0'], { cwd }).stderr).toContain(
      '--fold goes with `weft import model`',
    )
  })
})

test('what has no counterpart is refused by name, all of it at once', () => {
  const cwd = copied()
  editedPlans(cwd, (configuration) => {
    configuration['previous_stage'] = '3d_lowres'
    configuration['preprocessor_name'] = 'MyPreprocessor'
    configuration['normalization_schemes'] = ['MyNormalization']
    configuration['resampling_fn_data'] = 'no_resampling_hack'
    configuration['resampling_fn_data_kwargs'] = { order: 2, order_z: 1, is_seg: true, force_separate_z: 'yes', memefficient: 1 } // prettier-ignore
    configuration['resampling_fn_probabilities_kwargs'] = {}
  })
  edited(join(cwd, 'model/plans.json'), (plans) => {
    plans['image_reader_writer'] = 'NaturalImage2DIO'
    plans['transpose_forward'] = [0, 0, 1]
  })
  edited(join(cwd, 'model/dataset.json'), (dataset) => (dataset['file_ending'] = '.png'))
  const { status, stderr } = importing(cwd)
  expect(status).toBe(1)
  expect(stderr.match(/(?<=error\[WEFT880\]: )[^:]*/g)).toEqual([
    'model/plans.json has `previous_stage` = "3d_lowres"',
    'model/plans.json has `preprocessor_name` = "MyPreprocessor"',
    'model/plans.json has `image_reader_writer` = "NaturalImage2DIO"',
    'model/plans.json has `transpose_forward` = [0,0,1]',
    'model/plans.json has `normalization_schemes` = "MyNormalization"',
    'model/plans.json has `resampling_fn_data_kwargs.order` = 2',
    'model/plans.json has `resampling_fn_data` = "no_resampling_hack"',
    'model/plans.json has `resampling_fn_data_kwargs.order_z` = 1',
    'model/plans.json has `resampling_fn_data_kwargs.is_seg` = true',
    'model/plans.json has `resampling_fn_data_kwargs.force_separate_z` = "yes"',
    'model/plans.json has `resampling_fn_data_kwargs.memefficient` = 1',
    'model/plans.json has `resampling_fn_probabilities_kwargs.order` = 3',
    'model/dataset.json has `file_ending` = ".png"',
  ])
})

test('resampling by PyTorch: linear, and scores in single precision', () => {
  const cwd = copied()
  const byTorch = (more: Readonly<Record<string, unknown>>): void =>
    editedPlans(cwd, (configuration) => {
      for (const of of ['data', 'seg', 'probabilities']) {
        configuration[`resampling_fn_${of}`] = 'resample_torch_fornnunet'
        configuration[`resampling_fn_${of}_kwargs`] = { is_seg: of === 'seg', memefficient_seg_resampling: false, ...more } // prettier-ignore
      }
    })
  byTorch({ mode: 'nearest', aniso_axis_mode: 'linear', order: 1 })
  expect(
    importing(cwd)
      .stderr.match(/(?<=error\[WEFT880\]: )[^:]*/g)
      ?.slice(0, 3),
  ).toEqual([
    'model/plans.json has `resampling_fn_data_kwargs.mode` = "nearest"',
    'model/plans.json has `resampling_fn_data_kwargs.aniso_axis_mode` = "linear"',
    'model/plans.json has `resampling_fn_data_kwargs.order` = 1',
  ])
  byTorch({ force_separate_z: false })
  expect(importing(cwd).status).toBe(0)
  const model = JSON.parse(readFileSync(join(cwd, 'out/model.json'), 'utf8')) as {
    readonly pipeline: { readonly resampling: unknown }
  }
  const axes = { separation: 'never', threshold: 3 }
  expect(model.pipeline.resampling).toEqual({
    image: { order: 1, ...axes },
    scores: { ...axes, stored: 'float32' },
  })
})

describe('a prediction that goes on', () => {
  const twoCases = (): string => {
    const cwd = copied()
    importing(cwd)
    cpSync(join(cwd, 'images/case_0000.nii.gz'), join(cwd, 'images/other_0000.nii.gz'))
    return cwd
  }

  test('keeps what is whole and was made alike, and predicts the rest', () => {
    const cwd = twoCases()
    expect(predicting(cwd).stdout).toContain('predicted 2 cases, in single precision\n')
    const again = predicting(cwd, '--resume').stdout
    expect(again).toContain('kept found/case.nii.gz\nkept found/other.nii.gz\n')
    expect(again).toContain('predicted 0 cases, in single precision; 2 kept\n')
    // One label map was lost half-way, and of the other case the image is another one.
    const path = join(cwd, 'found/case.nii.gz')
    const whole = readFileSync(path)
    writeFileSync(path, whole.subarray(0, whole.length - 20))
    const image = gunzipSync(readFileSync(join(cwd, 'images/other_0000.nii.gz')))
    image.writeInt16LE(77, voxelsStart)
    writeFileSync(join(cwd, 'images/other_0000.nii.gz'), gzipSync(image))
    expect(predicting(cwd, '--resume').stdout).toContain('predicted 2 cases, in single precision\n')
    expect(readFileSync(path)).toEqual(whole)
  })

  test('is never mixed with what other options or another model made', () => {
    const cwd = twoCases()
    predicting(cwd)
    expect(predicting(cwd, '--resume', '--overlap', '0.25', '--no-mirror').stderr).toContain(
      'error[WEFT893]: the prediction of found/prediction.json cannot go on: its label maps were made with `mirror` true, not false, and with `overlap` 0.5, not 0.25\n',
    )
    edited(join(cwd, 'out/model.json'), (model) => (model['weft'] = '0.0.0'))
    expect(predicting(cwd, '--resume').stderr).toContain('its label maps were made by another model\n')
    edited(join(cwd, 'found/prediction.json'), (record) => delete record['settings'])
    expect(predicting(cwd, '--resume').stderr).toContain('error[WEFT893]')
    // All anew.
    expect(predicting(cwd).stdout).toContain('predicted 2 cases')
  })
})

describe('what cannot be predicted', () => {
  test('with options that only runs have', () => {
    const cwd = copied()
    importing(cwd)
    const { status, stderr } = predicting(cwd, '--backend', 'cpu')
    expect(status).toBe(1)
    expect(stderr).toContain('error[WEFT871]: --backend cannot be given for out: it is an imported model')
    expect(stderr).toContain('help: leave --backend out\n')
  })

  test('by what nnU-Net has trained, before it is imported, and by no folder', () => {
    const cwd = copied()
    expect(predicting(cwd).stderr).toContain('error[WEFT884]: out is neither a training run nor an imported')
    const { stderr } = runWeft(['predict', 'model', '-i', 'images', '-o', 'found'], { cwd })
    expect(stderr).toContain('make a model of it: weft import model model --out MODEL')
  })

  test('volumes that the reader has no array of, colours that are none, a channel that is missing', () => {
    const cwd = copied()
    importing(cwd)
    const image = gunzipSync(readFileSync(join(cwd, 'images/case_0000.nii.gz')))
    const flat = Buffer.from(image)
    flat.writeInt16LE(2, 40)
    writeFileSync(join(cwd, 'images/flat_0000.nii.gz'), gzipSync(flat))
    const cut = image.subarray(0, image.length - 9)
    writeFileSync(join(cwd, 'images/cut_0000.nii.gz'), gzipSync(cut))
    writeFileSync(join(cwd, 'images/late_0001.nii.gz'), gzipSync(image))
    const { status, stdout, stderr } = predicting(cwd)
    expect(status).toBe(1)
    expect(stderr).toContain('error[WEFT881]: images/flat_0000.nii.gz cannot be read as NibabelIO reads it: it has 2 axes, not 3') // prettier-ignore
    expect(stdout).toContain('predicted 1 of 4 cases')
    expect(readdirSync(join(cwd, 'found'))).toEqual(['case.nii.gz', 'prediction.json'])

    edited(join(cwd, 'out/model.json'), ({ pipeline }) => {
      ;(pipeline as Record<string, unknown>)['normalisation'] = [{ rule: 'rgb' }]
    })
    image.writeInt16LE(300, voxelsStart)
    writeFileSync(join(cwd, 'images/case_0000.nii.gz'), gzipSync(image))
    expect(predicting(cwd).stderr).toContain('error[WEFT883]: case `case` cannot be segmented: channel 0: its values go from') // prettier-ignore
  })

  test('by a model whose files disagree', () => {
    const cwd = copied()
    importing(cwd)
    edited(join(cwd, 'out/model.json'), ({ pipeline }) => {
      ;(pipeline as Record<string, unknown>)['patch'] = [8, 8, 16]
    })
    expect(predicting(cwd).stderr).toContain(
      'error[WEFT864]: out/model.json cannot be used: its patch is 8×8×16, and that of the network 8×8×8',
    )
  })
})
