"""Files of config/layers written by the program, as a person would write them."""

from collections.abc import Mapping
from typing import Any

import yaml

from soilinfo.catalog.sources import Layer


def layer_text(described: Mapping[str, Any]) -> str:
    """A layer's file, checked to be one; pydantic's ValidationError for what is no layer."""
    Layer.model_validate({**described, "id": "layer"})
    return str(yaml.safe_dump(dict(described), sort_keys=False, allow_unicode=True, width=110))
