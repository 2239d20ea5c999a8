"""A release for users without Swift: unpacked anywhere, it has everything a program needs."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from doors import PAGE, ask, block, done, files, tar
from support.paths import ROOT
from support.service import Service

# The page's code blocks: the language, and a part of each.
SHOWN = {"sh": "tar -xf", "cmake": "hello.c", "meson": "hello.c"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the tar."""
    return tar(tmp_path_factory.mktemp("a release"))


def test_a_tar_is_all_that_a_program_needs(made: Path, tmp_path: Path, service: Service) -> None:
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(made, home)
    shutil.copy(ROOT / "bindings" / "c" / "callback.c", home / "hello.c")
    done("sh", "-c", "sha256sum *.tar.gz >SHA256SUMS", cwd=home)
    done("sh", "-euc", block(PAGE, "sh", "tar -xf"), cwd=home, env={"HOME": str(home)})
    ask(home / "hello", service, home / "sparkchat" / "lib")
    assert {path.split("/")[0] for path in files(home / "sparkchat")} == {
        *("LICENSE", "README.md", "examples", "include", "lib", "notices")
    }


def test_its_own_readme_is_enough(made: Path, tmp_path: Path, service: Service) -> None:
    done("tar", "-xf", made, cwd=tmp_path)
    (folder,) = tmp_path.glob("libsparkchat-*")
    text = block(folder / "README.md", "sh", "./callback")
    done("sh", "-euc", re.sub(r"^\./callback.*$", "", text, flags=re.MULTILINE), cwd=folder)
    ask(folder / "callback", service, folder / "lib")


def test_the_chinese_page_shows_the_same() -> None:
    chinese = PAGE.with_suffix(".zh-CN.md")
    for language, part in SHOWN.items():
        assert block(chinese, language, part) == block(PAGE, language, part)
