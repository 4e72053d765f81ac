"""Where policies come from, and what stops the start."""

from pathlib import Path

import pytest

from command_gateway.policies import PolicyBroken, PolicyJudge, load_policies
from tests.support.facts import OPERATIONS, facts

GOOD = '@id("anything")\n@message("Anything goes")\npermit (principal, action, resource);\n'


def started(directory: Path) -> PolicyJudge:
    return PolicyJudge(load_policies(directory), OPERATIONS)


def refusal(directory: Path) -> str:
    with pytest.raises(PolicyBroken) as broken:
        started(directory)
    assert "\n" not in str(broken.value)
    return str(broken.value)


def test_without_a_directory_the_shipped_policies_are_in_force() -> None:
    assert [each.name for each in load_policies()] == ["default.cedar"]


def test_a_directory_replaces_the_shipped_policies(tmp_path: Path) -> None:
    (tmp_path / "a.cedar").write_text(GOOD)
    (tmp_path / "b.cedar").write_text('@id("no") @message("No") forbid (principal, action, resource) when { false };')
    (tmp_path / "notes.txt").write_text("not a policy")
    verdict = started(tmp_path).judge([facts(known=False, targets=90)], approved=False)
    assert [reason.rule for reason in verdict.reasons] == ["anything"]


def test_a_copy_of_the_shipped_policies_decides_alike_under_the_same_version(tmp_path: Path) -> None:
    shipped = load_policies()
    (tmp_path / "own.cedar").write_text(shipped[0].text)
    assert started(tmp_path).version == PolicyJudge(shipped, OPERATIONS).version


def test_a_missing_directory_stops_the_start(tmp_path: Path) -> None:
    assert str(tmp_path / "gone") in refusal(tmp_path / "gone")


def test_an_empty_directory_stops_the_start(tmp_path: Path) -> None:
    assert "no *.cedar file" in refusal(tmp_path)


@pytest.mark.parametrize("text", ["", "\n\n", "// all policies were here\n"])
def test_a_file_without_a_policy_stops_the_start_though_others_have_some(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.cedar").write_text(GOOD)
    (tmp_path / "b.cedar").write_text(text)
    assert "b.cedar:1:" in refusal(tmp_path)


def test_an_unreadable_file_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "a.cedar").write_text(GOOD)
    (tmp_path / "b.cedar").mkdir()
    assert "b.cedar: cannot be read" in refusal(tmp_path)
    (tmp_path / "b.cedar").rmdir()
    (tmp_path / "b.cedar").symlink_to(tmp_path / "nowhere")
    assert "b.cedar: cannot be read" in refusal(tmp_path)


def test_a_file_that_is_not_text_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "a.cedar").write_bytes(b"\xff\xfe\x00")
    assert "a.cedar: is not UTF-8 text" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        ('@id("x") @message("m")\npermt (principal, action, resource);', "not a Cedar policy"),
        ('@id("x") @message("m")\npermit (principal, action, resource)', "not a Cedar policy"),
        ('@id("x") @message("m") permit (principal, action, resource) when { "a;b };', "not a Cedar policy"),
        ('@id("x") @message("m") permit (principal == ?principal, action, resource);', "?principal"),
        ('@message("m") permit (principal, action, resource);', '@id("...")'),
        ('@id("") @message("m") permit (principal, action, resource);', '@id("...")'),
        ('@id("x") permit (principal, action, resource);', '@message("...")'),
        ('@id("x") @message(" ") permit (principal, action, resource);', '@message("...")'),
        ('@id("anything") @message("m") permit (principal, action, resource);', '"anything") is taken'),
        ('@id("no-permit") @message("m") permit (principal, action, resource);', '"no-permit") is the gateway\'s own'),
        ('@id("x") @message("m") forbid (principal, action, resource) when { resource.protectd };', "protectd"),
        ('@id("x") @message("m") forbid (principal, action, resource) when { context.targets > "5" };', "type"),
        ('@id("x") @message("m") forbid (principal, action == Action::"container.rm", resource);', "container.rm"),
        (
            '@id("x") @message("m") forbid (principal, action, resource) when { context.effect == Effect::"DESTORY" };',
            "DESTORY",
        ),
        ('@id("x") @message("m") forbid (principal is User, action, resource);', "User"),
    ],
)
def test_a_broken_policy_stops_the_start_naming_file_and_line(tmp_path: Path, policy: str, says: str) -> None:
    (tmp_path / "a.cedar").write_text(GOOD)
    (tmp_path / "b.cedar").write_text(f"{GOOD.replace('anything', 'more; of // it')}\n// a; comment\n\n{policy}\n")
    message = refusal(tmp_path)
    assert "b.cedar:7:" in message
    assert says in message


def test_strings_and_comments_may_hold_what_ends_a_policy(tmp_path: Path) -> None:
    (tmp_path / "a.cedar").write_text(
        '// one; two "three\n@id("a;b") @message("say \\"no\\"; // always")\n'
        'permit (principal, action, resource) // why; not "\nwhen { resource.name != ";" };// end'
    )
    verdict = started(tmp_path).judge([facts()], approved=False)
    assert [(each.rule, each.message) for each in verdict.reasons] == [("a;b", 'say "no"; // always')]
