"""The first inputs of the soak of the readers, on every run."""

from benchmarks.soak_readers import soak


def test_damaged_sources_are_read_or_rejected_and_never_raise() -> None:
    seen = soak(1500, seed=1)
    assert min(seen["read"], seen["rejected"]) > 50, "both happen, or the damage is not worth the name"
