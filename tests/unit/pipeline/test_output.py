"""What an answer may carry: masked first, then cut, and the cut said."""

from command_gateway.operation import Output
from command_gateway.pipeline.output import presentable


def test_short_output_is_left_as_it_is() -> None:
    result, data = presentable(Output("web\n", data=[{"name": "web"}]), 100)
    assert (result.stdout, result.truncated, data) == ("web\n", False, [{"name": "web"}])


def test_a_table_keeps_its_first_whole_lines() -> None:
    result, _ = presentable(Output("".join(f"line {n}\n" for n in range(100))), 120)
    assert result.truncated
    assert result.stdout.startswith("line 0\n")
    assert result.stdout.endswith("\n")
    assert len(result.stdout) <= 120


def test_a_log_keeps_its_newest_whole_lines() -> None:
    result, _ = presentable(Output("".join(f"line {n}\n" for n in range(100)), keep_end=True), 120)
    assert result.stdout.endswith("line 99\n")
    assert result.stdout.startswith("line ")


def test_one_endless_line_is_cut_all_the_same() -> None:
    for keep_end in (False, True):
        result, _ = presentable(Output("x" * 1_000, keep_end=keep_end), 120)
        assert (len(result.stdout), result.truncated) == (120, True)


def test_a_secret_is_masked_before_the_cut_could_hide_its_name() -> None:
    text = "password=hunter2hunter2hunter2\n"
    for limit in range(100, 140):
        result, _ = presentable(Output("y" * 90 + " " + text, keep_end=True), limit)
        assert "hunter2" not in result.stdout


def test_data_that_is_too_long_loses_items_and_says_so() -> None:
    result, data = presentable(Output("ok\n", data=[{"n": n} for n in range(1_000)]), 100)
    assert 0 < len(data) < 1_000
    assert result.truncated


def test_a_failed_command_keeps_its_exit_code() -> None:
    result, _ = presentable(Output("", "no\n", 3), 100)
    assert (result.status, result.exit_code) == ("FAILURE", 3)
