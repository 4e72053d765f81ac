"""Ways to understand language, one a file; the cascade asks them in order and the first that is sure wins."""

from abc import ABC, abstractmethod
from typing import ClassVar

from command_gateway.plan import Abstention, Proposal
from command_gateway.request import Request
from command_gateway.sight import Sight


class Planner(ABC):
    """Turns a request's words into typed operations, or says that it cannot."""

    name: ClassVar[str]  # what the plan and the metrics call it

    @abstractmethod
    async def propose(self, request: Request, sight: Sight) -> Proposal | Abstention:
        """The steps that the request means, or what was missing.

        Raises:
            GatewayError: the words are a command that must be refused, whoever else might guess at it.
        """
