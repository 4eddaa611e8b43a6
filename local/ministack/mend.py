"""How the other modules here change MiniStack: from outside, one function at a time."""


def mend(module, name):
    """Decorates `make(before)`: what it makes of the function `name` of the module takes that function's place."""

    def replace(make):
        if not hasattr(module, name):
            raise SystemExit(
                f"{module.__name__} has no {name}: this version of MiniStack does it in another way. "
                f"Adapt local/ministack/{make.__module__}.py to it, or pin the version in local/requirements.in"
            )
        setattr(module, name, make(getattr(module, name)))
        return make

    return replace
