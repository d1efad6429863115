"""The words of ``/roster`` that are about files: 导入 and 导出, and a file that comes with it."""

from handlers.grammar import vocabulary
from handlers.grammar.normalise import word
from handlers.request import Reply, Request
from handlers.roster_files.arriving import imported
from handlers.roster_files.sending import exported

_FILES = r"(?P<word>@roster_files)(?:[\s,:,:]+(?P<rest>.*))?"


def about_files(request: Request) -> Reply | None:
    """Import the file that came, say how, or send the roster; None when it is not about files."""
    match = vocabulary.pattern(_FILES).fullmatch(word(request.arguments))
    asked = match and vocabulary.look_up("roster_files", match["word"])
    rest = (match["rest"] or "").strip() if match else request.arguments.strip()
    if asked == "export" and request.file is None:
        return exported(request, rest)
    if asked == "import" or request.file is not None:
        return imported(request, rest)
    return None
