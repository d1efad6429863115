"""What a superior says after a label (reason, comment): to the end, kept as it was typed."""

from handlers.grammar import vocabulary
from handlers.grammar.scanner import Scanner


def find(scanner: Scanner, field: str) -> str | None:
    """Take a label of ``[ruling_fields]`` and all that follows; None where it is not there."""
    label = vocabulary.pattern(rf"(?:@ruling_fields__{field}) ?:").search(scanner.open)
    if label is None:
        return None
    end = len(scanner.open)
    scanner.take(label.start(), end)
    return scanner.source.quote(label.end(), end)
