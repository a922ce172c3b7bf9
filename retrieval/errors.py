"""What can go wrong on a question's way."""


class RetrievalError(Exception):
    """Base of all errors that retrieval raises on purpose."""


class GeneratorError(RetrievalError):
    """The model endpoint is down, slow or answers nonsense; the message names the cause."""


class JudgeError(RetrievalError):
    """The judge's model fails or is of another kind; the message names the cause."""


class PromptError(RetrievalError):
    """A prompt file is missing or malformed."""


class RerankerError(RetrievalError):
    """The reranker that the settings name is not there, or is no reranker."""


class PlannerError(RetrievalError):
    """The planning model is down, slow or calls no tool rightly; the rules plan in its place."""
