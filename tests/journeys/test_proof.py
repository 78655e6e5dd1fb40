"""A stranger checks a figure with what the pages print: curl, Python, and nothing of ours installed."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.test_every_page import OVERFLOW
from tests.recorded import CODE, recorded

PYTHON = next(filter(None, map(shutil.which, ("python3.11", "python3"))), "")


def shell(lines: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run printed commands in an empty folder, one after the other."""
    script = "set -e\n" + lines.replace("python3", PYTHON)
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )


def printed(page: Any) -> list[str]:
    """Return the blocks of commands of a page, in order."""
    return [block.inner_text() for block in page.locator("pre.t-code").all()]


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl here")
def test_a_stranger_follows_how_to_check_this_yourself(open_page: Any, tmp_path: Path) -> None:
    page = open_page("/en/", script=False)
    page.get_by_role("link", name="Check a figure").click()
    fetch, computed, reported, log, receipt, evidence = printed(page)

    assert shell(fetch, tmp_path).returncode == 0
    done = shell(computed, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "3.19" in done.stdout
    done = shell(reported, tmp_path)
    assert done.returncode == 0, done.stdout
    assert "reported" in done.stdout.lower()
    for twice in range(2):
        done = shell(log, tmp_path)
        assert done.returncode == 0, (twice, done.stdout)
    assert shell(receipt, tmp_path).returncode == 0
    shutil.copy(tmp_path / "verify.py", tmp_path / "FILE")
    assert shell(evidence, tmp_path).returncode == 1  # no entry names that file


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl here")
def test_a_reader_gets_from_a_figure_to_its_proof_and_checks_it(open_page: Any, tmp_path: Path) -> None:
    page = open_page("/en/organisations/idn-kota-denpasar", script=False)
    page.locator('a[href$="/results/spbe-2021-denpasar/proof?organisation=idn-kota-denpasar"]').click()

    assert "Kota Denpasar in SPBE 2021 is in the record as entry" in page.locator("h1").inner_text()
    said = [shell(block, tmp_path) for block in printed(page)]
    assert [each.returncode for each in said] == [0] * len(said), said
    assert '"printed": "3.19"' in said[-1].stdout
    page.locator('a:text-is("History")').first.click()
    assert "released" in page.locator(".t-story").inner_text()


@pytest.mark.parametrize("language", ["en", "id", "ko"])
def test_the_pages_of_a_correction_hold_on_a_phone(
    node: Callable[[], None], browser: Any, site: str, axe: Any, tmp_path: Path, language: str
) -> None:
    made = recorded(node, tmp_path)
    made.release()
    node()
    made.correct()
    node()
    context = browser.new_context(viewport={"width": 320, "height": 900})
    page = context.new_page()
    for name in ("corrections/2", "history", "history?organisation=smp-b", "proof?organisation=smp-b"):
        page.goto(f"{site}/{language}/results/{CODE}/{name}")
        assert page.evaluate(OVERFLOW) == [], name
        assert axe(page) == [], name
    context.close()
