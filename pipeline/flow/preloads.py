"""What the fork server imports before it makes the first worker. Light itself: `statshop poll` begins with it."""

_STEADY = "pipeline.flow.steady"
_PARSERS, _PARSERS_AND_RULES = "pipeline.flow.reading", "pipeline.flow.warm"


def preloads(*, own_rules: bool = False) -> list[str]:
    """Name the modules: the parsers with the packaged rules, or alone where each worker loads rules of one's own."""
    return [_STEADY, _PARSERS if own_rules else _PARSERS_AND_RULES]
