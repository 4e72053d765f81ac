"""The only place that builds things."""

from collections.abc import Sequence

from command_gateway import operations
from command_gateway.catalogue import Catalogue
from command_gateway.engine import DockerEngine, connect
from command_gateway.events import Bus
from command_gateway.gateway import Gateway, Parts
from command_gateway.ledger.stores import open_ledger
from command_gateway.metrics import Metrics
from command_gateway.pipeline.approval import ApprovalStage
from command_gateway.pipeline.execution import ExecutionStage
from command_gateway.pipeline.intent import IntentStage
from command_gateway.pipeline.journal import Journal
from command_gateway.pipeline.passage import Stage
from command_gateway.pipeline.plan import PlanStage
from command_gateway.pipeline.policy import PolicyStage
from command_gateway.pipeline.record import RecordStage
from command_gateway.pipeline.run import Path
from command_gateway.pipeline.verification import VerificationStage
from command_gateway.planners import Planner
from command_gateway.planners.cli_syntax import CliSyntaxPlanner
from command_gateway.planners.language_model import LanguageModelPlanner, model_settings
from command_gateway.planners.phrases import PhrasesPlanner
from command_gateway.policies import PolicyJudge, load_policies
from command_gateway.settings import Settings, container_mappings
from command_gateway.targets.inventory import Inventory
from command_gateway.targets.protection import Protection


def build_gateway(settings: Settings) -> Gateway:
    """The gateway that the settings describe; nothing is connected or opened before its start().

    Raises:
        BrokenFolder, PolicyBroken, MalformedRequest: it cannot be built, with one clear line.
    """
    catalogue = operations.discover()
    engine = DockerEngine(
        connect(settings.engine_url),
        timeout=settings.command_timeout_seconds,
        output_limit=settings.max_command_output_length,
        patience=settings.gateway_verify_seconds,
    )
    inventory = Inventory(engine, container_mappings())
    judge = PolicyJudge(load_policies(settings.gateway_policy_dir), [each.name for each in catalogue])
    ledger, bus, metrics = open_ledger(settings.ledger), Bus(), Metrics()
    journal = Journal(ledger)
    planners = _planners(catalogue)
    engines = {engine.name: engine}
    inventories = {engine.name: inventory}
    stages: Sequence[Stage] = (
        IntentStage(),
        PlanStage(catalogue, planners, inventories, metrics),
        PolicyStage(judge, Protection()),
        ApprovalStage(settings.gateway_approval_seconds),
        ExecutionStage(
            engines, metrics, seconds=settings.command_timeout_seconds, output_limit=settings.max_command_output_length
        ),
        VerificationStage(engines),
        RecordStage(journal),
    )
    return Gateway(
        Parts(
            catalogue=catalogue,
            path=Path({stage.name: stage for stage in stages}, journal, bus, metrics),
            ledger=ledger,
            inventories=inventories,
            judge=judge,
            bus=bus,
            metrics=metrics,
            closing=(engine,),
            model_configured=len(planners) > 2,
            strategy=settings.execution_strategy,
        )
    )


def _planners(catalogue: Catalogue) -> list[Planner]:
    """The cascade, in the order in which it asks; the language model only where one is configured."""
    asked: list[Planner] = [CliSyntaxPlanner(catalogue), PhrasesPlanner(catalogue)]
    model = model_settings()
    if model is not None:
        asked.append(LanguageModelPlanner(catalogue, model))
    return asked
