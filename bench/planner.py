"""The embedded planner alone: seconds per request over sentences of many kinds, on a fleet of thirty names."""

from datetime import UTC, datetime, timedelta
from time import perf_counter

from command_gateway import operations
from command_gateway.operation import Kind
from command_gateway.planners.phrases import PhrasesPlanner
from command_gateway.request import Request
from command_gateway.sight import Sight, Sighting

ROUNDS = 20
START = datetime(2026, 1, 1, tzinfo=UTC)
SENTENCES = (
    "restart the market predictor",
    "the checkout api looks stuck, can you please bounce it",
    "show me the last two hundred lines of logs of coding-ai-agent",
    "is the payments worker healthy?",
    "stop everything labelled tier=worker except the first one",
    "don't restart the predictor, just show me its logs since half an hour ago",
    "how much memory and cpu does checkout-api use",
    "list all containers, running or not",
    "which containers exited with an error",
    "kill market-predictor with SIGHUP",
    "order a pizza for the whole team and tell nobody about it",
    "shut the search indexer down gracefully and give it 45 seconds, then show its status",
)
_NAMES = ("market-predictor", "checkout-api", "coding-ai-agent", "payments-worker", "search-indexer")


async def times() -> list[float]:
    """Seconds of each proposal, the first round not counted."""
    planner = PhrasesPlanner(operations.discover())
    names = [*_NAMES, *(f"service-{number}" for number in range(25))]
    sight = Sight("local", 1, tuple(Sighting(Kind.CONTAINER, f"{at:064x}", name) for at, name in enumerate(names)))
    taken: list[float] = []
    for number in range(ROUNDS + 1):
        for sentence in SENTENCES:
            later = START + timedelta(minutes=number)  # a reading is kept for its minute; here each is made anew
            request = Request(source_id="bench", intent=sentence, received_at=later)
            started = perf_counter()
            await planner.propose(request, sight)
            taken += [perf_counter() - started] if number else []
    return taken
