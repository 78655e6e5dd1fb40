"""A sample publication of two sample bodies, as a folder."""

from pathlib import Path

META = """\
format: teladan-publication/1
code: {code}
instrument: {instrument}
edition: "{edition}"
kind: {kind}
titles: {{en: Sample}}
country: IDN
source: {{title: Sample}}
evaluated: "3"
"""
SPBE = "organisation,name,kind,region,D1,D2,D3,D4,index,band\n"
GOOD = "smp-a,Sample A,regency,smp,3.00,3.30,2.18,3.55,3.19,Baik\n"
OFF_SCALE = "smp-b,Sample B,city,smp,3.00,3.30,2.18,0.30,1.71,Kurang\n"


def publish(root: Path, results: str = "", scores: str = "", **meta: str) -> Path:
    """Write a publication's folder."""
    folder = root / "sample" / meta.get("code", "smp-2024")
    folder.mkdir(parents=True, exist_ok=True)
    values = {
        "code": "smp-2024",
        "instrument": "spbe@2020",
        "edition": "2024",
        "kind": "reported",
    } | meta
    (folder / "publication.yaml").write_text(META.format(**values), encoding="utf-8")
    if results:
        (folder / "results.csv").write_text(results, encoding="utf-8")
    if scores:
        (folder / "scores.csv").write_text(scores, encoding="utf-8")
    return folder
