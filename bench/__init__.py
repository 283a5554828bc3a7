"""Measured figures: each module measures one kind of work and exports `rows(quick: bool) -> Iterable[Row]`."""
