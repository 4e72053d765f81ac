"""Stage five: do it, once. The only stage that changes anything."""

import asyncio
from collections.abc import Mapping
from typing import Any

from command_gateway.answer import ExecutionResult
from command_gateway.errors import (
    EngineError,
    EngineRefused,
    EngineTimeout,
    EngineUnreachable,
    GatewayError,
    TargetGone,
)
from command_gateway.metrics import Metrics
from command_gateway.operation import Engine, Kind
from command_gateway.pipeline.output import failed, presentable
from command_gateway.pipeline.passage import Passage, Stage, StepResult
from command_gateway.plan import Step
from command_gateway.request import StageName, Status

Snapshots = tuple[Any, ...]


class ExecutionStage(Stage):
    """Runs the next step of the plan within its deadline; verification looks before the one after it runs."""

    name = StageName.EXECUTION

    def __init__(self, engines: Mapping[str, Engine], metrics: Metrics, *, seconds: float, output_limit: int) -> None:
        self._engines = engines
        self._metrics = metrics
        self._seconds = seconds
        self._limit = output_limit

    async def run(self, passage: Passage) -> Status | None:
        step = passage.next_step
        assert step is not None
        engine = self._engines[step.engine]
        before = await self._snapshots(engine, step)
        done = await self._done(engine, step, before)
        passage.results.append(done)
        verb = step.operation.verbs[0].split()[-1]
        self._metrics.command_execution(verb, done.result.status)
        return _ending(done)

    async def _snapshots(self, engine: Engine, step: Step) -> Snapshots:
        """The state of each container that is about to change; one that is gone ends the path unexecuted."""
        if not step.effect.changes:
            return ()
        known = [target for target in step.targets if target.kind is Kind.CONTAINER]
        try:
            return tuple(await asyncio.gather(*(engine.get(f"containers/{each.id}/json") for each in known)))
        except TargetGone as gone:
            raise TargetGone(f"{gone.message}: it went away between plan and run, so nothing was done") from None

    async def _done(self, engine: Engine, step: Step, before: Snapshots) -> StepResult:
        deadline = self._seconds + step.operation.rightful_seconds
        try:
            async with asyncio.timeout(deadline):
                output = await step.operation.run(engine, step.targets)
        except (EngineRefused, TargetGone) as refused:
            return StepResult(
                step, failed("FAILURE", f"Error response from daemon: {refused.message}", 1), before=before
            )
        except EngineUnreachable:
            raise
        except TimeoutError:
            late = EngineTimeout(f"{step.command} did not end within {deadline:g} s")
            return self._lost(step, before, failed("TIMEOUT", late.message), late)
        except EngineTimeout as late:
            return self._lost(step, before, failed("TIMEOUT", late.message), late)
        except EngineError as broken:
            return self._lost(step, before, failed("ERROR", broken.message), broken)
        result, data = presentable(output, self._limit)
        return StepResult(step, result, data, before)

    def _lost(self, step: Step, before: Snapshots, result: ExecutionResult, problem: GatewayError) -> StepResult:
        """An answer that never came: a read has simply failed, of a change only a look can tell."""
        if not step.effect.changes:
            raise problem
        return StepResult(step, result, before=before, lost=True)


def _ending(done: StepResult) -> Status | None:
    """A failed step ends the plan as && would; one that was lost goes on to be looked at."""
    return Status.COMPLETED_FAILURE if done.result.status == "FAILURE" and not done.lost else None
