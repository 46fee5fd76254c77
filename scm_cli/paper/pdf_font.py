"""The font of PDF papers: one on this machine that has Chinese and Latin, to be embedded.

None is shipped: a Chinese font is larger than the whole program. Fonts with PostScript
outlines cannot be embedded by reportlab and are passed over.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from scm_cli.errors import Exit, ScmError

NAME = "scm-paper"
NEEDED = "合同壹贰元，Aa1¥"
#: File names by preference: Windows, macOS, Linux.
FILES = (
    "msyh.ttc", "msyh.ttf", "Deng.ttf", "simhei.ttf", "simsun.ttc", "NotoSansSC-Regular.ttf",
    "NotoSansSC[wght].ttf", "NotoSansSC-VariableFont_wght.ttf", "NotoSansSC-VF.ttf", "SourceHanSansSC-Regular.ttf",
    "STHeiti Light.ttc", "Hiragino Sans GB.ttc", "Songti.ttc", "Arial Unicode.ttf", "wqy-microhei.ttc",
    "wqy-zenhei.ttc", "uming.ttc", "ukai.ttc", "NotoSansCJK-Regular.ttc", "NotoSansTC-Regular.ttf",
)  # fmt: skip
FOLDERS = (
    "C:/Windows/Fonts", "~/AppData/Local/Microsoft/Windows/Fonts", "/System/Library/Fonts",
    "/System/Library/Fonts/Supplemental", "/Library/Fonts", "~/Library/Fonts", "/usr/share/fonts",
    "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts",
)  # fmt: skip


@cache
def registered(stated: str | None = None, folders: tuple[str, ...] = FOLDERS) -> str:
    """The name under which reportlab knows the font; `stated` is the setting `pdf.font`.

    Raises:
        ScmError: the stated file cannot be used, or no font with Chinese characters is found.
    """
    if stated:
        path = Path(stated).expanduser()
        why = _register(path) if path.is_file() else "there is no such file"
        if why:
            raise ScmError(
                "pdf.font {path} cannot be used: {why}",
                hint="Name a TrueType font (.ttf, .ttc) with Chinese characters in scm.toml.",
                exit_code=Exit.USAGE,
                path=stated,
                why=why,
            )
        return NAME
    for path in _candidates(folders):
        if not _register(path):
            return NAME
    raise ScmError(
        "no font with Chinese characters was found on this machine",
        hint="Install one (Linux: fonts-wqy-microhei), or name its file in scm.toml: [pdf] font = ...",
        exit_code=Exit.USAGE,
    )


def _candidates(folders: tuple[str, ...]) -> list[Path]:
    """The known font files that are there, the preferred first."""
    wanted = {name.lower(): n for n, name in enumerate(FILES)}
    found = []
    for folder in folders:
        place = Path(folder).expanduser()
        if place.is_dir():
            found += [p for p in place.rglob("*.[tT][tT][cCfF]") if p.name.lower() in wanted]
    return sorted(found, key=lambda p: (wanted[p.name.lower()], str(p)))


def _register(path: Path) -> str:
    """Make the font known to reportlab; why it cannot be used, else nothing."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    try:
        font = TTFont(NAME, str(path))
    except (TTFError, OSError, ValueError, KeyError) as error:
        return str(error) or type(error).__name__
    if any(ord(char) not in font.face.charToGlyph for char in NEEDED):
        return "it lacks Chinese or Latin characters"
    pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(NAME, normal=NAME, bold=NAME, italic=NAME, boldItalic=NAME)
    return ""
