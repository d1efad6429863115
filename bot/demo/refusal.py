"""What the demo will not do, by a code that the page has words for."""


class RefusedError(ValueError):
    """It cannot be done now, or at all; its text is a key of ``[errors]`` in ``page.toml``."""
