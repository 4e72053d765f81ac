"""Asks a language model at any OpenAI-compatible endpoint, and trusts its answer no further than the strict grammar."""

import asyncio
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from command_gateway.catalogue import Catalogue
from command_gateway.cli_text import parse, render
from command_gateway.errors import InvalidCommand, ModelFailed
from command_gateway.operation import Operation, target_kind
from command_gateway.plan import Abstention, Draft, Origin, Proposal
from command_gateway.planners import Planner
from command_gateway.planners._model_question import MOST_STEPS, Names, messages, offered, schema
from command_gateway.planners.cli_syntax import draft_of
from command_gateway.request import Request
from command_gateway.settings import SettingsBroken
from command_gateway.sight import Sight

if TYPE_CHECKING:
    from openai import AsyncOpenAI

CONFIDENCE = 0.7  # a model's own figure is not calibrated, so every proposal gets the same
_OPENAI = ("", "openai")


@dataclass(frozen=True, slots=True)
class LanguageModelSettings:
    """Where the model is and how long an answer may take (seconds) and be (tokens)."""

    model: str
    api_key: str = field(default="", repr=False)
    base_url: str | None = None  # None is OpenAI itself
    timeout: float = 20.0
    max_tokens: int = 1_024


class _Environment(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    openai_api_key: str = ""
    openai_model: str = "gpt-4o-mini"
    llm_provider: str = ""
    llm_model_name: str = ""
    llm_api_key: str = ""
    llm_api_base_url: str = ""
    llm_timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 20.0
    llm_max_tokens: Annotated[int, Field(ge=16, le=32_768)] = 1_024


def model_settings() -> LanguageModelSettings | None:
    """The model that the settings name (CONTRACT section 5), None when there is neither a key nor an address.

    Raises:
        SettingsBroken: a value is wrong, or a provider other than OpenAI is named without its address.
    """
    try:
        found = _Environment()
    except ValidationError as broken:
        first = broken.errors(include_url=False)[0]
        raise SettingsBroken(f"{str(first['loc'][0]).upper()}: {first['msg']}") from None
    key = found.llm_api_key or found.openai_api_key
    if not (key or found.llm_api_base_url):
        return None
    if found.llm_provider.lower() not in _OPENAI and not found.llm_api_base_url:
        raise SettingsBroken(
            f"LLM_PROVIDER={found.llm_provider}: give LLM_API_BASE_URL, the address of its OpenAI-compatible endpoint"
        )
    return LanguageModelSettings(
        model=found.llm_model_name or found.openai_model,
        api_key=key,
        base_url=found.llm_api_base_url or None,
        timeout=found.llm_timeout_seconds,
        max_tokens=found.llm_max_tokens,
    )


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True)


class _Option(_Shape):
    name: str
    value: str | None = None


class _Step(_Shape):
    verb: str
    options: list[_Option] = []
    targets: list[str] = []
    select: list[str] = []
    words: list[str] = []


class _Said(_Shape):
    cannot: str | None
    steps: list[_Step]


class _Message(_Shape):
    content: str | None = None
    refusal: str | None = None


class _Choice(_Shape):
    message: _Message
    finish_reason: str | None = None


class _Completion(_Shape):
    """What is read of a chat completion (OpenAI API reference, "The chat completion object")."""

    choices: list[_Choice]


