"""Give a container another name."""

from collections.abc import Sequence
from typing import Annotated, Any

from command_gateway.errors import TargetGone
from command_gateway.operation import (
    Argument,
    Effect,
    Engine,
    Kind,
    Operation,
    Output,
    Proof,
    Reference,
    Target,
    Verification,
)
from command_gateway.values import Name


class Rename(Operation):
    """Renames a container; it goes on running."""

    verbs = ("rename", "container rename")
    base_effect = Effect.OPERATE
    phrases = (
        "rename {container} to {new_name}",
        "change the name of {container} to {new_name}",
        "call {container} {new_name} from now on",
        "give {container} the new name {new_name}",
        "{container} should be called {new_name}",
        "set the name of {container} to {new_name}",
    )
    examples = ("docker rename web web-old",)

    container: Annotated[Reference, Argument(refers_to=Kind.CONTAINER)]
    new_name: Annotated[Name, Argument()]

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        await engine.post(f"containers/{targets[0].id}/rename", name=self.new_name)
        return Output()

    async def verify(self, engine: Engine, targets: Sequence[Target], before: Sequence[Any]) -> Verification:
        try:
            seen = await engine.get(f"containers/{self.new_name}/json")
        except TargetGone:
            return Verification(Proof.FAILED, f"nothing is called {self.new_name}")
        if seen["Id"] != targets[0].id:
            return Verification(Proof.FAILED, f"{self.new_name} is another container")
        return Verification(Proof.VERIFIED, f"{self.new_name} is the same container")
