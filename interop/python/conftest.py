"""Where the server under test is, and clients that talk to it.

INTEROP_BASE_URL names the server, INTEROP_BACKEND what stands behind it (demo or chat), INTEROP_KEYED_URL a second
server that demands INTEROP_API_KEY. `.ci/steps/50-interop.sh` sets them.
"""

import os

import openai
import pytest

BASE_URL = os.environ["INTEROP_BASE_URL"]
BACKEND = os.environ["INTEROP_BACKEND"]
KEYED_URL = os.environ["INTEROP_KEYED_URL"]
API_KEY = os.environ["INTEROP_API_KEY"]
MODEL = "qwen3-32b-tool"


def pytest_collection_modifyitems(config, items):
    """A test of the other backend is not part of this run: deselected, so that nothing counts as skipped."""
    kept, other = [], []
    for item in items:
        marker = item.get_closest_marker("only")
        (kept if marker is None or marker.args[0] == BACKEND else other).append(item)
    config.hook.pytest_deselected(items=other)
    items[:] = kept


@pytest.fixture
def client():
    with openai.OpenAI(base_url=f"{BASE_URL}/v1", api_key=API_KEY, max_retries=0, timeout=30) as client:
        yield client
