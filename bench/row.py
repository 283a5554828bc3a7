"""One measured figure, beside what it has to be."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Row:
    """A figure (a median, unless `work` says otherwise) with its bound and its aim.

    compared_with: what else was measured, or what the figure replaces.
    """

    work: str
    figure: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None
    aim: float | None = None
    compared_with: str | None = None

    def __post_init__(self) -> None:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError(f"{self.work}: say either at_least or at_most")

    @property
    def is_kept(self) -> bool:
        """Whether the figure is on the right side of its bound."""
        if self.at_least is not None:
            return self.figure >= self.at_least
        return self.at_most is None or self.figure <= self.at_most

    @property
    def bound(self) -> str:
        """The bound as it is printed."""
        return f"≥ {_short(self.at_least)}" if self.at_least is not None else f"≤ {_short(self.at_most)}"

    def to_doc(self) -> dict[str, object]:
        """The row as it is written down, with the one bound that it has."""
        unused = "at_most" if self.at_least is not None else "at_least"
        return {name: value for name, value in asdict(self).items() if name != unused}

    def cells(self) -> tuple[str, ...]:
        """The row as it is printed."""
        aim = _short(self.aim) if self.aim is not None else ""
        kept = "" if self.is_kept else "missed"
        return (self.work, _short(self.figure), self.unit, self.bound, aim, self.compared_with or "", kept)


HEADINGS = ("work", "figure", "unit", "at least", "aim", "compared with", "")


def table(rows: list[Row]) -> str:
    """The rows as a table of plain text."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _short(figure: float | None) -> str:
    if figure is None:
        return ""
    return f"{figure:,.0f}" if abs(figure) >= 100 or figure == int(figure) else f"{figure:.3g}"
