"""The instruments that dashboards and alerts rely on."""

from command_gateway.metrics import MOST_SOURCES, Metrics


def test_the_names_of_the_contract() -> None:
    metrics = Metrics()
    with metrics.active_requests():
        metrics.observe_request("agent", "COMPLETED_SUCCESS", 0.02)
        metrics.command_generation(success=True)
        metrics.command_execution("restart", "SUCCESS")
        shown = metrics.render().decode()
    assert 'gateway_requests_total{source_id="agent",status="COMPLETED_SUCCESS"} 1.0' in shown
    assert 'gateway_request_duration_seconds_bucket{le="0.025",source_id="agent"} 1.0' in shown
    assert 'gateway_command_generation_total{status="success"} 1.0' in shown
    assert 'gateway_command_generation_total{status="failed"} 0.0' in shown
    assert 'gateway_command_execution_total{command_type="restart",status="SUCCESS"} 1.0' in shown
    assert "gateway_active_requests 1.0" in shown
    assert "gateway_active_requests 0.0" in metrics.render().decode()


def test_our_own_instruments() -> None:
    metrics = Metrics()
    metrics.stage("plan", 0.001)
    metrics.planner("phrases", "proposed")
    metrics.policy_decision("ALLOW", "READ")
    shown = metrics.render().decode()
    assert 'gateway_stage_duration_seconds_count{stage="plan"} 1.0' in shown
    assert 'gateway_planner_total{planner="phrases",result="proposed"} 1.0' in shown
    assert 'gateway_policy_decisions_total{effect="READ",outcome="ALLOW"} 1.0' in shown


def test_sources_past_the_bound_count_as_other() -> None:
    metrics = Metrics()
    for number in range(MOST_SOURCES + 20):
        metrics.observe_request(f"source-{number}", "COMPLETED_SUCCESS", 0.01)
    metrics.observe_request("source-0", "COMPLETED_SUCCESS", 0.01)
    shown = metrics.render().decode()
    assert 'gateway_requests_total{source_id="other",status="COMPLETED_SUCCESS"} 20.0' in shown
    assert 'gateway_requests_total{source_id="source-0",status="COMPLETED_SUCCESS"} 2.0' in shown


def test_two_gateways_in_one_process_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.command_generation(success=True)
    assert 'gateway_command_generation_total{status="success"} 0.0' in second.render().decode()
