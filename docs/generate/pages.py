"""Every generated page. Add one here; ``make docs`` then writes it and ``make check`` compares it."""

from docs.generate.page import Page

PAGES: tuple[Page, ...] = ()
