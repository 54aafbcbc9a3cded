"""The requests that are being answered, by which tests see how many a client opens at once."""


class OpenRequests:
    """Counts requests; `in_flight_peak` is how many were open at once, at most."""

    def __init__(self) -> None:
        self.in_flight = self.in_flight_peak = 0

    def began(self) -> None:
        """Count a request that is being answered."""
        self.in_flight += 1
        self.in_flight_peak = max(self.in_flight_peak, self.in_flight)

    def ended(self) -> None:
        """Count that it was."""
        self.in_flight -= 1
