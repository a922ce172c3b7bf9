"""What the service counts."""

import httpx
from prometheus_client.parser import text_string_to_metric_families


def counts(url: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    text = httpx.get(f"{url}/metrics").text
    families = text_string_to_metric_families(text)
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for f in families for s in f.samples}


def test_answers_claims_and_requests_are_counted(live_server: str) -> None:
    httpx.get(f"{live_server}/metrics")
    before = counts(live_server)
    body = {"question": "What is the hotel cap in Spain?", "as_of": "2026-09-01"}
    answer = httpx.post(f"{live_server}/v1/ask", json=body, timeout=60).json()
    httpx.post(f"{live_server}/v1/ask", json={"question": ""})
    after = counts(live_server)

    def grew(name: str, **labels: str) -> float:
        key = (name, tuple(sorted(labels.items())))
        return after.get(key, 0) - before.get(key, 0)

    answered = {"status": answer["status"], "reason": "", "mode": "single"}
    assert grew("footnote_answers_total", **answered) == 1
    assert grew("footnote_claims_total", outcome="kept") == len(answer["claims"])
    assert grew("footnote_step_seconds_count", step="search") == 1
    asked = {"method": "POST", "route": "/v1/ask"}
    assert grew("footnote_requests_total", **asked, status="200") == 1
    assert grew("footnote_requests_total", **asked, status="422") == 1
    assert grew("footnote_request_seconds_count", route="/v1/ask") == 2
    text = httpx.get(f"{live_server}/metrics").text
    assert "Spain" not in text and "anonymous" not in text
