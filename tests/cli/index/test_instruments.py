"""`teladan instruments`: what is at hand."""

from __future__ import annotations

import json


def test_the_list_as_json(teladan):
    run = teladan("instruments", "--format", "json")
    assert (run.status, run.err) == (0, "")
    by_address = {f"{item['slug']}@{item['version']}": item for item in json.loads(run.out)}
    assert list(by_address) == ["egdi@1", "gtmi@1", "pemdi@2026", "spbe@2020"]
    spbe = by_address["spbe@2020"]
    assert sorted(spbe) == ["editions", "indicators", "nature", "ranking", "slug", "titles", "version"]
    assert (spbe["editions"], spbe["indicators"]) == (["2021", "2022", "2023", "2024"], 47)
    assert (spbe["nature"], spbe["ranking"], by_address["gtmi@1"]["ranking"]) == ("legal", True, False)
    assert set(spbe["titles"]) == {"en", "id", "ko"}


def test_the_list_as_a_table(teladan):
    run = teladan("instruments")
    assert (run.status, run.err) == (0, "")
    assert " ".join(run.out.splitlines()[-1].split()) == (
        "spbe@2020 Electronic-Based Government System 2021 … 2024 (4) 47 legal"
    )


def test_a_folder_of_one_s_own_that_is_broken_is_named(teladan, tmp_path, monkeypatch):
    folder = tmp_path / "x" / "1"
    folder.mkdir(parents=True)
    (folder / "instrument.yaml").write_text("format: x\n", "utf-8")
    monkeypatch.setenv("TELADAN_INSTRUMENTS", str(tmp_path))
    run = teladan("instruments")
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith(f"{folder}/instrument.yaml:1: the key 'slug' is missing\n")
