"""U-Mamba and SegMamba as probes: mamba.py FOLDER UMAMBA MAMBA SEGMAMBA, checkouts of bowang-lab/U-Mamba, state-spaces/mamba and ge-xing/SegMamba

Their Python is run as it is; the CUDA kernels that it calls are written here as the papers' recurrence, in double precision. So what is
recorded is the official network around a scan of our own: it says nothing of the kernels themselves. Needs einops, monai and nnunetv2.
"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from unittest import mock

import torch
from probes import record, write
from torch.nn.functional import conv1d, linear, silu, softplus

folder, umamba, mamba, segmamba = sys.argv[1:]


def selective_scan(u, delta, A, B, C, D, z, delta_bias, delta_softplus, return_last_state=False):
    """Gu and Dao, "Mamba", 2023, algorithm 2: `u`, `delta` and the gate `z` are `[b, d, l]`, `A` is `[d, n]`, `B` and `C` are `[b, n, l]`."""
    assert delta_softplus and not return_last_state
    step = softplus(delta + delta_bias[:, None])
    state = torch.zeros(u.shape[0], *A.shape, dtype=u.dtype)
    read = []
    for t in range(u.shape[-1]):
        now = step[:, :, t, None]
        state = torch.exp(now * A) * state + now * B[:, None, :, t] * u[:, :, t, None]
        read.append((state * C[:, None, :, t]).sum(-1))
    return (torch.stack(read, -1) + D[:, None] * u) * silu(z)


def between_projections(xz, kernel, bias, x_proj, dt_proj, A, B, C, D, delta_bias, delta_softplus):
    """What SegMamba's Mamba calls for each of its three scans."""
    assert B is None and C is None
    x, z = xz.chunk(2, dim=1)
    u = silu(conv1d(x, kernel, bias, padding=kernel.shape[-1] - 1, groups=x.shape[1])[..., : x.shape[-1]])
    rank, state = dt_proj.shape[1], A.shape[1]
    narrow, B, C = linear(u.mT, x_proj).split([rank, state, state], -1)
    return selective_scan(u, linear(narrow, dt_proj).mT, A, B.mT, C.mT, D, z, delta_bias, delta_softplus)


def module(name, **members):
    made = sys.modules[name] = ModuleType(name)
    vars(made).update(members)


def loaded(path):
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


module(
    "mamba_ssm.ops.selective_scan_interface",
    selective_scan_fn=selective_scan,
    mamba_inner_fn_no_out_proj=between_projections,
    # Imported, not called.
    mamba_inner_fn=None,
    bimamba_inner_fn=None,
)


def use(checkout):
    """The Mamba of this checkout becomes the one that networks import."""
    module("mamba_ssm", Mamba=loaded(f"{checkout}/mamba_ssm/modules/mamba_simple.py").Mamba)


def exactly(net, x):
    """The layers turn some of their tables to single precision."""
    with mock.patch.object(torch.Tensor, "float", lambda one: one):
        return net(x)


def umamba_networks():
    use(mamba)
    strides = [[1, 1, 1], [1, 2, 2], [2, 2, 2]]
    kernels = [[1, 3, 3], [3, 3, 3], [3, 3, 3]]
    patch = [4, 8, 8]
    for name, deep, more in [("UMambaBot", True, {}), ("UMambaEnc", False, {"input_size": patch})]:
        net = getattr(loaded(f"{umamba}/umamba/nnunetv2/nets/{name}_3d.py"), name)(
            input_channels=2, n_stages=3, features_per_stage=[3, 6, 12], conv_op=torch.nn.Conv3d, kernel_sizes=kernels,
            strides=strides, n_conv_per_stage=[2, 2, 2], num_classes=3, n_conv_per_stage_decoder=[2, 2], conv_bias=True,
            norm_op=torch.nn.InstanceNorm3d, norm_op_kwargs={"eps": 1e-5, "affine": True}, nonlin=torch.nn.LeakyReLU,
            nonlin_kwargs={"inplace": True}, deep_supervision=deep, **more,
        )
        arguments = {"in_channels": 2, "classes": 3, "base": 3, "patch": patch, "strides": strides, "deep_supervision": deep}
        yield record(
            f"{name}, 2ch/3cls, three stages, with a scan of our own",
            f"bowang-lab/U-Mamba@28459e33 umamba/nnunetv2/nets/{name}_3d.py:{name}",
            arguments,
            net,
            [1, 2, *patch],
            exactly,
        )


def segmamba_networks():
    # Imported, not called: the convolution is part of what is written here.
    module("causal_conv1d", causal_conv1d_fn=None, causal_conv1d_update=None)
    use(f"{segmamba}/mamba")
    official = loaded(f"{segmamba}/model_segmamba/segmamba.py")
    widths, depths, hidden, patch = [2, 3, 4, 5], [1, 2, 1, 1], 6, [32, 32, 32]
    # The class has 48 for the width that its head reads.
    head = official.UnetOutBlock
    official.UnetOutBlock = lambda spatial_dims, in_channels, out_channels: head(spatial_dims, widths[0], out_channels)
    net = official.SegMamba(in_chans=2, out_chans=3, depths=depths, feat_size=widths, hidden_size=hidden)
    yield record(
        "SegMamba, 2ch/3cls, narrow, with a scan of our own",
        "ge-xing/SegMamba@cff35970 model_segmamba/segmamba.py:SegMamba",
        {"in_channels": 2, "classes": 3, "patch": patch, "widths": widths, "hidden": hidden, "depths": depths},
        net,
        [1, 2, *patch],
        exactly,
    )


write(folder, "mamba", [*umamba_networks(), *segmamba_networks()])
