"""Events of athletes, which have no teams at all: a client that looks for teams everywhere must not fall over them."""

from typing import Any

from firstprint.sim.espn.states import scheduled_row
from firstprint.sim.world.days import HOUR_NS, utc

ATHLETES: dict[str, tuple[str, ...]] = {
    "mma/ufc": ("Wang Cong", "Cong Wang"),
    "tennis/atp": ("Arthur Fils", "Jiří Lehečka"),
    "racing/f1": ("Charles Leclerc", "Lando Norris", "Oscar Piastri"),
}


def athletes_row(path: str, now_ns: int) -> dict[str, Any]:
    """Render the one event of a sport of athletes, a day ahead."""
    at_ns = now_ns + 24 * HOUR_NS
    date = f"{utc(at_ns):%Y-%m-%dT%H:%MZ}"
    number = str(600_000_000 + len(path))
    competitors = [
        {"id": str(i), "type": "athlete", "order": i, "athlete": {"fullName": name, "displayName": name}}
        for i, name in enumerate(ATHLETES[path], 1)
    ]
    status = scheduled_row(at_ns)
    return {
        "id": number, "uid": f"s:3301~e:{number}", "date": date, "name": "Main card", "shortName": "Main card",
        "competitions": [{"id": number, "date": date, "competitors": competitors, "status": status}], "status": status,
    }  # fmt: skip
