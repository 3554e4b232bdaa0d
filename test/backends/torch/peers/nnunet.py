"""Trains written trainers inside nnU-Net: `nnunet.py WORK DATA TRAINERS` prints what came of it, as JSON.

All by nnU-Net's own commands, in one process so that it is imported once: a few cases of DATA are planned and preprocessed, `Sparse` is
stopped after its first epoch, goes on, predicts and is packed, the dense ones train two epochs and predict.
"""

import json
import multiprocessing
import os
import shutil
import sys
from pathlib import Path

CASES = 6
PLAIN = ["nnUNetTrainerPlain", "nnUNetTrainerResEnc"]


def environment(work: Path, trainers: list[str]) -> None:
    for name in ("raw", "preprocessed", "results"):
        os.environ[f"nnUNet_{name}"] = str(work / name)
        (work / name).mkdir(exist_ok=True)
    os.environ["nnUNet_extTrainer"] = os.pathsep.join(trainers)
    # Batches are drawn here; planning cannot do without a process.
    os.environ["nnUNet_n_proc_DA"] = "1"
    os.environ["nnUNet_def_n_proc"] = "1"


def declare_operators() -> None:
    """PyPI's torchvision is built for CUDA and has no operators beside torch's CPU build; nnU-Net needs it to be imported, no more."""
    import torch

    try:
        import torchvision  # noqa: F401
    except RuntimeError:
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        library = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        KEPT.append(library)


KEPT: list[object] = []


def some_cases(data: Path, raw: Path) -> None:
    target = raw / data.name
    description = json.loads((data / "dataset.json").read_text())
    images = sorted((data / "imagesTr").iterdir())[:CASES]
    for folder in ("imagesTr", "labelsTr"):
        (target / folder).mkdir(parents=True)
    for image in images:
        shutil.copy(image, target / "imagesTr")
        shutil.copy(data / "labelsTr" / image.name.replace("_0000", ""), target / "labelsTr")
    description = {**description, "numTraining": len(images)}
    (target / "dataset.json").write_text(json.dumps(description))


def command(entry, *arguments: str) -> None:
    """An entry point of nnU-Net's with these words after its name."""
    sys.argv = [entry.__name__, *arguments]
    entry()


def main(work: Path, data: Path, trainers: list[str]) -> dict:
    environment(work, trainers)
    declare_operators()
    # Two threads on a shared machine wait for one another more than they compute.
    multiprocessing.cpu_count = lambda: 1
    from nnunetv2.experiment_planning.plan_and_preprocess_entrypoints import plan_and_preprocess_entry
    from nnunetv2.inference.predict_from_raw_data import predict_entry_point
    from nnunetv2.model_sharing.entry_points import export_pretrained_model_entry
    from nnunetv2.run.run_training import get_trainer_from_args, run_training_entry

    some_cases(data, work / "raw")
    number = data.name[7:10]
    processes = ("-np", "1", "-npfp", "1")
    command(plan_and_preprocess_entry, "-d", number, "-c", "3d_fullres", *processes)
    os.environ["nnUNet_n_proc_DA"] = "0"

    images = work / "images"
    images.mkdir()
    shutil.copy(sorted((data / "imagesTr").iterdir())[CASES], images)

    def trained(name: str, *more: str) -> None:
        command(run_training_entry, number, "3d_fullres", "0", "-tr", name, "-device", "cpu", *more)

    def predicted(name: str) -> dict:
        out = work / f"predicted_{name}"
        where = ("-d", number, "-c", "3d_fullres", "-f", "0", "-tr", name)
        sequential = ("-npp", "0", "-nps", "0", "-device", "cpu", "--disable_tta")
        command(predict_entry_point, *where, "-i", str(images), "-o", str(out), *sequential)
        return labels_of(next(out.glob("*.nii.gz")), next(images.iterdir()))

    def folder(name: str) -> Path:
        return work / "results" / data.name / f"{name}__nnUNetPlans__3d_fullres"

    report = {}
    # ---- sparse: stopped, gone on, predicted, packed
    name = "nnUNetTrainerSparse"
    os.environ["STOP_AFTER"] = "1"
    try:
        trained(name)
    except KeyboardInterrupt:
        pass
    del os.environ["STOP_AFTER"]
    before = checkpoint(folder(name) / "fold_0" / "checkpoint_latest.pth")
    trained(name, "--c")
    after = checkpoint(folder(name) / "fold_0" / "checkpoint_final.pth")
    packed = work / "sparse.zip"
    command(
        export_pretrained_model_entry,
        *("-d", number, "-c", "3d_fullres", "-f", "0", "-tr", name, "-o", str(packed)),
    )
    report["sparse"] = {
        "epochs": [before["epoch"], after["epoch"]],
        "steps": [before["steps"], after["steps"]],
        "kept": before["kept"] == after["kept"] and before["masked"] and after["masked"],
        "rewired": before["masks"] != after["masks"],
        "trainer": after["trainer"],
        "prediction": predicted(name),
        "zip": packed.stat().st_size > 10_000,
    }
    # ---- dense ones: without the last validation, which is the same for all
    for name in PLAIN:
        import torch

        trainer = get_trainer_from_args(number, "3d_fullres", 0, name, device=torch.device("cpu"))
        trainer.run_training()
        losses = trainer.logger.get_checkpoint()["train_losses"]
        report[name] = {"epochs": len(losses), "prediction": predicted(name)}
    return report


def checkpoint(path: Path) -> dict:
    """What matters of a sparse trainer's checkpoint."""
    import torch

    stored = torch.load(path, map_location="cpu", weights_only=False)
    state = stored["optimizer_state"]["topology"]
    masks = {key.replace("/", "."): value for key, value in state.items() if value_is_mask(value)}
    weights = {own_key(key): value for key, value in stored["network_weights"].items()}
    idle = [
        float(weights[key].reshape(len(mask), -1)[~mask].abs().sum()) for key, mask in masks.items()
    ]
    return {
        "epoch": stored["current_epoch"],
        "steps": int(state["steps"]),
        "trainer": stored["trainer_name"],
        "kept": [int(mask.sum()) for mask in masks.values()],
        "masked": len(masks) > 0 and sum(idle) == 0,
        "masks": [mask.tolist() for mask in masks.values()],
    }


def value_is_mask(value) -> bool:
    import torch

    return torch.is_tensor(value) and value.dtype == torch.bool


def own_key(key: str) -> str:
    """`level[0].Unit[1].weight` as the modules spell it."""
    return key.replace("[", ".").replace("]", "")


def labels_of(path: Path, image: Path) -> dict:
    import SimpleITK as sitk

    given, found = sitk.ReadImage(str(image)), sitk.ReadImage(str(path))
    labels = set(sitk.GetArrayFromImage(found).ravel().tolist())
    return {"same_extents": given.GetSize() == found.GetSize(), "labels_known": labels <= {0, 1, 2}}


if __name__ == "__main__":
    stdout = sys.stdout
    sys.stdout = sys.stderr
    result = main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
    print(json.dumps(result), file=stdout)
