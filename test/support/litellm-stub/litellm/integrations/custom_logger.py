class CustomLogger:
    """What LiteLLM's has that the hook relies on: it can be made and overridden."""

    def __init__(self, message_logging=True, **kwargs):
        self.message_logging = message_logging
