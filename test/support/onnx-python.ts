// A Python with ONNX's own tools; tests that need it are skipped where there is none.
import { thatRuns } from './find-python.ts'

/** A Python that has onnx and ONNX Runtime's tools, or a word on why what needs it is skipped. */
export const onnxPython = thatRuns(
  'import importlib.util as util; assert all(map(util.find_spec, ["onnx", "onnxruntime", "sympy"]))',
)

if (onnxPython === undefined)
  process.stderr.write(
    'no Python with onnx, onnxruntime and sympy (WEFT_PYTHON, or .venv in the checkout): what ONNX’s tools make of files is skipped\n',
  )
