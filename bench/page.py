"""The page of the figures: how a series of samples is shown, and how a table gets between its two markers."""

import os
import statistics
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"

# Fewer rounds than these are a look, and change nothing in the page.
ROUNDS_FOR_THE_PAGE = 7


def rounds(usual=ROUNDS_FOR_THE_PAGE):
    """How often every variant is run: as the environment says, as in `make bench ROUNDS=3`."""
    return int(os.environ.get("ROUNDS", usual))


def spread(values, digits=1):
    """The median with the smallest and the largest."""
    return f"{statistics.median(values):,.{digits}f} ({min(values):,.{digits}f}-{max(values):,.{digits}f})"


def table(heads, rows):
    lines = [f"| {' | '.join(cells)} |" for cells in (heads, *rows)]
    return "\n".join([lines[0], "|---" * len(heads) + "|", *lines[1:]])


def write(section, text):
    """Prints a text, and puts it into the page between the markers of its section."""
    print(f"\n{section}\n\n{text}", flush=True)
    if rounds() < ROUNDS_FOR_THE_PAGE:
        return
    begin, end = f"<!-- {section}: begin -->\n", f"<!-- {section}: end -->"
    head, rest = PAGE.read_text().split(begin, 1)
    _, tail = rest.split(end, 1)
    PAGE.write_text(f"{head}{begin}\n{text}\n\n{end}{tail}")
