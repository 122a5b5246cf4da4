"""The font of printed pages: Noto Sans SC at its regular weight, cut once from the variable font that comes as a wheel.

``python -m payroll.printing.font`` makes the file (``make setup`` and the image do); a second time it does nothing.
"""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

FONT_FILE = Path(__file__).parents[1] / "packs" / "fonts" / "NotoSansSC-Regular.ttf"
_VARIABLE = ("fonts", "ofl", "notosanssc", "NotoSansSC[wght].ttf")
_REGULAR = 400
# What shapes text and hints screens; a page is drawn from outlines and widths alone.
_NEEDLESS = ("GSUB", "GPOS", "GDEF", "BASE", "STAT", "VORG", "vhea", "vmtx", "prep", "fpgm", "cvt ")


def make(target: Path = FONT_FILE) -> None:
    """Write the font unless it is there. A broken half never counts: it gets its name at the end."""
    if target.exists():
        return
    # A large library, wanted here alone.
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    with as_file(files("justmytype_intl_cjk").joinpath(*_VARIABLE)) as source:
        font = instantiateVariableFont(TTFont(source), {"wght": _REGULAR}, inplace=True, updateFontNames=True)
        for table in _NEEDLESS:
            if table in font:
                del font[table]
        target.parent.mkdir(parents=True, exist_ok=True)
        half = target.with_suffix(".part")
        font.save(half)
    half.replace(target)


if __name__ == "__main__":
    make()
