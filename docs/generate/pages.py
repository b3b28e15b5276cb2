"""Every generated page. Add one here; ``make docs`` then writes it and ``make check`` compares it."""

from docs.generate import components, configuration, stack_schema
from docs.generate.page import Page

PAGES: tuple[Page, ...] = (
    Page(path="docs/components.md", render=components.render),
    Page(path="docs/configuration.md", render=configuration.render),
    Page(path="stacks/schema.json", render=stack_schema.render),
)
