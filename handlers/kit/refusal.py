"""How a parser says no: a message key and the values that its text needs."""


class Refusal(ValueError):
    """What a person typed cannot be taken, and which text tells them so.

    `key` is a message key such as `refuse.nik.length`; `values` fill that message's placeholders. Values
    that echo what was typed are raw: whoever renders the message escapes them, as every other value.
    """

    def __init__(self, key: str, /, **values: str | int) -> None:
        super().__init__(key)
        self.key = key
        self.values = values
