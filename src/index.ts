// The library: what `import … from 'weft'` gives. The one barrel of the project, since a package has one entry; each name is
// listed, so that nothing becomes public by accident. Reading from the disk is `weft/node`, formatting `weft/prettier`.

export {
  check,
  compile,
  compileRead,
  compileRecipe,
  compileRecipes,
  compileResults,
  readSpec,
} from './compiler/compile.ts'
export type {
  Checked,
  Compilation,
  CompileOptions,
  ReadSpec,
  RecipeCompilation,
  RecipeOptions,
  RecipesCompilation,
  ResultsCompilation,
  ResultsOptions,
  SourceHost,
} from './compiler/compile.ts'
export { defaultLimits } from './compiler/semantics/values/limits.ts'
export type { Limits } from './compiler/semantics/values/limits.ts'
export type { LossTerm } from './compiler/semantics/declarations/losses.ts'
export type { Optimizer, Recipe, Schedule } from './compiler/semantics/declarations/train.ts'
export type { Result, Results } from './compiler/semantics/declarations/results.ts'
export type { NetworkArgument } from './compiler/semantics/declarations/networks.ts'

export { parse } from './compiler/syntax/parse.ts'
export type * as ast from './compiler/syntax/ast.ts'

export { codes } from './compiler/diagnostics/codes.ts'
export { diagnose, DiagnosticBag, isProblem } from './compiler/diagnostics/diagnostic.ts'
export type { Diagnostic, IndexBinding, Problem, Related } from './compiler/diagnostics/diagnostic.ts'
export type { Severity } from './compiler/diagnostics/define.ts'
export { renderDiagnostic, renderDiagnostics } from './compiler/diagnostics/render.ts'
export type { RenderOptions } from './compiler/diagnostics/render.ts'

export { lineText, positionAt, sourceFile, span } from './compiler/text/source.ts'
export type { Position, SourceFile, Span } from './compiler/text/source.ts'
export { ansiStyle, plainStyle } from './compiler/text/style.ts'
export type { Style } from './compiler/text/style.ts'

export type {
  Backbone,
  BackboneLevel,
  Budget,
  Fusion,
  FusionEdge,
  FusionNode,
  Graph,
  GraphInput,
  GraphNode,
  GraphOutput,
  Mask,
  NodeId,
  Origin,
  Parameter,
  ParameterId,
  SparsitySetting,
} from './compiler/ir/graph.ts'
export type { Dim, DimSymbol, Shape, SymbolicDim, TensorType } from './compiler/ir/tensor.ts'

