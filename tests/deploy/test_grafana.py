"""The dashboard and what provisions it fit together."""

import json
from itertools import combinations

import yaml

from tests.conftest import ROOT

GRAFANA = ROOT / "deploy" / "grafana"


def test_the_dashboard_asks_the_provisioned_source_in_panels_that_do_not_overlap() -> None:
    path = GRAFANA / "provisioning" / "datasources" / "prometheus.yml"
    (source,) = yaml.safe_load(path.read_text())["datasources"]
    expected = {"type": source["type"], "uid": source["uid"]}
    panels = json.loads((GRAFANA / "dashboards" / "footnote.json").read_text())["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        if panel["type"] != "row":
            assert panel["datasource"] == expected and panel["description"]
            targets = panel["targets"]
            assert len({target["refId"] for target in targets}) == len(targets) > 0
            assert all(target["datasource"] == expected for target in targets)
    for one, other in combinations((panel["gridPos"] for panel in panels), 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        above = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or above, (one, other)


def test_the_dashboard_is_where_grafana_looks_for_it() -> None:
    path = GRAFANA / "provisioning" / "dashboards" / "footnote.yml"
    (provider,) = yaml.safe_load(path.read_text())["providers"]
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    mounts = [volume.split(":") for volume in compose["services"]["grafana"]["volumes"]]
    mounted = {target: ROOT / source for source, target, *_ in mounts if source.startswith("./")}
    assert (mounted[provider["options"]["path"]] / "footnote.json").exists()
    assert (mounted["/etc/grafana/provisioning"] / "datasources" / "prometheus.yml").exists()
