"""The manifests: valid, hardened, and about the application that there is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml

from app.main import create_app
from app.settings import Settings
from tests.conftest import ROOT

FOLDER = ROOT / "deploy" / "kubernetes"
SETTINGS = {name.upper() for name in Settings.model_fields}
OWN = "kustomize.config.k8s.io/", "monitoring.coreos.com/"
Manifest = dict[str, Any]


def manifests() -> list[tuple[Path, Manifest]]:
    paths = [path for path in sorted(FOLDER.rglob("*.yaml")) if "secrets" not in path.parts]
    return [(path, found) for path in paths for found in yaml.safe_load_all(path.read_text())]


ALL = manifests()
# What Kubernetes itself has a schema for; a patch is only a part.
BUILT_IN = [
    (path, found)
    for path, found in ALL
    if not found["apiVersion"].startswith(OWN) and path != FOLDER / "scale" / "deployment.yaml"
]


def named(manifest: Manifest) -> str:
    return f"{manifest['kind']}-{manifest['metadata']['name']}"


def one(kind: str, name: str) -> Manifest:
    (found,) = [m for _, m in BUILT_IN if (m["kind"], m["metadata"]["name"]) == (kind, name)]
    return found


def pods() -> Iterator[tuple[str, Manifest, Manifest]]:
    """Every pod there will be: whose, its labels, its specification."""
    for _, manifest in BUILT_IN:
        spec = manifest.get("spec", {})
        if manifest["kind"] == "CronJob":
            spec = spec["jobTemplate"]["spec"]
        if template := spec.get("template"):
            yield named(manifest), template["metadata"]["labels"], template["spec"]


@pytest.mark.parametrize("manifest", [found for _, found in BUILT_IN], ids=named)
def test_each_manifest_is_valid_and_in_its_namespace(manifest: Manifest) -> None:
    kubernetes_validate.validate(manifest, "1.37", strict=True)
    if manifest["kind"] != "Namespace":
        assert manifest["metadata"]["namespace"] == "footnote"


def test_each_manifest_is_listed_or_an_example() -> None:
    for folder in (FOLDER, FOLDER / "scale"):
        listed = yaml.safe_load((folder / "kustomization.yaml").read_text())
        names = {*listed["resources"], *(patch["path"] for patch in listed.get("patches", ()))}
        there = {path.name for path in folder.glob("*.yaml")} - {"kustomization.yaml"}
        assert names - {".."} == there


def test_each_pod_may_do_little_and_use_so_much() -> None:
    for name, _, spec in pods():
        assert spec["automountServiceAccountToken"] is False, name
        assert spec["securityContext"]["runAsNonRoot"] and spec["securityContext"]["runAsUser"]
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in spec["containers"]:
            allowed = container["securityContext"]
            assert allowed["readOnlyRootFilesystem"] and not allowed["allowPrivilegeEscalation"]
            assert allowed["capabilities"] == {"drop": ["ALL"]}
            assert "memory" in container["resources"]["limits"]
            assert {"cpu", "memory"} <= set(container["resources"]["requests"])


def test_what_pods_mount_and_read_is_there() -> None:
    claims = {m["metadata"]["name"] for _, m in BUILT_IN if m["kind"] == "PersistentVolumeClaim"}
    generated = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())["secretGenerator"]
    secrets = {
        secret["name"]: {Path(file).name for file in secret["files"]} for secret in generated
    }
    assert {name.upper() for name in secrets["footnote-secrets"]} <= SETTINGS
    for name, _, spec in pods():
        volumes = {volume["name"]: volume for volume in spec.get("volumes", ())}
        for volume in volumes.values():
            claim, secret = volume.get("persistentVolumeClaim"), volume.get("secret")
            assert claim is None or claim["claimName"] in claims, name
            assert secret is None or secret["secretName"] in secrets, name
        templates = one("StatefulSet", "qdrant")["spec"]["volumeClaimTemplates"]
        known = {*volumes, *(t["metadata"]["name"] for t in templates if "qdrant" in name)}
        for container in spec["containers"]:
            assert {mount["name"] for mount in container["volumeMounts"]} <= known, name
            for variable in container.get("env", ()):
                if source := variable.get("valueFrom"):
                    reference = source["secretKeyRef"]
                    assert reference["key"] in secrets[reference["name"]]


def test_the_service_is_told_settings() -> None:
    told = one("ConfigMap", "footnote")["data"]
    assert set(told) <= SETTINGS
    Settings(_env_file=None, **{name.lower(): value for name, value in told.items()})


def test_probes_ask_routes_of_the_application() -> None:
    routes = create_app(Settings(_env_file=None)).openapi()["paths"]
    (container,) = one("Deployment", "footnote")["spec"]["template"]["spec"]["containers"]
    probes = {kind: container[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness")}
    assert {probe["path"] for probe in probes.values()} == {"/health"}
    assert container["readinessProbe"]["httpGet"]["path"] == "/ready"
    assert {"/health", "/ready"} <= set(routes)


def test_selectors_select() -> None:
    """Every set of labels that something is chosen by is some pod's."""
    pod_labels = [labels for _, labels, _ in pods()]

    def chosen(part: Any) -> Iterator[Manifest]:
        if isinstance(part, dict):
            for key, value in part.items():
                if key in ("podSelector", "labelSelector"):
                    yield value.get("matchLabels", {})
                yield from chosen(value)
        elif isinstance(part, list):
            for value in part:
                yield from chosen(value)

    for path, manifest in BUILT_IN:
        for wanted in chosen(manifest):
            assert any(wanted.items() <= labels.items() for labels in pod_labels), path
    for kind, name in (("Deployment", "footnote"), ("StatefulSet", "qdrant")):
        spec = one(kind, name)["spec"]
        wanted = spec["selector"]["matchLabels"]
        assert wanted.items() <= spec["template"]["metadata"]["labels"].items()
        assert one("Service", name)["spec"]["selector"] == wanted


def test_the_scaled_service_is_the_one_there_is() -> None:
    target = one("HorizontalPodAutoscaler", "footnote")["spec"]["scaleTargetRef"]
    assert one(target["kind"], target["name"])["apiVersion"] == target["apiVersion"]
    selected = one("PodDisruptionBudget", "footnote")["spec"]["selector"]
    assert selected == one("Deployment", "footnote")["spec"]["selector"]
    patch = yaml.safe_load((FOLDER / "scale" / "deployment.yaml").read_text())
    assert (patch["kind"], patch["metadata"]["name"]) == (target["kind"], target["name"])


def test_a_replaced_pod_answers_what_it_has_begun_and_never_meets_the_next() -> None:
    spec = one("Deployment", "footnote")["spec"]
    assert spec["replicas"] == 1 and spec["strategy"] == {"type": "Recreate"}
    pod = spec["template"]["spec"]
    (container,) = pod["containers"]
    pause = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
    waits = Settings.model_fields["shutdown_s"].default
    assert pod["terminationGracePeriodSeconds"] > pause + waits


def test_compose_and_kubernetes_run_the_same_store() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    (container,) = one("StatefulSet", "qdrant")["spec"]["template"]["spec"]["containers"]
    assert container["image"] == compose["services"]["qdrant"]["image"]
