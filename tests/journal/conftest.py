import pytest
from tests.journal import notebook as tables

from pishkhan.journal import guard


@pytest.fixture
def notebook(transactional_db, monkeypatch):
    """One guarded table, `notebook_page`, and one of free operational state, `notebook_queue`."""
    tables.create()
    monkeypatch.setattr(guard, "_prefixes", (*guard._prefixes, "notebook_"))
    monkeypatch.setattr(guard, "_free", guard._free | {"notebook_queue"})
    guard._known.clear()
    yield
    monkeypatch.undo()
    guard._known.clear()
    tables.drop()