class LanguageModelPlanner(Planner):
    """Understands what the embedded planner does not, where a model is configured."""

    name = "language_model"

    def __init__(self, catalogue: Catalogue, settings: LanguageModelSettings) -> None:
        self._catalogue = catalogue
        self._settings = settings
        self._client: AsyncOpenAI | None = None

    async def propose(self, request: Request, sight: Sight) -> Proposal | Abstention:
        """The commands that the model reads in the request, or what it says is missing.

        Raises:
            ModelFailed: no answer, none in time, or none that the strict grammar takes.
        """
        names = offered(request, sight)
        said = _read(await self._ask(messages(self._catalogue, request, sight, names), schema(self._catalogue, names)))
        if said.cannot or not said.steps:
            return Abstention(said.cannot or "the language model found no command in the request")
        if len(said.steps) > MOST_STEPS:
            raise ModelFailed(
                f"the language model answered with {len(said.steps)} steps; at most {MOST_STEPS} are taken"
            )
        operations = [self._operation(step, names) for step in said.steps]
        drafts = tuple(self._draft(operation, request) for operation in operations)
        commands = " && ".join(map(render, operations))
        return Proposal(drafts, CONFIDENCE, f"the language model {self._settings.model} reads it as: {commands}")

    async def close(self) -> None:
        """Lets go of the connections to the endpoint."""
        if self._client is not None:
            await self._client.close()

    async def _ask(self, question: list[dict[str, str]], shape: dict[str, Any]) -> bytes:
        """The body of the endpoint's answer."""
        import openai  # here, because it takes half a second that a gateway without a model need not spend

        settings = self._settings
        if self._client is None:
            self._client = openai.AsyncOpenAI(
                api_key=settings.api_key or "none", base_url=settings.base_url, timeout=settings.timeout, max_retries=0
            )
        # OpenAI's newer models refuse the older names that everybody else's servers know.
        limits: dict[str, Any] = (
            {"max_tokens": settings.max_tokens, "temperature": 0}
            if settings.base_url
            else {"max_completion_tokens": settings.max_tokens}
        )
        wanted = {"type": "json_schema", "json_schema": {"name": "commands", "strict": True, "schema": shape}}
        create: Any = self._client.chat.completions.with_raw_response.create
        try:
            async with asyncio.timeout(settings.timeout):
                answer = await create(model=settings.model, messages=question, response_format=wanted, **limits)
                body: bytes = answer.http_response.content
                return body
        except (TimeoutError, openai.APITimeoutError):
            raise ModelFailed(f"the language model gave no answer within {settings.timeout:g} s") from None
        except openai.APIConnectionError:
            raise ModelFailed(
                "the language model cannot be reached: is LLM_API_BASE_URL right, and is it up?"
            ) from None
        except openai.APIStatusError as refused:
            raise ModelFailed(_http_refusal(refused.status_code)) from None
        except openai.OpenAIError as broken:
            raise ModelFailed(f"the language model could not be asked ({type(broken).__name__})") from None

    def _operation(self, step: _Step, names: Names) -> Operation:
        """The step as Docker CLI text, read strictly."""
        try:
            (found,) = parse(_command(step), self._catalogue)
        except InvalidCommand as refused:
            raise ModelFailed(
                f"the language model answered with a command that is refused: {refused.message}"
            ) from None
        kind = target_kind(type(found))
        stray = [each for each in step.targets if kind is None or each not in names[kind]]
        if stray:
            raise ModelFailed(f"the language model named {stray[0]!r}, which is not on the engine")
        return found

    def _draft(self, operation: Operation, request: Request) -> Draft:
        draft = draft_of(operation, self._catalogue, Origin.MODEL)
        origins = dict(draft.origins)
        if draft.targets is not None and draft.targets.names:
            origins["targets"] = _origin(draft.targets.names, request)
        if request.context and operation.effect.changes:
            origins["operation"] = Origin.CONTEXT  # a model that read the context may have been swayed by it
        return replace(draft, origins=origins)


def _read(body: bytes) -> _Said:
    """The steps in the body of a chat completion.

    Raises:
        ModelFailed: cut short, refused, empty, no JSON, or of another shape.
    """
    try:
        choice = _Completion.model_validate_json(body).choices[0]
    except (ValidationError, IndexError):
        raise ModelFailed("the language model's endpoint did not answer with a chat completion") from None
    if choice.message.refusal:
        raise ModelFailed("the language model refused to answer")
    if choice.finish_reason == "length":
        raise ModelFailed("the language model's answer was cut short: raise LLM_MAX_TOKENS or ask for less at once")
    if choice.finish_reason == "content_filter":
        raise ModelFailed("the language model's answer was withheld by its content filter")
    if not choice.message.content:
        raise ModelFailed("the language model's answer was empty")
    try:
        return _Said.model_validate_json(choice.message.content)
    except ValidationError as broken:
        malformed = any(each["type"] == "json_invalid" for each in broken.errors(include_url=False))
        what = "no JSON" if malformed else "JSON of another shape than asked for"
        raise ModelFailed(f"the language model answered with {what}") from None


def _http_refusal(status: int) -> str:
    known = {
        401: "refused the key: check LLM_API_KEY",
        403: "refused the key's rights: check LLM_API_KEY",
        404: "does not know the model or the path: check LLM_MODEL_NAME and LLM_API_BASE_URL",
        429: "is over its rate limit or quota: try again later",
    }
    why = known.get(status, "failed" if status >= 500 else "refused the question")
    return f"the language model's endpoint {why} (HTTP {status})"


def _command(step: _Step) -> str:
    words = ["docker", *step.verb.removeprefix("docker ").split()]
    words += [f"{each.name}={each.value}" if each.value else each.name for each in step.options]
    filters = shlex.join(word for each in step.select for word in ("--filter", each))
    listing = [f"$(docker ps -q -a {filters})"] if filters else []
    return " ".join([shlex.join(words), *map(shlex.quote, step.targets), *listing, *map(shlex.quote, step.words)])


def _origin(names: Sequence[str], request: Request) -> Origin:
    """Where the targets came from: the request's own words, its target_resource, or the model."""
    said = f" {_plain(request.intent)} "
    if request.target_name and all(_plain(each) == _plain(request.target_name) for each in names):
        return Origin.TARGET_RESOURCE
    meant = {*names} - {request.target_name}
    return Origin.INTENT if all(f" {_plain(each)} " in said for each in meant) else Origin.MODEL


def _plain(text: str) -> str:
    """Lower case, with everything but letters and digits as single spaces."""
    return " ".join(re.findall(r"[^\W_]+", text.lower()))
