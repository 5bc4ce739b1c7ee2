"""What a product of a file is called as a whole."""


def full_name(name: str, variant: str) -> str:
    """The name with its variant: two sizes that nobody mapped are two products."""
    return f"{name} / {variant}" if name and variant else name or variant
