"""firstprint: a self-hosted data plane for prediction markets."""

from importlib.metadata import version

__version__ = version("firstprint")
