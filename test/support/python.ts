// A Python with the peers that some comparisons need; tests that need it are skipped where there is none.
import { thatRuns } from './find-python.ts'

/** A Python that has torch, or a word on why what needs it is skipped. */
export const torchPython = thatRuns('import torch')

if (torchPython === undefined)
  process.stderr.write(
    'no Python with torch (WEFT_PYTHON, or .venv in the checkout): the comparison with PyTorch is skipped\n',
  )

/** A Python that has nnU-Net, or a word on why what needs it is skipped. */
export const nnunetPython = thatRuns(
  'import importlib.util as util; assert all(map(util.find_spec, ["torch", "torchvision", "nnunetv2"]))',
)

if (nnunetPython === undefined)
  process.stderr.write(
    'no Python with nnunetv2 (WEFT_PYTHON, or .venv in the checkout): training inside nnU-Net is skipped\n',
  )

/** A Python that has nnU-Net's classes of networks and its reading of plans, or a word on why what needs it is skipped. */
export const plansPython = thatRuns(
  'import importlib.util as util; assert util.find_spec("torch") and util.find_spec("nnunetv2")',
)

if (plansPython === undefined)
  process.stderr.write(
    'no Python with nnunetv2 (WEFT_PYTHON, or .venv in the checkout): the comparison with what nnU-Net builds is skipped\n',
  )

/** A Python that has what a deployed program takes, or a word on why running it is skipped. */
export const deployedPython = thatRuns(
  'import importlib.util as util; assert all(map(util.find_spec, ["onnxruntime", "numpy", "scipy", "nibabel"]))',
)

if (deployedPython === undefined)
  process.stderr.write(
    'no Python with onnxruntime, scipy and nibabel (WEFT_PYTHON, or .venv in the checkout): deployed programs in Python are not run\n',
  )

/** A Python that has pandas, or a word on why the recipe for notebooks is not run. */
export const pandasPython = thatRuns('import pandas')

if (pandasPython === undefined)
  process.stderr.write(
    'no Python with pandas (WEFT_PYTHON, or .venv in the checkout): the recipe for notebooks is not run\n',
  )
