"""Prompts are files: Markdown with front matter that says version, purpose and changes."""

from dataclasses import dataclass
from pathlib import Path
from string import Template

import yaml

from retrieval.errors import PromptError

FOLDER = Path(__file__).parent / "prompts"

ANSWER_FIELDS = frozenset({"question", "passages"})
CONDENSE_FIELDS = frozenset({"question", "conversation"})
JUDGE_FIELDS = frozenset({"claim", "evidence"})


@dataclass(frozen=True, slots=True)
class Prompt:
    """A system text and a user template.

    `answer_after` is the line from which on a reply is the answer, for a prompt that lets the
    model write notes first; None: all of the reply is.
    """

    name: str
    version: str
    purpose: str
    system: str
    user: Template
    answer_after: str | None = None

    @property
    def label(self) -> str:
        """What answers record: name and version."""
        return f"{self.name}@{self.version}"

    def fill(self, **fields: str) -> str:
        """The user message. The fields' own text is never read as a template."""
        return self.user.substitute(fields)


def load_prompt(name: str, folder: Path = FOLDER, fields: frozenset[str] = ANSWER_FIELDS) -> Prompt:
    """Read `<name>.md`, a user template with `fields`.

    Raises PromptError that names the file and what is wrong with it.
    """
    path = folder / f"{name}.md"
    try:
        text = path.read_text(encoding="utf-8")
        _, front, body = text.split("---\n", 2)
        matter = yaml.safe_load(front)
        system, user = body.split("## User\n", 1)
        template = Template(user.strip())
        version, purpose = str(matter["version"]), str(matter["purpose"])
        heading = matter.get("answer_after")
    except OSError as error:
        raise PromptError(f"The prompt {path} cannot be read: {error}.") from error
    except (ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise PromptError(
            f"The prompt {path} needs front matter (version, purpose, changes) between --- lines, "
            f"then '## System' and '## User': {error!r}."
        ) from error
    if not template.is_valid() or set(template.get_identifiers()) != fields:
        wanted = " and ".join(f"${field}" for field in sorted(fields))
        raise PromptError(f"The prompt {path} must use exactly {wanted}.")
    system = system.replace("## System\n", "").strip()
    return Prompt(name, version, purpose, system, template, heading and str(heading))