export { cost } from './compiler/analysis/cost.ts'
export type {
  Costing,
  CostReport,
  Executed,
  LineCost,
  NodeCost,
  OperatorCost,
  TermCounts,
} from './compiler/analysis/cost.ts'
export {
  conventionNamed,
  conventionNames,
  conventions,
  countOf,
} from './compiler/analysis/conventions/conventions.ts'
export type { Convention, ConventionName } from './compiler/analysis/conventions/conventions.ts'
export { reconcile } from './compiler/analysis/conventions/reconcile.ts'
export type { Density, Difference, Reconciled, Side } from './compiler/analysis/conventions/reconcile.ts'
export { termTexts } from './compiler/analysis/conventions/terms.ts'
export type { Term, Terms } from './compiler/analysis/conventions/terms.ts'
export type { Amounts, BothAmounts } from './compiler/analysis/amounts.ts'
export type { Line, Sources } from './compiler/analysis/charge.ts'
export type { ModuleCost } from './compiler/analysis/module-tree.ts'
export { budgetResults } from './compiler/analysis/budgets.ts'
export type { BudgetResult } from './compiler/analysis/budgets.ts'
export { inferenceMemory, memory, trainingMemory } from './compiler/analysis/memory.ts'
export type {
  CauseBytes,
  HeldTensor,
  MemoryAnalysis,
  MemoryOptions,
  MemoryReport,
  PhaseMemory,
  Resident,
} from './compiler/analysis/memory.ts'
export type { Cause } from './compiler/analysis/causes.ts'
export { parameterSplit } from './compiler/analysis/parameter-split.ts'
export type { ParameterSplit } from './compiler/analysis/parameter-split.ts'
export { receptiveFields } from './compiler/analysis/receptive-field.ts'
export type { Field, ReceptiveField } from './compiler/analysis/receptive-field.ts'
export { compareNetworks } from './compiler/analysis/diff/compare.ts'
export type { Comparison, DiffSide } from './compiler/analysis/diff/compare.ts'
export type { DiffDocument } from './compiler/analysis/diff/document.ts'
export { planSweep, runSweep } from './compiler/sweep.ts'
export type { Finding, PointOutcome, RefusedSweep, SweepOptions, SweepPlan } from './compiler/sweep.ts'
export type { Measurement } from './compiler/analysis/sweep/measurements.ts'
export { specResults } from './compiler/analysis/sweep/spec-results.ts'
export type {
  ResultsSource,
  SpecResults,
  SpecResultsOptions,
} from './compiler/analysis/sweep/spec-results.ts'
export type { MetricData } from './compiler/analysis/sweep/metrics.ts'
export { paretoFront } from './compiler/analysis/sweep/pareto.ts'
export { planFit } from './compiler/solve/fit-plan.ts'
export type { FitOptions, FitPlan } from './compiler/solve/fit-plan.ts'
export { runFit } from './compiler/solve/fit.ts'
export type { FitBest, FitLimit, FitOutcome, FitPoint, FitSearch, FitStep } from './compiler/solve/fit.ts'
export { knobSteps } from './compiler/solve/elasticity.ts'
export type { KnobStep } from './compiler/solve/elasticity.ts'
export { symbolicCosts } from './compiler/solve/symbolic.ts'
export type { SymbolicCosts, SymbolicQuantity, SymbolicRequest } from './compiler/solve/symbolic.ts'
export type { Piece } from './compiler/solve/pieces.ts'
export type { Monomial, Polynomial } from './compiler/solve/polynomial.ts'
export type { Rational } from './compiler/solve/rational.ts'
export type { Spending } from './compiler/solve/count-point.ts'
export { latticesOf } from './compiler/analysis/lattice.ts'
export type { Lattice, LatticePoint, LatticeStep } from './compiler/analysis/lattice.ts'
export { diagramOf, insideOf } from './compiler/analysis/diagram/diagram.ts'
export type { DiagramOptions } from './compiler/analysis/diagram/diagram.ts'
export type {
  BoxAmounts,
  BoxKind,
  Diagram,
  DiagramBox,
  DiagramEdge,
  DiagramGrid,
  DiagramGroup,
  EdgeKind,
  GridCell,
} from './compiler/analysis/diagram/model.ts'

export { costDocument } from './backends/report/model.ts'
export type { CostDocument } from './backends/report/model.ts'
export { renderCost } from './backends/report/index.ts'
export type { Format } from './backends/report/index.ts'
export type { TableOptions } from './backends/report/table.ts'
export { renderDiff } from './backends/report/diff/index.ts'
export type { DiffFormat } from './backends/report/diff/index.ts'
export { renderDiffPage } from './pages/diff/page.ts'
export { renderDot } from './pages/graph/dot.ts'
export { renderMermaid } from './pages/graph/mermaid.ts'
export { renderGraphPage } from './pages/graph/page.ts'
export type { GraphPageOptions } from './pages/graph/page.ts'
export { renderGraphSvg } from './pages/graph/svg-file.ts'
export { architecturePicture } from './pages/graph/pictures.ts'
export type { Picture, PictureOptions as GraphPictureOptions } from './pages/graph/pictures.ts'
export { sweepDocument } from './backends/report/sweep/model.ts'
export type { SweepDocument, SweepDocumentOptions, SweepRow } from './backends/report/sweep/model.ts'
export { renderSweep } from './backends/report/sweep/index.ts'
export type { SweepFormat } from './backends/report/sweep/index.ts'
export { readMeasuredCsv } from './data/measured-csv.ts'
export type { CsvTable } from './data/measured-csv.ts'
export { renderSweepPage } from './pages/sweep/page.ts'
export { fitDocument } from './backends/report/fit/model.ts'
export type { FitDocument, FitLimitData, FitPointData, FitStepData } from './backends/report/fit/model.ts'
export { renderFit } from './backends/report/fit/index.ts'
export type { FitFormat } from './backends/report/fit/index.ts'
export { symbolicDocument } from './backends/report/symbolic/model.ts'
export type { SymbolicDocument } from './backends/report/symbolic/model.ts'
export { renderSymbolic } from './backends/report/symbolic/text.ts'
export { settingsText, variantText } from './backends/report/fit/settings.ts'
export { memoryDocument } from './backends/report/memory/model.ts'
export type { MemoryDocument } from './backends/report/memory/model.ts'
export { renderMemory } from './backends/report/memory/text.ts'
export type { MemoryTextOptions } from './backends/report/memory/text.ts'
export { review } from './backends/report/review/model.ts'
export type { Review, ReviewDocument, ReviewOptions } from './backends/report/review/model.ts'
export { reviewMarkdown } from './backends/report/review/markdown.ts'
export { provenanceLine } from './backends/report/review/provenance.ts'
export { renderReportPage } from './pages/report/page.ts'
export type { ReportPageOptions } from './pages/report/page.ts'
export { expandGraph } from './backends/weft/expand.ts'
export { drawLattice } from './backends/report/picture.ts'
export type { PictureOptions } from './backends/report/picture.ts'

