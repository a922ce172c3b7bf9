"""What all of them share."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """Fields that it does not know are an error."""

    model_config = ConfigDict(extra="forbid")
