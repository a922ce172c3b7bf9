"""Prompts are files: Markdown with front matter that says version, purpose and changes."""

from dataclasses import dataclass
from pathlib import Path
from string import Template

import yaml

from retrieval.errors import PromptError

FOLDER = Path(__file__).parent / "prompts"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A system text and a user template with the fields $question and $passages."""

    name: str
    version: str
    purpose: str
    system: str
    user: Template

    @property
    def label(self) -> str:
        """What answers record: name and version."""
        return f"{self.name}@{self.version}"

    def fill(self, question: str, passages: str) -> str:
        """The user message. The fields' own text is never read as a template."""
        return self.user.substitute(question=question, passages=passages)


def load_prompt(name: str, folder: Path = FOLDER) -> Prompt:
    """Read `<name>.md`. Raises PromptError that names the file and what is wrong with it."""
    path = folder / f"{name}.md"
    try:
        text = path.read_text(encoding="utf-8")
        _, front, body = text.split("---\n", 2)
        matter = yaml.safe_load(front)
        system, user = body.split("## User\n", 1)
        template = Template(user.strip())
        version, purpose = str(matter["version"]), str(matter["purpose"])
    except OSError as error:
        raise PromptError(f"The prompt {path} cannot be read: {error}.") from error
    except (ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise PromptError(
            f"The prompt {path} needs front matter (version, purpose, changes) between --- lines, "
            f"then '## System' and '## User': {error!r}."
        ) from error
    if not template.is_valid() or set(template.get_identifiers()) != {"question", "passages"}:
        raise PromptError(f"The prompt {path} must use exactly $question and $passages.")
    return Prompt(name, version, purpose, system.replace("## System\n", "").strip(), template)