export { initialise, keptConnections } from './weights/initialise.ts'
export type { Numbers, Weights } from './weights/weights.ts'
export type { NamedTensors, TensorEntry } from './weights/named-tensors.ts'
export { parseRenameMap } from './weights/rename-map.ts'
export type { RenameMap, RenameRule } from './weights/rename-map.ts'
export { renamed } from './weights/renamed.ts'
export { fittingMaps } from './weights/fitting-maps.ts'
export { officialNumbers, officialTensors } from './weights/unrename.ts'
export type { OfficialTensor } from './weights/unrename.ts'
export type { Renaming, RenamingOptions } from './weights/renamed.ts'
export type { Source } from './weights/naming.ts'

export { configurationOf, readPlans } from './nnunet/plans.ts'
export { readPlansV1 } from './nnunet/plans-v1.ts'
export type { Configuration, Plans } from './nnunet/plans.ts'
export { readHeads } from './nnunet/heads.ts'
export type { Heads } from './nnunet/heads.ts'
export { importPlans } from './nnunet/import-plans.ts'
export type { ImportedPlans, ImportOptions } from './nnunet/import-plans.ts'
export { exportPlans } from './nnunet/export-plans.ts'
export type { ArchitectureEntry, ExportedPlans } from './nnunet/export-plans.ts'
export { withExported } from './nnunet/exported-configuration.ts'
export type { NewConfiguration } from './nnunet/exported-configuration.ts'
export { askedBy, compiledFor } from './nnunet/asked.ts'
export type { Asked } from './nnunet/asked.ts'

export { extentsParameter } from './compiler/analysis/extents-parameter.ts'
export type { ExtentsParameter } from './compiler/analysis/extents-parameter.ts'
export { withExtents, withFreeExtents, withSmallerExtents } from './compiler/input-extents.ts'
export type { Reduction, Spec } from './compiler/input-extents.ts'

export type { EmittedFile } from './backends/backend.ts'
export { evaluate, evaluateSteps } from './backends/reference/evaluate.ts'
export type { EvaluateOptions, Evaluation, Step } from './backends/reference/evaluate.ts'
export type { Tensor } from './backends/reference/tensor.ts'
export { emitOnnx } from './backends/onnx/emit.ts'
export type { OnnxEmission, OnnxOptions } from './backends/onnx/emit.ts'
export { executedModel } from './backends/onnx/executed.ts'
export { executedGraphModel } from './backends/tfjs/graph-model/executed.ts'
export type { ExecutedModel } from './backends/executed.ts'
export { emitTorch } from './backends/torch/emit.ts'
export type { TorchEmission, TorchOptions } from './backends/torch/emit.ts'
export { emitNnunet } from './backends/torch/nnunet/emit.ts'
export type { NnunetEmission, NnunetOptions, PlansToExtend } from './backends/torch/nnunet/emit.ts'
export type { StatedRecipe } from './backends/torch/nnunet/setting.ts'
export { officialNamesOf } from './backends/torch/state-names.ts'
export type { OfficialName, OfficialNames } from './backends/torch/state-names.ts'
export { emitGraphModel } from './backends/tfjs/graph-model/emit.ts'
export type { GraphModelEmission, GraphModelOptions } from './backends/tfjs/graph-model/emit.ts'
export type { Provenance } from './backends/onnx/metadata.ts'
export type { OnnxGraph, OnnxNode, OnnxTensor, OnnxValue } from './backends/onnx/model.ts'
export {
  defaultOnnxPasses,
  onnxPassNames,
  onnxPasses,
  usualOnnxPasses,
} from './backends/onnx/passes/pipeline.ts'
export type { OnnxGoal, OnnxPassName } from './backends/onnx/passes/pipeline.ts'
export type { Precision } from './backends/onnx/precision/precision.ts'
export type { Quantisation, Range, Ranges } from './backends/onnx/precision/quantisation.ts'
export { readModelFacts } from './backends/onnx/read.ts'
export type { ModelFacts } from './backends/onnx/read.ts'
