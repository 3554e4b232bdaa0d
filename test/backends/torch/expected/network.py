"""Small, written by Weft test."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .layers import Group, InstanceNorm, he
from .names import use_names


class Unit(nn.Module):
    """One step."""

    def __init__(self, in_channels: int, c: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = he(nn.Conv2d(in_channels, c, 3, stride=stride, padding=1), 0.01)
        self.instance_norm = InstanceNorm(c)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x = self.instance_norm(x)
        return F.leaky_relu(x, 0.01, inplace=True)


class EncoderLevel(nn.Module):
    def __init__(self, in_channels: int, c: int) -> None:
        super().__init__()
        self.Unit = nn.ModuleList([Unit(in_channels, c, stride=2), Unit(c, c)])

    def forward(self, x: Tensor) -> Tensor:
        for unit in self.Unit:
            x = unit(x)
        return x


class DecoderNode(nn.Module):
    def __init__(self, in_channels: int, channels: int) -> None:
        super().__init__()
        self.forward_ = Group(
            conv_transpose=nn.ConvTranspose2d(in_channels, channels, 2, stride=2)
        )
        self.fuse = Group(Unit=Unit(in_channels, channels))

    def forward(self, forward: Tensor, skip: Tensor) -> Tensor:
        forward = self.forward_.conv_transpose(forward)
        x = torch.cat([forward, skip], dim=1)
        return self.fuse.Unit(x)


class Encoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.level = nn.ModuleList(
            [Group(Unit=Unit(1, 4)), EncoderLevel(4, 8), EncoderLevel(8, 16)]
        )

    def forward(self, x: Tensor) -> list[Tensor]:
        level_0 = self.level[0].Unit(x)
        level_1 = self.level[1](level_0)
        level_2 = self.level[2](level_1)
        return [level_0, level_1, level_2]


class Decoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.node = nn.ModuleList([DecoderNode(8, 4), DecoderNode(16, 8)])

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        node_1 = self.node[1](features[2], features[1])
        node_0 = self.node[0](node_1, features[0])
        return [node_1, node_0]


class Small(nn.Module):
    """A small network.

    Elaborated with base = 4.

    Here image is [N, 1, 16, 16].
    """

    def __init__(self, deep_supervision: bool = True) -> None:
        super().__init__()
        self.encoder = Encoder()
        self.decoder = Decoder()
        self.logits = Group(conv=nn.Conv2d(4, 2, 1))
        self.ds = nn.ModuleDict({"1": Group(conv=nn.Conv2d(8, 2, 1))})
        self.decoder.deep_supervision = deep_supervision
        use_names(self)

    def forward(self, image: Tensor) -> Tensor | list[Tensor]:
        encoder = self.encoder(image)
        decoder = self.decoder(encoder)
        logits = self.logits.conv(decoder[1])
        if not self.decoder.deep_supervision:
            return logits
        ds_1 = self.ds["1"].conv(decoder[0])
        return [logits, ds_1]
