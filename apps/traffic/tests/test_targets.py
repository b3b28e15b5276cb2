import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.traffic.endpoints import EVERYDAY, TROUBLED, Weights, make_call
from apps.traffic.loads import Pattern, check_total
from apps.traffic.scenarios import SCENARIOS, ScenarioName
from apps.traffic.targets import Target, TargetError, make_target, parse_target

PROD, DEV, QA, EDGE = (Target(name=name, url=f"http://127.0.0.1/{name}") for name in ("prod", "dev", "qa", "edge"))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8081", "http://localhost:80", "http://[::1]:8000/", "https://127.9.9.9"]
)
def test_this_machine_may_be_put_to_load(url: str) -> None:
    assert make_target("prod", url) == Target(name="prod", url=url.rstrip("/"))


@pytest.mark.parametrize(
    "url",
    ["http://10.0.0.1:80", "http://example.test", "http://localhost.example.test", "http://127.0.0.1.example.test"],
)
def test_another_machine_only_when_somebody_insists(url: str) -> None:
    with pytest.raises(TargetError, match="--allow-remote"):
        make_target("prod", url)
    assert make_target("prod", url, allow_remote=True).url == url


@pytest.mark.parametrize(
    "text",
    ["prod", "=http://127.0.0.1", "prod=127.0.0.1:80", "prod=ftp://127.0.0.1", "prod=http://", "prod=http://[::1",
     "prod=http://127.0.0.1:x", "prod=http://127.0.0.1/?q=1", "a b=http://127.0.0.1"],
)  # fmt: skip
def test_what_is_no_target_is_refused(text: str) -> None:
    with pytest.raises(TargetError, match="got"):
        parse_target(text)


def test_a_story_is_cast_by_plane_name() -> None:
    cast = SCENARIOS[ScenarioName.INCIDENT].assign([PROD, DEV, EDGE])
    assert cast[PROD].load.pattern is Pattern.SPIKE
    assert (cast[PROD].load.rate, cast[PROD].load.peak) == (10, 200)
    assert cast[PROD].weights == TROUBLED
    assert cast[DEV].load.pattern is cast[EDGE].load.pattern is Pattern.STEADY
    assert cast[DEV].load.rate < cast[EDGE].load.rate


def test_without_a_known_name_everybody_plays_the_lead() -> None:
    other = Target(name="other", url="http://127.0.0.1/other")
    cast = SCENARIOS[ScenarioName.QA].assign([EDGE, other])
    assert {part.load.pattern for part in cast.values()} == {Pattern.RAMP}
    assert len(cast) == 2


@pytest.mark.parametrize("name", ScenarioName)
def test_every_story_is_allowed_on_the_three_usual_planes_and_ends_everywhere_at_once(name: ScenarioName) -> None:
    loads = [part.load for part in SCENARIOS[name].assign([PROD, DEV, QA]).values()]
    check_total(loads)
    assert len({load.seconds for load in loads}) == 1


@pytest.mark.parametrize("weights", [EVERYDAY, TROUBLED])
def test_weights_are_percentages(weights: Weights) -> None:
    assert sum(weight for _, weight in weights) == 100
    assert max(Counter(endpoint for endpoint, _ in weights).values()) == 1


def test_the_usual_mix_is_the_one_of_the_requirements() -> None:
    assert dict(EVERYDAY) == {"products": 40, "search": 30, "orders": 15, "payments": 8, "reports": 5, "health": 2}


@given(st.sampled_from([endpoint for endpoint, _ in EVERYDAY]), st.integers(0, 2**32))
def test_a_call_s_name_never_holds_its_contents(endpoint: str, seed: int) -> None:
    wanted = next(key for key, _ in EVERYDAY if key == endpoint)
    call = make_call(wanted, random.Random(seed))  # noqa: S311 - picks requests, guards nothing
    assert call.name == f"{call.method} {call.path.partition('?')[0]}"
    assert (call.body is not None) == (call.method == "POST")
