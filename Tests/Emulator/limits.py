"""What a machine may not allow: tests that cannot be tried there say so."""

from __future__ import annotations

import resource

import pytest


def needs_descriptors(count: int) -> pytest.MarkDecorator:
    """Skip a test where a program may not have so many descriptors, whatever it says."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    is_short = most != resource.RLIM_INFINITY and most < count
    return pytest.mark.skipif(is_short, reason=f"{count} descriptors are not allowed here")
