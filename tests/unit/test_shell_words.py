"""Command text splits as a shell would split it, and what a shell would act on is refused."""

import contextlib
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_gateway.errors import InvalidCommand
from command_gateway.shell_words import Word, split_steps

WORDS = st.lists(st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), min_size=1), min_size=1)
COMMAND_LIKE = st.text(st.sampled_from(list("docker ps-a'\"\\$()`;|&<>*?#~[]{},.=\t\né")), max_size=40)


def words(text: str) -> list[list[str]]:
    return [[word.text for word in step] for step in split_steps(text)]


@given(WORDS)
def test_words_quoted_for_a_shell_come_back_whole(given_words: list[str]) -> None:
    assert words(shlex.join(given_words)) == [given_words]


@given(COMMAND_LIKE)
def test_agrees_with_a_shell_on_whatever_it_accepts(text: str) -> None:
    with contextlib.suppress(InvalidCommand):
        steps = split_steps(text)
        if not any(word.listing for step in steps for word in step):
            joined = [word for step in words(text) for word in [*step, "&&"]][:-1]
            lexer = shlex.shlex(text, posix=True, punctuation_chars="&")
            lexer.whitespace_split, lexer.commenters = True, ""
            assert joined == list(lexer)


@given(st.text(max_size=60) | COMMAND_LIKE)
def test_refuses_with_one_kind_of_error_only(text: str) -> None:
    with contextlib.suppress(InvalidCommand):
        assert all(split_steps(text))


def test_splits_steps_at_double_ampersands_outside_quotes() -> None:
    assert words("docker stop web&&docker start 'a && b'") == [["docker", "stop", "web"], ["docker", "start", "a && b"]]


def test_joins_quoted_and_bare_parts_of_a_word() -> None:
    assert words("""ps label="tier a"'b c'\\ d '' "say \\"hi\\"" """) == [["ps", "label=tier ab c d", "", 'say "hi"']]


def test_knows_a_listing_from_words() -> None:
    text = "docker stop $(docker ps -q --filter 'label=a b' --filter \"name=(x)\") && docker ps"
    assert split_steps(text)[0][2] == Word("docker ps -q --filter 'label=a b' --filter \"name=(x)\"", listing=True)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("docker ps; docker rm web", ";"),
        ("docker ps | grep web", "|"),
        ("docker ps || true", "||"),
        ("docker restart web &", "&"),
        ("docker logs web > out.txt", ">"),
        ("docker logs web 2>&1", ">&1"),
        ("docker logs web < in", "<"),
        ("docker stop `docker ps -q`", "`docker"),
        ("docker stop $(cat names)", "$(cat"),
        ("docker stop $(docker ps -q; reboot)$(x)", "$(docker ps -q; reboot)"),
        ("docker stop x$(docker ps -q)", "$(docker ps -q)"),
        ("docker stop $WEB", "$WEB"),
        ("docker stop ${WEB}", "${WEB}"),
        ('docker stop "$WEB"', "$"),
        ('docker stop "`id`"', "`"),
        ("(docker ps)", "(docker"),
        ("docker stop web*", "*"),
        ("docker stop web?", "?"),
        ("docker stop web[12]", "web[12]"),
        ("docker stop web{1,2}", "web{1,2}"),
        ("docker stop web{1..9}", "web{1..9}"),
        ("docker ps # all", "#"),
        ("docker cp ~/x web:/", "~/x"),
        ("docker ps\ndocker rm web", "newline"),
        ("docker stop 'web", "'"),
        ('docker stop "web', '"'),
        ("docker stop web\\", "\\"),
        ("docker stop we\x00b", "'\\x00'"),
        ("docker stop we\u202eb", "'\\u202e'"),
        ("docker stop we\u00a0b", "'\\xa0'"),
        ("docker stop web &&", "&&"),
        ("&& docker ps", "&&"),
        ("docker ps && && docker ps", "&&"),
        ("", ""),
    ],
)
def test_refuses_what_a_shell_would_act_on(text: str, word: str) -> None:
    with pytest.raises(InvalidCommand) as refused:
        split_steps(text)
    assert refused.value.word == word
