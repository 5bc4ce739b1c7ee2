"""Why a file cannot be read."""


class UnreadableFileError(Exception):
    """The file, or what was said about it, gives no rows. `message` is for the person who brought it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
