"""Everything a person may feed it by mistake: one line that says where and what to do, and no more."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import HEADER
from tests.core.instrument.test_parse import SMALL

ROOT = Path(__file__).parents[3]
LEVELS = ",".join(f"I{n}" for n in range(1, 48))
SPBE = f"organisation,{LEVELS}\n"


def levels(value, at=7):
    return "X," + ",".join(value if n == at else "3" for n in range(1, 48)) + "\n"


NO_HEADER = "a.csv:1: no header: the first row must name the columns, one of them 'organisation'; it holds "
UTF8 = "save the file as “CSV UTF-8”"
CASES = {
    "empty": ("egdi", b"", "a.csv: the file is empty"),
    "only spaces": ("egdi", b"\xef\xbb\xbf \r\n\t\n", "a.csv: the file is empty"),
    "only a declaration": ("egdi", b"sep=;\n", "a.csv: the file is empty"),
    "no header": ("egdi", "KOR,1,0.9,0.8\n", f"{NO_HEADER}'KOR, 1, 0.9, 0.8'"),
    "american": (
        "egdi",
        "organization,OSI\nKOR,1\n",
        f"{NO_HEADER}'organization, OSI'; write 'organisation' for 'organization'",
    ),
    "a title above": ("egdi", f"Results 2024\n{HEADER}\nKOR,1,1,1\n", f"{NO_HEADER}'Results 2024'"),
    "no rows": ("egdi", f"{HEADER}\n", "a.csv:1: no organisations: below the header there are no rows"),
    "no figures": (
        "egdi",
        "organisation\nKOR\n",
        "a.csv:1: no column holds figures; codes are OSI, HCI, TII",
    ),
    "unknown code": (
        "egdi",
        "organisation,OSI,HCI,TTI\nKOR,1,1,1\n",
        "a.csv:1:TTI: unknown code 'TTI'; did you mean 'TII'? (to leave it out: --ignore TTI)",
    ),
    "code in other letters": (
        "egdi",
        "organisation,osi,HCI,TII\nKOR,1,1,1\n",
        "a.csv:1:osi: unknown code 'osi'; did you mean 'OSI'? (to leave it out: --ignore osi)",
    ),
    "computed": (
        "egdi",
        f"{HEADER},index\nKOR,1,1,1,1\n",
        "a.csv:1:index: 'index' is computed from OSI … TII, not answered (to leave it out: --ignore index)",
    ),
    "missing column": (
        "egdi",
        "organisation,OSI,TII\nKOR,1,1\n",
        "a.csv:1:HCI: there is no such column, and this instrument does not allow a missing answer",
    ),
    "column twice": (
        "egdi",
        f"{HEADER},OSI\nKOR,1,1,1,1\n",
        "a.csv:1:OSI: this column stands twice (columns B and E)",
    ),
    "column without a name": (
        "egdi",
        "organisation,OSI,,HCI,TII\nKOR,1,7,1,1\n",
        "a.csv:1:C: this column has no name in the header",
    ),
    "organisation twice": (
        "egdi",
        f"{HEADER}\nKOR,1,1,1\nBRN,1,1,1\nKOR,0,0,0\n",
        "a.csv:4:organisation: 'KOR' stands in row 2 already",
    ),
    "organisation twice, composed otherwise": (
        "egdi",
        f"{HEADER}\nK\u00f4te,1,1,1\nKo\u0302te,1,1,1\n",
        "a.csv:3:organisation: 'Kôte' stands in row 2 already",
    ),
    "no name": ("egdi", f"{HEADER}\n,1,1,1\n", "a.csv:2:organisation: the organisation has no name"),
    "level 0": ("spbe", SPBE + levels("0"), "a.csv:2:I7: 0 is not between 1 and 5"),
    "level 6": ("spbe", SPBE + levels("6"), "a.csv:2:I7: 6 is not between 1 and 5"),
    "level 2.5": ("spbe", SPBE + levels("2.5"), "a.csv:2:I7: 2.5 is not a step of this scale (1, 2, … 5)"),
    "text": ("spbe", SPBE + levels("three"), "a.csv:2:I7: 'three' is not a number (write 3.5 or 7/2)"),
    "no answer": (
        "spbe",
        SPBE + levels(""),
        "a.csv:2:I7: no answer, and this instrument does not allow a missing one",
    ),
    "too few cells": ("egdi", f"{HEADER}\nKOR,1,1\n", "a.csv:2:TII: 3 cells, the header has 4"),
    "too many cells": (
        "egdi",
        f"{HEADER}\nKOR,1,0,9,0,8\n",
        (
            "a.csv:2:E: '0' stands outside the table: the header has 4 columns, "
            "or a decimal comma without quotation marks"
        ),
    ),
    "row counted as in a spreadsheet": (
        "egdi",
        f'{HEADER},note\n\nKOR,1,1,1,"two\nlines"\n\nBRN,2,1,1,\n',
        "a.csv:5:OSI: 2 is not between 0 and 1",
    ),
    "open quotation": (
        "egdi",
        f'{HEADER}\nA,1,1,1\n"KOR,1,1,1\nB,1,1,1\n',
        "a.csv:3: a quotation mark opens a cell here and nothing closes it",
    ),
    "text after quotation": (
        "egdi",
        f'{HEADER}\n"KOR"x,1,1,1\n',
        "a.csv:2: text follows a closing quotation mark; write a quotation mark in a cell twice",
    ),
    "endless cell": (
        "egdi",
        f"{HEADER}\n{'x' * 200_000},1,1,1\n",
        "a.csv:2: a cell of more than 131,072 characters: is a quotation mark not closed?",
    ),
    "both marks": (
        "egdi",
        "organisation;OSI;HCI;TII\nKOR;1,5;0.5;0\n",
        (
            "a.csv: is the decimal mark a point or a comma? both marks are used: "
            "0.5 (row 2, HCI), 1,5 (row 2, OSI); say --decimal point or --decimal comma"
        ),
    ),
    "thousands with commas": (
        "egdi",
        "organisation;OSI;HCI;TII\nKOR;1,000;0;0\nB;0;2,000;0\n",
        (
            "a.csv: is the decimal mark a point or a comma? these may be thousands or decimals: "
            "1,000 (row 2, OSI), 2,000 (row 3, HCI); say --decimal point or --decimal comma"
        ),
    ),
    "thousands with points": (
        "egdi",
        "organisation;OSI;HCI;TII\nKOR;1.000;0;0\n",
        (
            "a.csv: is the decimal mark a point or a comma? these may be thousands or decimals: "
            "1.000 (row 2, OSI); say --decimal point or --decimal comma"
        ),
    ),
    "latin-1": (
        "egdi",
        f"{HEADER}\nA,1,1,1\nC\xf4te,1,1,1\n".encode("latin-1"),
        f"a.csv:3: the byte 0xf4 is not UTF-8; {UTF8}",
    ),
    "utf-16": ("egdi", f"{HEADER}\nA,1,1,1\n".encode("utf-16"), f"a.csv: the text is UTF-16; {UTF8}"),
    "utf-16 without a mark": (
        "egdi",
        f"{HEADER}\nA,1,1,1\n".encode("utf-16-be"),
        f"a.csv: the text is UTF-16; {UTF8}",
    ),
    "nul": (
        "egdi",
        f"{HEADER}\nA,1,1,\0\n".encode(),
        f"a.csv:2: the file holds NUL bytes: it is not text; {UTF8}",
    ),
    "pdf": (
        "egdi",
        b"%PDF-1.7\n...",
        "a.csv: the file is a PDF, not a table; save it as “CSV UTF-8” or .xlsx",
    ),
    "picture": (
        "egdi",
        b"\x89PNG\r\n\x1a\n\0\0",
        "a.csv: the file is a picture, not a table; save it as “CSV UTF-8” or .xlsx",
    ),
    "web page": (
        "egdi",
        b"<html><table></table>",
        "a.csv: the file is a web page, not a table; save it as “CSV UTF-8” or .xlsx",
    ),
    "old excel": (
        "egdi",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "a.csv: the workbook is an old Excel file: save it as .xlsx",
    ),
    "password": (
        "egdi",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "a.csv: the workbook is protected by a password: remove it",
    ),
    "escape": (
        "egdi",
        f"{HEADER}\nKOR\x1b[31m,1,1,1\n",
        r"a.csv:2:organisation: 'KOR\x1b[31m' holds a character that cannot be shown",
    ),
    "long, unknown code": (
        "egdi",
        "organisation,indicator,value\nA,OSI,1\nA,HCI,1\nA,TII,1\nA,TTI,1\n",
        "a.csv:5:indicator: unknown code 'TTI'; did you mean 'TII'?",
    ),
    "long, no code": (
        "egdi",
        "organisation,indicator,value\nA,OSI,1\nA,HCI,1\nA,TII,1\nA,,1\n",
        "a.csv:5:indicator: the indicator has no code",
    ),
    "long, twice": (
        "egdi",
        "organisation,indicator,value\nA,OSI,1\nA,HCI,1\nA,TII,1\nA,HCI,0\n",
        "a.csv:5:indicator: HCI of 'A' stands in row 3 already",
    ),
    "long, off the scale": (
        "egdi",
        "organisation,indicator,value\nA,OSI,1\nA,HCI,1\nA,TII,2\n",
        "a.csv:4:value: TII: 2 is not between 0 and 1",
    ),
    "long, missing": (
        "egdi",
        "organisation,indicator,value\nA,OSI,1\nA,TII,1\n",
        "a.csv:2:indicator: HCI: no answer, and this instrument does not allow a missing one",
    ),
    "long, without value": (
        "egdi",
        "organisation,indicator\nA,OSI\n",
        "a.csv:1:indicator: a column 'indicator' needs a column 'value'",
    ),
    "long and wide": (
        "egdi",
        "organisation,indicator,value,OSI\nA,OSI,1,1\n",
        "a.csv:1:OSI: with the columns 'indicator' and 'value' there can be no column 'OSI'",
    ),
}


@pytest.mark.parametrize(("slug", "content", "line"), CASES.values(), ids=CASES)
def test_wrong_data_is_named_and_nothing_is_printed(teladan, write, slug, content, line):
    run = teladan("evaluate", slug, write("a.csv", content))
    assert (run.status, run.out, run.err) == (1, "", line + "\n")


def test_every_problem_gets_its_line_in_the_order_of_the_file(teladan, write):
    file = write("a.csv", f"{HEADER}\nA,2,x,\nB,1,1\nA,0,0,-1\n")
    assert teladan("evaluate", "egdi", file).err.splitlines() == [
        "a.csv:2:OSI: 2 is not between 0 and 1",
        "a.csv:2:HCI: 'x' is not a number (write 3.5 or 7/2)",
        "a.csv:2:TII: no answer, and this instrument does not allow a missing one",
        "a.csv:3:TII: 3 cells, the header has 4",
        "a.csv:4:organisation: 'A' stands in row 2 already",
        "a.csv:4:TII: -1 is not between 0 and 1",
    ]


def test_a_mark_that_is_not_the_file_s_own_is_named_cell_by_cell(teladan, write):
    file = write("a.csv", "organisation;OSI;HCI;TII\nX;0,5;0.5;0\n")
    assert teladan("evaluate", "egdi", file, "--decimal", "comma").err == (
        "a.csv:2:HCI: '0.5' has a point, but the decimal mark is a comma\n"
    )
    assert teladan("evaluate", "egdi", file, "--decimal", ".").err == (
        "a.csv:2:OSI: '0,5' is not a number (write 3.5 or 7/2)\n"
    )


@pytest.mark.parametrize("seed", range(40))
def test_garbage_is_refused_whatever_it_is(teladan, write, seed):
    chance = random.Random(seed)
    data = chance.randbytes(chance.randrange(1, 3000))
    data = (b"PK\x03\x04" if seed % 4 == 0 else b"") + data
    for verb in ("evaluate", "check"):
        run = teladan(verb, "egdi", write("a.bin", data))
        assert (run.status, run.out) == (1, "")
        assert run.err.startswith("a.bin:")


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_file_never_gives_a_traceback(teladan, write, seed):
    chance = random.Random(seed)
    data = bytearray((ROOT / "instruments/egdi/1/example.csv").read_bytes())
    for _ in range(chance.randrange(1, 6)):
        data[chance.randrange(len(data))] = chance.choice(b',;"\n.\t\0x9\xff')
    run = teladan("evaluate", "egdi", write("a.csv", bytes(data)), "--keep-going")
    assert run.status in {0, 1}


# --- could not run: status 2 -------------------------------------------------------------------------


def test_a_file_that_is_not_there(teladan, write):
    write("answers.csv", "x")
    run = teladan("evaluate", "egdi", "anwsers.csv")
    assert (run.status, run.out) == (2, "")
    assert run.err == "anwsers.csv: there is no such file; did you mean 'answers.csv'?\n"
    assert teladan("evaluate", "egdi", "no/such.csv").err == "no/such.csv: there is no such file\n"


def test_a_folder(teladan, tmp_path):
    run = teladan("evaluate", "egdi", tmp_path)
    assert (run.status, run.out, run.err) == (2, "", f"{tmp_path}: this is a folder; name the file in it\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(teladan, write):
    Path(write("a.csv", "x")).chmod(0)
    run = teladan("evaluate", "egdi", "a.csv")
    assert (run.status, run.out, run.err) == (2, "", "a.csv: you may not read this file\n")


def test_a_file_of_200_mb_is_refused_by_its_size(teladan, write):
    with Path(write("a.csv", f"{HEADER}\n")).open("ab") as file:
        file.truncate(200_000_000)
    run = teladan("evaluate", "egdi", "a.csv")
    assert (run.status, run.out) == (2, "")
    assert run.err == (
        "a.csv: 200 MB, and at most 100 MB is read; split the file by rows: "
        "each organisation is evaluated on its own\n"
    )


def test_more_columns_than_a_spreadsheet_has(teladan, write):
    run = teladan("evaluate", "egdi", write("a.csv", f"{HEADER}{',x' * 20_000}\nA,1,1,1\n"))
    assert (run.status, run.out) == (1, "")
    assert run.err == "a.csv:1: 20,004 columns, and at most 16,384 are read\n"


def test_a_file_without_a_name(teladan):
    run = teladan("evaluate", "egdi", "")
    assert (run.status, run.out, run.err) == (2, "", "FILE is empty: name a CSV or XLSX file\n")


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /dev/zero")
def test_a_stream_without_an_end(teladan):
    run = teladan("evaluate", "egdi", "/dev/zero")
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith("/dev/zero: more than 100 MB, and at most 100 MB is read")


@pytest.mark.parametrize(
    ("slug", "edition", "line"),
    [
        ("egd", None, "no instrument 'egd'; did you mean egdi?"),
        ("egdi@9", None, "egdi has no version '9'; there are: 1"),
        ("spbe", "1999", "spbe@2020 has no edition 1999; there are 2021, 2022, 2023, 2024"),
        ("./none.yaml", None, "none.yaml: cannot be read: No such file or directory"),
        ("./latin.yaml", None, "./latin.yaml: the instrument file is not UTF-8 text"),
        ("./broken.yaml", None, "./broken.yaml:2: not YAML: mapping values are not allowed in this context"),
    ],
)
@pytest.mark.parametrize("verb", ["evaluate", "check", "agree"])
def test_an_instrument_that_cannot_be_used(teladan, write, verb, slug, edition, line):
    file = write("a.csv", f"{HEADER}\nKOR,1,1,1\n")
    write("latin.yaml", b"titles: \xe9\n")
    write("broken.yaml", "format: a\nslug: b: c\n")
    arguments = [slug, file, file] if verb == "agree" else [slug, file]
    if edition and verb == "agree":
        return  # it has no --edition
    run = teladan(verb, *arguments, *(["--edition", edition] if edition else []))
    assert (run.status, run.out) == (2, "")
    assert run.err.removeprefix("./") in {f"{line}\n", f"{line.removeprefix('./')}\n"}


def test_an_instrument_with_faults_lists_all_of_them(teladan, write):
    write(
        "instrument.yaml",
        SMALL.replace('{code: A1, weight: "0.10"', '{code: A1, weight: "0.15"').replace(
            'from: "3", to: "5"', 'from: "3.01", to: "5"'
        ),
    )
    run = teladan("evaluate", "./instrument.yaml", write("a.csv", "organisation,A1,A2,B\nX,1,2,3\n"))
    assert (run.status, run.out) == (2, "")
    assert [line.removeprefix("./") for line in run.err.splitlines()] == [
        "instrument.yaml:18: band high: a gap: band low ends at 3, this one starts at 3.01",
        "instrument.yaml:24: A: the weights of A1, A2 sum to 0.35, the weight of A is 0.3",
        "instrument.yaml:24: A: the weights of A1, A2 sum to 0.45, the weight of A is 0.4",
    ]


def test_an_option_that_does_not_exist(teladan, write):
    file = write("a.csv", f"{HEADER}\nKOR,1,1,1\n")
    for arguments, message in [
        (["--format", "xml"], "Invalid value for '--format'"),
        (["--edtion", "2024"], "No such option: --edtion"),
        (["--decimal", "x"], "--decimal 'x': say point or comma"),
        (["--ignore", "OSY"], "--ignore OSY: a.csv has no such column; did you mean 'OSI'?"),
        (["extra"], "unexpected extra argument"),
    ]:
        run = teladan("evaluate", "egdi", file, *arguments)
        assert (run.status, run.out) == (2, "")
        assert message in run.err
    assert teladan("evaluat").status == 2
    assert teladan("evaluate", "egdi").status == 2


def test_the_column_of_the_names_cannot_be_left_out(teladan, write):
    file = write("a.csv", f"{HEADER}\nA,1,1,1\n")
    run = teladan("evaluate", "egdi", file, "--ignore", "Organisation")
    assert (run.status, run.out) == (2, "")
    assert run.err == "--ignore Organisation: without this column no row has a name\n"
