"""Skips tests that need more than the machine allows."""

from __future__ import annotations

import resource

import pytest


def needs_descriptors(count: int) -> pytest.MarkDecorator:
    """Skip a test if a program may not have `count` descriptors."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    is_short = most != resource.RLIM_INFINITY and most < count
    return pytest.mark.skipif(is_short, reason=f"{count} descriptors are not allowed here")
