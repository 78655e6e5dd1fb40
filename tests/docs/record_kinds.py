"""The table of kinds in the reference; `python -m tests.docs.record_kinds` writes it anew."""

from pathlib import Path

from teladan.core.log.entry import KINDS

PAGE = Path(__file__).parents[2] / "docs/reference/record-kinds.md"
BEGIN = "<!-- kinds: written by python -m tests.docs.record_kinds -->\n"
END = "<!-- end of kinds -->\n"


def table() -> str:
    """Return the table of every kind, as it stands in the code."""
    lines = ["| kind | in the log | what it says |", "|---|---|---|"]
    lines += [
        f"| `{kind.name}` | {'a commitment' if kind.committed else 'open'} | {kind.meaning} |"
        for kind in KINDS.values()
    ]
    return "".join(f"{line}\n" for line in lines)


def written(page: str) -> str:
    """Return the page with the table of today."""
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}{table()}{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
