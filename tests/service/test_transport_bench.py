"""The transport benchmark moves what it says it moves, by all its ways; how fast is for the benchmark to say."""

from backend.bench import transport


def test_all_ways_deliver_and_are_compared(monkeypatch):
    monkeypatch.setattr(transport, "TRIANGLES", 20_000)
    monkeypatch.setattr(transport, "REPEATS", 1)
    figures = transport.run()
    assert figures["triangles"] == 20_000 and figures["mebibytes"] == 0.3
    assert min(figures[name] for name in ("zeromq_ms", "copy_ms", "http_ms")) >= 0
    assert figures["targets"].keys() <= figures.keys()
