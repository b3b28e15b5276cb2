"""YAML and durations as all renderers write them."""

import yaml


def to_yaml(document: dict[str, object]) -> str:
    """Return ``document`` as YAML in the order of its keys; ends with one newline."""
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1000)


def seconds(value: float) -> str:
    """Return a duration as Prometheus, Alertmanager and the collector all read it (``0.2`` is ``200ms``)."""
    milliseconds = round(value * 1000)
    return f"{milliseconds // 1000}s" if milliseconds % 1000 == 0 else f"{milliseconds}ms"
